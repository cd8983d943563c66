import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { accountDefaults, accountSettings } from "../../nodes/defaults/account";
import { coordinationDefaults, coordinationSettings } from "../../nodes/defaults/coordination";
import { fleetDefaults, fleetSettings } from "../../nodes/defaults/fleet";
import { invokeDefaults, invokeSettings } from "../../nodes/defaults/invoke-service";
import { messageInDefaults, messageInSettings } from "../../nodes/defaults/message-in";
import { readDeviceDefaults, readDeviceSettings } from "../../nodes/defaults/read-device";
import { setPropertiesDefaults, setPropertiesSettings } from "../../nodes/defaults/set-properties";
import { subscriptionDefaults, subscriptionSettings } from "../../nodes/defaults/subscription";
import { waitUntilDefaults, waitUntilSettings } from "../../nodes/defaults/wait-until";

type Fields = Record<string, unknown>;

const kinds: [name: string, defaults: Fields, fill: (config: Fields) => object][] = [
  ["account", accountDefaults, accountSettings],
  ["coordination", coordinationDefaults, coordinationSettings],
  ["fleet", fleetDefaults, fleetSettings],
  ["invoke-service", invokeDefaults, invokeSettings],
  ["message-in", messageInDefaults, messageInSettings],
  ["read-device", readDeviceDefaults, readDeviceSettings],
  ["set-properties", setPropertiesDefaults, setPropertiesSettings],
  ["subscription", subscriptionDefaults, subscriptionSettings],
  ["wait-until", waitUntilDefaults, waitUntilSettings],
];

describe("what a flow file leaves out", () => {
  for (const [name, defaults, fill] of kinds) {
    const names = Object.keys(defaults);
    const set = fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => text.trim() !== ""),
      fc.integer(),
      fc.boolean(),
      fc.constant({ odd: true }),
    );

    it(`${name}: is filled in from the table, property by property, and what is set stays`, () => {
      fc.assert(
        fc.property(fc.subarray(names), fc.array(set, { minLength: names.length }), (chosen, values) => {
          const config = Object.fromEntries(chosen.map((property, index) => [property, values[index]]));
          const expected: Fields = { ...defaults, ...config };
          // From before args had a type.
          if (name === "invoke-service" && !("argsType" in config)) expected["args"] = defaults["args"];
          assert.deepEqual(fill(config), expected);
        }),
      );
    });

    it(`${name}: blank and null count as left out where there is a default`, () => {
      for (const blank of ["", " ", null]) {
        const settings = fill(Object.fromEntries(names.map((property) => [property, blank])));
        for (const [property, value] of Object.entries(settings)) {
          const standard = defaults[property];
          // Blank args are sent as they are, and a wait without a result leaves the message as it is.
          const isValue = property === "args" || (name === "wait-until" && property === "result");
          const isBlankAllowed = standard === "" || (isValue && blank === "");
          assert.equal(value, isBlankAllowed ? blank : standard, property);
        }
      }
    });

    it(`${name}: docs/architecture.md describes every property, and no other`, () => {
      const page = readFileSync("docs/architecture.md", "utf8");
      const [, section = ""] = page.split(`\n### \`aliyun-iot-${name}\`\n`);
      const [text = ""] = section.split(/\n##/);
      const inTable = Array.from(text.matchAll(/^\| (`[^|]+?) +\|/gm), ([, cell]) => cell);
      // Without a table, what stands before a remark in brackets is a property.
      const cells = inTable.length > 0 ? inTable : [text.replace(/\([^)]*\)/g, "")];
      const described = cells.flatMap((cell) => Array.from(cell!.matchAll(/`(\w+)`/g), ([, word]) => word!));
      const typed = described.flatMap((property) => [property, `${property}Type`]);
      assert.deepEqual(
        described.filter((property) => !names.includes(property)),
        [],
      );
      assert.deepEqual(
        names.filter((property) => !typed.includes(property)),
        [],
      );
    });

    it(`${name}: nothing else of the configuration comes along`, () => {
      assert.deepEqual(Object.keys(fill({ id: "x", type: "y", wires: [], credentials: {} })), names);
    });
  }

  it("a call from before args had a type has the payload as its args", () => {
    const { args, argsType } = invokeSettings({ args: '{"Level":1}' });
    assert.deepEqual({ args, argsType }, { args: "payload", argsType: "msg" });
  });
});
