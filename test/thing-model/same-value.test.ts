import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseJson } from "../../lib/base/json";
import { encodeArgs } from "../../lib/thing-model/encode";
import { isSameValue } from "../../lib/thing-model/same-value";
import { thingCase } from "./cases";
import { inputsOf } from "./judge";

const typeOf = (dataType: unknown) => inputsOf({ x: dataType })[0]!.dataType;

describe("whether a device reports what was set", () => {
  const cases: [dataType: unknown, set: unknown, same: unknown[], other: unknown[]][] = [
    [
      { type: "float" },
      32.46,
      [32.46, "32.46", 32.459999084472656, "32.459999", " 32.46 "],
      [32.47, "", "x", null, {}],
    ],
    [{ type: "float" }, 16777217, [16777216, "16777217.0"], [16777219]],
    [{ type: "double" }, 32.46, [32.46, "32.460"], [32.459999084472656]],
    [{ type: "double" }, 0.1, [0.1, "1e-1"], [0.10000000000000002]],
    [{ type: "int" }, 5, [5, "5", 5.0, "5.0"], [6, "6", true]],
    [{ type: "int" }, "9007199254740993", ["9007199254740993"], ["9007199254740992", 9007199254740992]],
    [{ type: "bool", specs: { 0: "off", 1: "on" } }, 1, [1, "1", true, "true"], [0, false, "on"]],
    [{ type: "enum", specs: { 0: "a", 2: "b" } }, 2, [2, "2"], [0]],
    [{ type: "text" }, "5", ["5", 5], ["5.0", "6", null]],
    [{ type: "text" }, "", [""], [" ", 0]],
    [{ type: "date" }, "1700000000000", ["1700000000000", 1700000000000], ["1700000000001"]],
    [
      { type: "array", specs: { size: "3", item: { type: "float" } } },
      [1, 2.5],
      [[1, 2.5], ["1.0", "2.5"], "[1.0,2.5]"],
      [[1], [1, 2.5, 3], [2.5, 1], "[1", {}, null],
    ],
    [
      { type: "struct", specs: [{ identifier: "a", dataType: { type: "float" } }] },
      { a: 0.1 },
      [{ a: 0.10000000149011612 }, { a: "0.1", b: 1 }, '{"a":0.1}'],
      [{ a: 0.2 }, {}, [], "{", null, { A: 0.1 }],
    ],
  ];
  for (const [dataType, set, same, others] of cases) {
    it(`${JSON.stringify(set)} as ${(dataType as { type: string }).type}`, () => {
      for (const value of same) assert.ok(isSameValue(set, value, typeOf(dataType)), JSON.stringify(value));
      for (const value of others)
        assert.ok(!isSameValue(set, value, typeOf(dataType)), JSON.stringify(value));
    });
  }

  it("without a model: by value, and fractions also in single precision", () => {
    for (const [set, reported] of [
      [32.46, 32.459999084472656],
      [5, "5"],
      [true, 1],
      ["on", "on"],
      [{ a: [1] }, '{"a":[1]}'],
    ]) {
      assert.ok(isSameValue(set, reported, undefined), JSON.stringify(set));
    }
    for (const [set, reported] of [
      [16777217, 16777216],
      [5, 6],
      ["on", "off"],
      [[1], [1, 2]],
      [{ a: 1 }, { b: 1 }],
      [5, null],
    ]) {
      assert.ok(!isSameValue(set, reported, undefined), JSON.stringify(set));
    }
  });

  it("for any type: what goes on the wire is the same as itself, also as the text that a read gives", () => {
    fc.assert(
      fc.property(thingCase, fc.nat({ max: 2 }), ({ dataType, goods }, index) => {
        const { text } = encodeArgs(inputsOf({ x: dataType }), `{"x":${goods[index] ?? goods[0] ?? "0"}}`);
        const { x } = parseJson(text) as { x: unknown };
        const type = typeOf(dataType);
        assert.ok(isSameValue(x, x, type), text);
        const read = typeof x === "string" ? x : JSON.stringify(x);
        assert.ok(isSameValue(x, read, type), text);
      }),
    );
  });

  it("never throws, whatever a device reports", () => {
    const any = fc.oneof(fc.jsonValue(), fc.string(), fc.json());
    fc.assert(
      fc.property(thingCase, any, any, ({ dataType }, set, reported) => {
        isSameValue(set, reported, typeOf(dataType));
        isSameValue(set, reported, undefined);
      }),
    );
  });
});
