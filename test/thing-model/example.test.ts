import assert from "node:assert/strict";
import { readArgs } from "../../lib/simulator/devices/args";
import { encodeArgs } from "../../lib/thing-model/encode";
import { exampleArgs } from "../../lib/thing-model/example";
import { inputsOf, lampService, serviceOf } from "./judge";

const now = 1704164645000;

describe("an example of args", () => {
  it("is JSON for people to change", () => {
    assert.equal(
      exampleArgs(lampService("LoadScenes").inputs, now),
      `{
  "Title": "Title",
  "Enabled": 1,
  "ValidFrom": "1704164645000",
  "Color": {
    "Red": 127,
    "Green": 127,
    "Gamma": 2.5
  },
  "Levels": [
    50.0,
    50.0
  ],
  "Steps": [
    {
      "At": 43200,
      "Level": 50.0
    },
    {
      "At": 43200,
      "Level": 50.0
    }
  ]
}`,
    );
    assert.equal(exampleArgs([], now), "{}");
  });

  const numbers: [string, object, string][] = [
    ["float", {}, "50.0"],
    ["int", {}, "50"],
    ["float", { min: "0", max: "1" }, "0.5"],
    ["double", { min: "0.2", max: "0.4" }, "0.3"],
    ["double", { min: "-273.15", max: "1000" }, "363.0"],
    ["float", { min: "0.05", max: "0.3", step: "0.1" }, "0.15"],
    ["float", { max: "-5.3", step: "0.5" }, "-55.5"],
    ["double", { min: "5" }, "55.0"],
    ["double", { min: "7", max: "7", step: "0" }, "7.0"],
    ["int", { min: "0", max: "1000", step: "1000" }, "0"],
    ["int", { min: "2147483600" }, "2147483623"],
    ["int", { min: "0.5", max: "9.5", step: "0.1" }, "5"],
    ["int", { min: "0.9", max: "1.9", step: "0.1" }, "1"],
    ["int", { min: "9223372036854775800", max: "9223372036854775807" }, "9223372036854775803"],
  ];
  for (const [type, specs, text] of numbers) {
    it(`of ${type} ${JSON.stringify(specs)} is ${text}`, () => {
      const inputs = inputsOf({ x: { type, specs } });
      assert.equal(exampleArgs(inputs, now), `{\n  "x": ${text}\n}`);
      assert.deepEqual(encodeArgs(inputs, exampleArgs(inputs, now)).problems, []);
    });
  }

  it("says in a text which parameter it is for, and cuts no character in two", () => {
    const inputs = [
      { identifier: "Room", name: "房间名称", dataType: { type: "text", length: 10 } as const },
      { identifier: "Note", name: "", dataType: { type: "text" } as const },
      { identifier: "Long", name: "x".repeat(1000), dataType: { type: "text" } as const },
    ];
    const text = exampleArgs(inputs, now);
    assert.deepEqual(JSON.parse(text), { Room: "房间名", Note: "Note", Long: "x".repeat(60) });
    assert.deepEqual(encodeArgs(inputs, text).problems, []);
  });

  it("keeps to the length of a text and the size of an array", () => {
    const service = serviceOf({
      text: { type: "text", specs: { length: "2" } },
      none: { type: "text", specs: { length: "0" } },
      one: { type: "array", specs: { size: "1", item: { type: "int" } } },
      empty: { type: "array", specs: { size: "0", item: { type: "int" } } },
    });
    const text = exampleArgs(service.inputs, now);
    assert.deepEqual(JSON.parse(text), { text: "te", none: "", one: [50], empty: [] });
    assert.ok(readArgs(text, service).ok);
  });

  it("contains null for a type that cannot be read", () => {
    const inputs = inputsOf({ x: { type: "vector3" } });
    assert.deepEqual(JSON.parse(exampleArgs(inputs, now)), { x: null });
    assert.deepEqual(encodeArgs(inputs, exampleArgs(inputs, now)).problems, []);
  });
});
