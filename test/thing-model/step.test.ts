import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readArgs } from "../../lib/simulator/devices/args";
import { encodeArgs } from "../../lib/thing-model/encode";
import { exampleArgs } from "../../lib/thing-model/example";
import { encoded, serviceOf, textOf } from "./judge";

/** How consoles write "no limit", in the languages that they are written in and in any notation. */
const unlimited = `
  1.4E-45 1.4e-45 1.401298464324817E-45 1.17549435E-38 0.${"0".repeat(44)}14
  4.9E-324 4.9e-324 5e-324 4.9406564584124654E-324 2.2250738585072014E-308 1e-400
  3.4028235E38 3.4028235e+38 3.4028234663852886E38 340282350000000000000000000000000000000
  1.7976931348623157E308 1.7976931348623157e+308 1.8E308
`
  .trim()
  .split(/\s+/);
const extremes = unlimited.flatMap((text) => [text, `-${text}`]);
const limits = ["0", "0.01", "1", "-5", "100", "0.1", "25.37", "2147483648", "-9223372036854775808", "1e39"];

const anyLimit = fc.option(
  fc.oneof(
    fc.constantFrom(...extremes, ...limits),
    fc.constantFrom("", " ", "low", "NaN", "Infinity", "1E", "0x10"),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.jsonValue(),
  ),
  { nil: undefined },
);
const anyNumber = fc.record({
  type: fc.constantFrom("int", "float", "double"),
  specs: fc.record({ min: anyLimit, max: anyLimit, step: anyLimit }),
});

describe("a step", () => {
  it("refuses no number, not even the model's own max: min 0.01, max 1, step 0.1", () => {
    const narrow = { type: "float", specs: { min: "0.01", max: "1", step: "0.1" } };
    for (const isComputed of [true, false]) {
      assert.equal(encoded(narrow, "1", { isComputed }), "1.0");
      assert.equal(encoded(narrow, "0.5", { isComputed }), "0.5");
      assert.equal(encoded(narrow, "0.37", { isComputed }), "0.37");
      const percent = { type: "float", specs: { min: "0", max: "100", step: "0.1" } };
      assert.equal(encoded(percent, "25.37", { isComputed }), "25.37");
    }
    assert.equal(encoded({ type: "int", specs: { min: "10", step: "4" } }, "20"), "20");
  });

  it("changes no number, wherever it is counted from", () => {
    const short = fc
      .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat({ max: 6 }))
      .map(([units, decimals]) => (units / 10 ** decimals).toFixed(decimals));
    fc.assert(
      fc.property(anyNumber, short, fc.boolean(), ({ type, specs }, value, isComputed) => {
        const { step: _step, ...others } = specs;
        const written = isComputed ? String(Number(value)) : value;
        const without = encoded({ type, specs: others }, written, { isComputed });
        const withStep = encoded({ type, specs: { ...others, step: "0.3" } }, written, { isComputed });
        assert.equal(withStep, without);
      }),
      { numRuns: 200 },
    );
  });

  it("is named to who is typing, as a note and not as a problem", () => {
    const { inputs } = serviceOf({ x: { type: "float", specs: { min: "0.01", max: "1", step: "0.1" } } });
    const notes = (value: string): string[] => {
      const encoding = encodeArgs(inputs, `{"x":${value}}`, { notesSteps: true });
      assert.deepEqual(encoding.problems, []);
      return (encoding.notes ?? []).map(
        ({ path, text }) => `${path} ${textOf(text)} / ${textOf(text, "zh-CN")}`,
      );
    };
    assert.deepEqual(notes("0.37"), [
      "x is not on the step of 0.1 from 0.01, such as 0.41; it is sent unchanged / " +
        "不符合步长 0.1（从 0.01 起，例如 0.41），仍按原值发送",
    ]);
    // Counted from zero or from min, and the ends of the range.
    for (const value of ["0.5", "0.51", "0.01", "1"]) assert.deepEqual(notes(value), [], value);
    assert.equal(encodeArgs(inputs, '{"x":0.37}').notes, undefined);
  });
});

