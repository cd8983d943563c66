import assert from "node:assert/strict";
import * as fc from "fast-check";
import { accountDefaults, accountSettings } from "../../nodes/defaults/account";
import { invokeDefaults, invokeSettings } from "../../nodes/defaults/invoke-service";
import { messageInDefaults, messageInSettings } from "../../nodes/defaults/message-in";
import { subscriptionDefaults, subscriptionSettings } from "../../nodes/defaults/subscription";

type Fields = Record<string, unknown>;

const kinds: [name: string, defaults: Fields, fill: (config: Fields) => object][] = [
  ["account", accountDefaults, accountSettings],
  ["invoke-service", invokeDefaults, invokeSettings],
  ["message-in", messageInDefaults, messageInSettings],
  ["subscription", subscriptionDefaults, subscriptionSettings],
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
          const isBlankAllowed = standard === "" || (property === "args" && blank === "");
          assert.equal(value, isBlankAllowed ? blank : standard, property);
        }
      }
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
