import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { readArgs } from "../../../lib/simulator/devices/args";
import { findService, readThingModel, type Service } from "../../../lib/thing-model/model";

const file = path.resolve("test/simulator/files/lamp.json");
const reading = readThingModel(JSON.parse(readFileSync(file, "utf8")));

function service(identifier: string): Service {
  const found = reading.ok ? findService(reading.model, identifier) : undefined;
  assert.ok(found);
  return found;
}

/** Args of LoadScenes with one text exchanged for another. */
function scenes(from = "", to = ""): string {
  const text =
    '{"Title":"Evening","Enabled":1,"ValidFrom":"1704164645000","Color":{"Red":255,"Green":10,"Gamma":2.0},' +
    '"Levels":[20.0,55.5],"Steps":[{"At":0,"Level":20.0},{"At":600,"Level":0.0}]}';
  assert.ok(text.includes(from), from);
  return text.replace(from, () => to);
}

const fade = (from = "", to = ""): string =>
  '{"Level":10.0,"DurationMs":500,"Curve":0}'.replace(from, () => to);

describe("the simulator reads Args", () => {
  it("as the platform documents them, for every data type", () => {
    const result = readArgs(scenes(), service("LoadScenes"));
    assert.ok(result.ok);
    assert.deepEqual(result.args, JSON.parse(scenes()));
  });

  it("{} for a service without inputs", () => {
    assert.deepEqual(readArgs(" {} ", service("Reboot")), { ok: true, args: {}, written: {} });
  });

  const fine: [string, string, string][] = [
    ["FadeTo", '"Level":10.0', '"Level":1.0e1'],
    ["FadeTo", '"Level":10.0', '"Level":1e-7'],
    ["FadeTo", '"Level":10.0', '"Level":100.0'],
    ["FadeTo", '"Level":10.0', '"Level":0.05'],
    ["LoadScenes", '"Title":"Evening"', '"Title":"\\u5ba2\\u5385"'],
    ["LoadScenes", '"Title":"Evening"', `"Title":"${"x".repeat(64)}"`],
    ["LoadScenes", "[20.0,55.5]", "[]"],
    ["LoadScenes", "[20.0,55.5]", "[-1.5e300]"],
  ];
  for (const [identifier, from, to] of fine) {
    it(`takes ${identifier} with ${to.slice(0, 40)}`, () => {
      const text = identifier === "FadeTo" ? fade(from, to) : scenes(from, to);
      assert.ok(readArgs(text, service(identifier)).ok);
    });
  }

  const wrong: [string, string, string, string, RegExp][] = [
    [
      "FadeTo",
      '"Level":10.0',
      '"Level":10',
      "6307",
      /^Level must be a float with a decimal, like 10\.0, got 10$/,
    ],
    ["FadeTo", '"Level":10.0', '"Level":"10.0"', "6307", /^Level .* got "10\.0"$/],
    ["FadeTo", '"Level":10.0', '"Level":100.1', "6307", /^Level must be from 0 to 100, got 100\.1$/],
    ["FadeTo", '"Level":10.0', '"Level":-0.1', "6307", /^Level/],
    ["FadeTo", '"Level":10.0', '"Level":1e999', "6307", /^Level/],
    ["FadeTo", '"Level":10.0', '"Level":null', "6307", /^Level .* got null$/],
    [
      "FadeTo",
      '"DurationMs":500',
      '"DurationMs":500.0',
      "6306",
      /^DurationMs must be an integer, got 500\.0$/,
    ],
    ["FadeTo", '"DurationMs":500', '"DurationMs":60001', "6306", /^DurationMs/],
    ["FadeTo", '"Curve":0', '"Curve":3', "6309", /^Curve must be one of 0, 1, 2, got 3$/],
    ["FadeTo", '"Curve":0', '"Curve":"0"', "6309", /^Curve/],
    ["FadeTo", '"Curve":0', '"Curve":0.0', "6309", /^Curve/],
    ["FadeTo", ',"Curve":0', "", "6302", /^Curve is missing$/],
    ["FadeTo", '"Curve":0', '"Curve":0,"Colour":1', "6304", /^Colour is not in the thing model/],
    ["FadeTo", '"Curve":0', '"Curve":0,"__proto__":{}', "6304", /^__proto__/],
    ["FadeTo", '"Curve":0', '"constructor":0', "6304", /^constructor/],
    ["LoadScenes", '"Enabled":1', '"Enabled":true', "6308", /^Enabled must be one of 0, 1, got true$/],
    ["LoadScenes", '"Enabled":1', '"Enabled":2', "6308", /^Enabled/],
    [
      "LoadScenes",
      '"1704164645000"',
      "1704164645000",
      "6311",
      /^ValidFrom .* text of digits, got 1704164645000$/,
    ],
    ["LoadScenes", '"1704164645000"', '"2024-01-02"', "6311", /^ValidFrom/],
    ["LoadScenes", '"Title":"Evening"', '"Title":5', "6310", /^Title must be a text, got 5$/],
    [
      "LoadScenes",
      '"Evening"',
      `"${"灯".repeat(22)}"`,
      "6310",
      /^Title has 66 bytes, at most 64 are allowed$/,
    ],
    ["LoadScenes", '"Gamma":2.0', '"Gamma":2', "6322", /^Color\.Gamma must be a double with a decimal/],
    ["LoadScenes", '"Red":255', '"Red":256', "6306", /^Color\.Red/],
    ["LoadScenes", '"Red":255,', "", "6302", /^Color\.Red is missing$/],
    ["LoadScenes", '"Red":255', '"Red":255,"Blue":0', "6304", /^Color\.Blue/],
    [
      "LoadScenes",
      '{"Red":255,"Green":10,"Gamma":2.0}',
      "[]",
      "6312",
      /^Color must be an object, got an array$/,
    ],
    [
      "LoadScenes",
      '{"Red":255,"Green":10,"Gamma":2.0}',
      "7.0",
      "6312",
      /^Color must be an object, got 7\.0$/,
    ],
    ["LoadScenes", "[20.0,55.5]", "[20.0,55]", "6307", /^Levels\[1\]/],
    ["LoadScenes", "[20.0,55.5]", "{}", "6328", /^Levels must be an array, got an object$/],
    ["LoadScenes", "[20.0,55.5]", `[${"1.0,".repeat(8)}1.0]`, "6324", /^Levels has 9 elements, at most 8/],
    ["LoadScenes", '{"At":600,"Level":0.0}', '{"At":600,"Level":0}', "6307", /^Steps\[1\]\.Level/],
    ["LoadScenes", '{"At":600,"Level":0.0}', "null", "6312", /^Steps\[1\] must be an object, got null$/],
  ];
  for (const [identifier, from, to, code, message] of wrong) {
    it(`refuses ${identifier} with ${to.slice(0, 40) || "one less"}: ${code}`, () => {
      const text = identifier === "FadeTo" ? fade(from, to) : scenes(from, to);
      const result = readArgs(text, service(identifier));
      assert.ok(!result.ok);
      assert.equal(result.problem.code, code);
      assert.match(result.problem.message, message);
    });
  }

  const malformed = [
    "",
    "{",
    "[]",
    "null",
    "5",
    '"{}"',
    "true",
    '{"Level":1.0,"Level":2.0}',
    "{}{}",
    "\u0000",
  ];
  for (const text of [...malformed, "[".repeat(100_000)]) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))} as malformed`, () => {
      const result = readArgs(text, service("Reboot"));
      assert.ok(!result.ok);
      assert.equal(result.problem.code, "iot.common.InvalidFormattedParameter");
    });
  }

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const result = readArgs(text, service("LoadScenes"));
        assert.ok(!result.ok && result.problem.message);
      }),
    );
  });
});
