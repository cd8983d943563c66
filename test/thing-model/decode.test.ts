import assert from "node:assert/strict";
import * as fc from "fast-check";
import { decodeOutputs } from "../../lib/thing-model/decode";
import { inputsOf } from "./judge";

const struct = {
  type: "struct",
  specs: [
    { identifier: "Level", dataType: { type: "float" } },
    { identifier: "At", dataType: { type: "date" } },
  ],
};
const outputs = inputsOf({
  level: { type: "float" },
  count: { type: "int" },
  on: { type: "bool" },
  name: { type: "text" },
  color: struct,
  list: { type: "array", specs: { item: struct } },
  future: { type: "vector3" },
});

describe("results for the flow", () => {
  it("are numbers if the model says so, even if they arrived as text", () => {
    const result = {
      level: "20.50",
      count: "-7",
      color: { Level: "1e2", At: "5" },
      list: [{ Level: "3" }, { Level: 4 }],
    };
    assert.deepEqual(decodeOutputs(outputs, result), {
      level: 20.5,
      count: -7,
      color: { Level: 100, At: "5" },
      list: [{ Level: 3 }, { Level: 4 }],
    });
  });

  it("stay text if a number would lose digits or is invalid", () => {
    for (const value of ["9007199254740993", "20.123456789012345678", "1e400", "1e-400", "warm", "", " "]) {
      assert.deepEqual(decodeOutputs(outputs, { level: value }), { level: value });
    }
  });

  it("are otherwise unchanged", () => {
    const result = {
      level: null,
      count: [1],
      on: 1,
      name: "5",
      color: "red",
      list: { Level: "1" },
      future: { level: "1" },
      extra: "5",
    };
    assert.deepEqual(decodeOutputs(outputs, result), result);
    assert.deepEqual(decodeOutputs(outputs, { on: "1", at: "1704164645000" }), {
      on: "1",
      at: "1704164645000",
    });
    for (const value of [undefined, null, "text", 5, [1], {}]) {
      assert.deepEqual(decodeOutputs(outputs, value), value);
    }
  });

  it("keep a key named __proto__ as a key", () => {
    const result = JSON.parse('{"__proto__":{"level":"1"}}') as unknown;
    assert.equal(JSON.stringify(decodeOutputs(outputs, result)), '{"__proto__":{"level":"1"}}');
  });

  it("never fail, and never become anything else but the same in numbers", () => {
    const value = fc.oneof(fc.jsonValue(), fc.double().map(String), fc.bigInt().map(String));
    const keys = fc.constantFrom("level", "count", "on", "color", "list", "other");
    fc.assert(
      fc.property(fc.dictionary(keys, value), (result) => {
        const decoded = decodeOutputs(outputs, result) as Record<string, unknown>;
        assert.deepEqual(Object.keys(decoded), Object.keys(result));
        const { level } = decoded;
        if (typeof level === "number") assert.equal(level, Number(result["level"]));
      }),
    );
  });
});