describe("what a console writes for no limit", () => {
  for (const [type, value, wire] of [
    ["float", "25", "25.0"],
    ["double", "25.3", "25.3"],
    ["double", "-7.25", "-7.25"],
    ["int", "25", "25"],
    ["float", "0", "0.0"],
  ] as const) {
    it(`means no limit, as min and as max, in any notation: ${type} ${value} goes out as ${wire}`, () => {
      for (const [min, max] of extremes.flatMap((one) => [
        [one, undefined],
        [undefined, one],
        ...extremes.map((other) => [one, other]),
      ])) {
        const dataType = { type, specs: { min, max, step: "0.1" } };
        for (const isComputed of [true, false]) {
          assert.equal(encoded(dataType, value, { isComputed }), wire, JSON.stringify(dataType));
        }
        const service = serviceOf({ x: dataType });
        assert.ok(readArgs(`{"x":${wire}}`, service).ok, `the simulator: ${JSON.stringify(dataType)}`);
      }
    });
  }

  it("may be a number where JSON has one", () => {
    const specs = { min: 1.401298464324817e-45, max: Number.MAX_VALUE, step: 0.1 };
    assert.equal(encoded({ type: "float", specs }, "25"), "25.0");
    assert.equal(encoded({ type: "double", specs: { ...specs, min: Number.MIN_VALUE } }, "-1"), "-1.0");
  });

  it("is not every large or small limit", () => {
    const double = { type: "double", specs: { min: "1e-30", max: "1e50" } };
    assert.match(encoded(double, "0"), /^x must be from/);
    assert.match(encoded(double, "1e51"), /^x must be from/);
  });
});

describe("every example", () => {
  it("passes its own check and the simulator's, whatever min, max and step are", () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 3 }), (types) => {
        const service = serviceOf({
          ...Object.fromEntries(types.map((type, index) => [`p${index}`, type])),
          list: { type: "array", specs: { size: "3", item: types[0] } },
          struct: { type: "struct", specs: [{ identifier: "f", dataType: types[0] }] },
        });
        const text = exampleArgs(service.inputs, 0);
        const { text: wire, problems } = encodeArgs(service.inputs, text);
        assert.deepEqual(problems, [], text);
        assert.ok(readArgs(wire, service).ok, wire);
      }),
      { numRuns: 500 },
    );
  });

  it("is short if the model has no limits but those of its type", () => {
    for (const min of extremes) {
      for (const max of extremes) {
        const { inputs } = serviceOf({ x: { type: "float", specs: { min, max, step: "0.1" } } });
        assert.equal(exampleArgs(inputs, 0), '{\n  "x": 50.0\n}', `${min} ${max}`);
      }
    }
  });

  it("passes for any length, size and item", () => {
    const spec = fc.oneof(fc.integer().map(String), fc.double().map(String), fc.jsonValue());
    const type = fc.oneof(
      fc.record({ type: fc.constant("text"), specs: fc.record({ length: spec }) }),
      fc.record({
        type: fc.constant("array"),
        specs: fc.record({ size: spec, item: fc.constantFrom({ type: "int" }, { type: "text" }, {}) }),
      }),
      fc.record({
        type: fc.constantFrom("enum", "bool"),
        specs: fc.dictionary(
          fc.oneof(fc.integer().map(String), fc.bigInt().map(String), fc.string()),
          fc.jsonValue(),
        ),
      }),
    );
    fc.assert(
      fc.property(type, (dataType) => {
        const { inputs } = serviceOf({ x: dataType });
        const text = exampleArgs(inputs, 0);
        assert.deepEqual(encodeArgs(inputs, text).problems, [], text);
      }),
      { numRuns: 300 },
    );
  });
});
