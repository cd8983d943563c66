import assert from "node:assert/strict";
import * as fc from "fast-check";
import { encodeExactly } from "../../lib/thing-model/encode";
import { encodeQuick } from "../../lib/thing-model/encode-quick";
import type { Parameter } from "../../lib/thing-model/model";
import { thingCase } from "./cases";
import { inputsOf, lampService } from "./judge";

/** The quick encoding says what the exact one says, or nothing. */
function assertSame(inputs: readonly Parameter[], args: string, ways = [true, false]): void {
  for (const isComputed of ways) {
    const text = encodeQuick(inputs, args, isComputed);
    if (text === undefined) continue;
    assert.deepEqual(encodeExactly(inputs, args, { isComputed }), { text, problems: [] }, args);
  }
}

describe("the quick encoding", () => {
  it("knows the args of most messages", () => {
    const plain = { type: "double", specs: { min: "-50", max: "100", step: "0.1" } };
    const known: [unknown, string, string][] = [
      [plain, "80.5", "80.5"],
      [plain, "-50", "-50.0"],
      [{ type: "float" }, "0.125", "0.125"],
      [{ type: "int", specs: { min: "0", max: "86400", step: "5" } }, "86400", "86400"],
      [{ type: "bool", specs: { 0: "off", 1: "on" } }, "true", "1"],
      [{ type: "enum", specs: { 3: "three" } }, "3", "3"],
      [{ type: "date" }, "1704164645000", '"1704164645000"'],
      [{ type: "text", specs: { length: "6" } }, '"客厅"', '"客厅"'],
      [{ type: "array", specs: { size: "2", item: plain } }, "[1,2.5]", "[1.0,2.5]"],
      [{ type: "struct", specs: [{ identifier: "a", dataType: plain }] }, '{"a":7}', '{"a":7.0}'],
    ];
    for (const [dataType, value, expected] of known) {
      const inputs = inputsOf({ x: dataType });
      assert.equal(encodeQuick(inputs, `{"x":${value}}`, false), `{"x":${expected}}`);
      assertSame(inputs, `{"x":${value}}`);
    }
  });

  it("leaves to the exact one what is misspelled, missing, repeated, too much or too fine", () => {
    const { inputs } = lampService("FadeTo");
    const right = '{"Level":80.5,"DurationMs":500,"Curve":1}';
    assert.notEqual(encodeQuick(inputs, right, false), undefined);
    for (const args of [
      right.replace(",", ", "),
      right.replace("80.5", "80.50"),
      right.replace("80.5", "1e2"),
      right.replace("80.5", "-0"),
      right.replace("80.5", "100.1"),
      right.replace("80.5", '"80.5"'),
      right.replace("500", "500.5"),
      right.replace("500", "null"),
      right.replace(":1}", ':"linear"}'),
      right.replace(":1}", ":9}"),
      right.replace("}", ',"Curve":1}'),
      right.replace("}", ',"more":1}'),
      right.replace("Curve", "__proto__"),
      right.replace(',"Curve":1', ""),
      "[]",
      "null",
      "{",
      "",
      "[".repeat(100_000),
    ]) {
      assert.equal(encodeQuick(inputs, args, false), undefined, args.slice(0, 100));
    }
  });

  it("gives the same result as the exact one for any thing model, for valid and invalid values", () => {
    fc.assert(
      fc.property(thingCase, ({ dataType, goods, bads }) => {
        const inputs = inputsOf({ x: dataType });
        for (const value of [...goods, ...bads.map((bad) => bad.value)]) {
          assertSame(inputs, `{"x":${value}}`, [false]);
          // As a flow would have it written.
          assertSame(inputs, JSON.stringify({ x: JSON.parse(value) as unknown }));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same result as the exact one for any number and any limits", () => {
    const decimal = fc
      .tuple(fc.integer({ min: -20_000, max: 20_000 }), fc.nat({ max: 8 }))
      .map(([units, scale]) => (units / 10 ** scale).toFixed(scale));
    const huge = fc.constantFrom("1e10", "-1e12", "4503599627", "9007199254740993", "1e-7", "3.4e38", "-0");
    const limit = fc.option(fc.oneof({ arbitrary: decimal, weight: 5 }, huge), { nil: undefined });
    const value = fc.oneof(
      decimal.map(Number),
      fc.double({ noNaN: true }),
      fc.float({ noNaN: true }),
      fc.integer(),
    );
    const type = fc.constantFrom("int", "float", "double");
    fc.assert(
      fc.property(type, limit, limit, limit, fc.array(value), (name, min, max, step, values) => {
        const inputs = inputsOf({ x: { type: name, specs: { min, max, step } } });
        for (const x of values) assertSame(inputs, JSON.stringify({ x }));
      }),
      { numRuns: 2000 },
    );
  });
});
