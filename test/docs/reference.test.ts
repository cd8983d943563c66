import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { numberBounds } from "../../lib/base/number-bounds";
import { ramActions, ramPolicy } from "../../lib/look-up/ram-policy";
import { callsPerSecond } from "../../lib/reading/limits";
import { accountDefaults } from "../../nodes/defaults/account";
import { coordinationDefaults } from "../../nodes/defaults/coordination";
import { fleetDefaults } from "../../nodes/defaults/fleet";
import { invokeDefaults } from "../../nodes/defaults/invoke-service";
import { messageInDefaults } from "../../nodes/defaults/message-in";
import { readDeviceDefaults } from "../../nodes/defaults/read-device";
import { setPropertiesDefaults } from "../../nodes/defaults/set-properties";
import { subscriptionDefaults } from "../../nodes/defaults/subscription";
import { waitUntilDefaults } from "../../nodes/defaults/wait-until";
import { packageRoot } from "../support/npm";
import { type Language, languages, pageIn, textOf } from "./pages";

const nodes: Record<string, Record<string, unknown>> = {
  account: accountDefaults,
  coordination: coordinationDefaults,
  fleet: fleetDefaults,
  "invoke-service": invokeDefaults,
  "message-in": messageInDefaults,
  "read-device": readDeviceDefaults,
  "set-properties": setPropertiesDefaults,
  subscription: subscriptionDefaults,
  "wait-until": waitUntilDefaults,
};

/** The cells of the first table of a page whose first cell begins with a name in backticks. */
function rowsOf(text: string): string[][] {
  return Array.from(text.matchAll(/^\| (`\w+`.*) \|$/gm), ([, row = ""]) =>
    row.split(" | ").map((cell) => cell.trim()),
  );
}

/** The properties of a reference page, with their defaults as text. */
function describedOn(page: string): Record<string, string> {
  const [, section = ""] = textOf(page).split(/\n## (?:Properties|属性)\n/);
  const found: Record<string, string> = {};
  for (const [names = "", , defaults = ""] of rowsOf(section.split("\n## ")[0]!)) {
    const properties = Array.from(names.matchAll(/`(\w+)`/g), ([, name]) => name!);
    const values = defaults.split(", ").map((value) => value.replace(/^`|`$/g, ""));
    for (const [index, property] of properties.entries()) {
      const value = values.length === 1 ? values[0]! : (values[index] ?? "none");
      found[property] = ["blank", "留空"].includes(value) ? "" : value;
    }
  }
  return found;
}

for (const language of Object.keys(languages) as Language[]) {
  describe(`reference pages, ${language}`, () => {
    for (const [name, defaults] of Object.entries(nodes)) {
      it(`${name}: every property with its default, and no other`, () => {
        const wanted = Object.entries(defaults).map(([property, value]) => [property, String(value)]);
        assert.deepEqual(describedOn(pageIn(language, `reference/${name}`)), Object.fromEntries(wanted));
      });
    }

    it("show the policy that the account's dialog offers, and say what each action is for", () => {
      const page = textOf(pageIn(language, "start/ram-policy"));
      const [, block = ""] = /```json\n(\{\s+"Version"[^]*?)```/.exec(page) ?? [];
      assert.deepEqual(JSON.parse(block), JSON.parse(ramPolicy()));
      const [, uses = ""] = page.split(/\n## (?:Which action is for what|各项权限的用途)\n/);
      const named = uses.match(/iot:[A-Za-z]\w+/g) ?? [];
      assert.deepEqual([...new Set(named)].toSorted(), ramActions.toSorted());
    });

    it("have every code that this package itself gives to a failure", () => {
      const [, codes = ""] = textOf(pageIn(language, "reference/errors")).split(
        /\n## (?:Codes of this package|本包的错误码)\n/,
      );
      const described = Array.from(
        codes.split("\n## ")[0]!.matchAll(/^\| `([a-z-]+)`/gm),
        ([, code]) => code!,
      );
      assert.deepEqual(described.toSorted(), ownCodes());
    });

    it("have the limit of every operation that reads", () => {
      const page = textOf(pageIn(language, "reference/limits"));
      const found: Record<string, number> = {};
      for (const [, operations = "", limit] of page.matchAll(/^\| (`[A-Z].*?) +\| +(\d+) \|$/gm)) {
        for (const [, operation] of operations.matchAll(/`(\w+)`/g)) found[operation!] = Number(limit);
      }
      const ofReads = Object.fromEntries(Object.keys(callsPerSecond).map((name) => [name, found[name]]));
      assert.deepEqual(ofReads, callsPerSecond);
      assert.equal(found["InvokeThingService"], numberBounds.rate.blank);
    });

    it("name every key that a simulator file has", () => {
      const page = textOf(pageIn(language, "simulator/file"));
      for (const key of keysOfFile()) assert.ok(page.includes(`\`${key}\``), key);
    });
  });
}

/** The codes of this package that a message can have. Those of a Redis are shown by statuses and the log alone. */
function ownCodes(): string[] {
  const files = ["lib", "nodes"].flatMap((folder) =>
    readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("simulator"))
      .map((name) => path.join(folder, name)),
  );
  const codes = files.flatMap((file) =>
    Array.from(
      textOf(file).matchAll(
        /(?:\bcode(?::|\?:| =)[^\n;]*?|[fF]ailure\()"((?!redis-)[a-z]+(?:-[a-z]+)+|closed)"/g,
      ),
      ([, code]) => code!,
    ),
  );
  return [...new Set(codes)].toSorted();
}

/** The keys of a simulator file, as the interface of its definition lists them. */
function keysOfFile(): string[] {
  const source = textOf("lib/simulator/definition/definition.ts");
  const [, body = ""] = /export interface SimulatorDefinition [^{]*\{([^]*?)^\}/m.exec(source) ?? [];
  return Array.from(body.matchAll(/^ {2}(\w+)\??:/gm), ([, key]) => key!);
}
