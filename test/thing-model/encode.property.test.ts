import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readArgs } from "../../lib/simulator/devices/args";
import { encodeArgs } from "../../lib/thing-model/encode";
import { exampleArgs } from "../../lib/thing-model/example";
import { type ThingCase, thingCase } from "./cases";
import { serviceOf } from "./judge";

const cases = fc.array(thingCase, { minLength: 1, maxLength: 4 });

function named<T>(values: T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, index) => [`p${index}`, value]));
}

function argsOf(values: Record<string, string>): string {
  return `{${Object.entries(values)
    .map(([key, value]) => `"${key}":${value}`)
    .join(",")}}`;
}

const serviceFor = (inputs: ThingCase[]) => serviceOf(named(inputs.map(({ dataType }) => dataType)));
const goodValues = (inputs: ThingCase[], index = 0): Record<string, string> =>
  named(inputs.map(({ goods }) => goods[index] ?? ""));

function assertTaken(text: string, inputs: ThingCase[]): void {
  const reading = readArgs(text, serviceFor(inputs));
  assert.ok(reading.ok, reading.ok ? "" : `${text}: ${reading.problem.message}`);
}

describe("args for any thing model", () => {
  it("that match it, in any notation, are accepted by the platform after encoding", () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 2 }), fc.boolean(), (inputs, index, isComputed) => {
        const service = serviceFor(inputs);
        const { text, problems } = encodeArgs(service.inputs, argsOf(goodValues(inputs, index)), {
          isComputed,
        });
        assert.deepEqual(problems, []);
        assertTaken(text, inputs);
        assert.deepEqual(encodeArgs(service.inputs, text), { text, problems: [] });
      }),
    );
  });

  it("with one mistake are reported at the path of the mistake only", () => {
    fc.assert(
      fc.property(cases, (inputs) => {
        const service = serviceFor(inputs);
        const reported = (values: Record<string, string>): string[] =>
          encodeArgs(service.inputs, argsOf(values)).problems.map(({ path }) => path);
        const good = goodValues(inputs);
        for (const [index, { bads }] of inputs.entries()) {
          const name = `p${index}`;
          for (const { at, value } of bads) {
            assert.deepEqual(reported({ ...good, [name]: value }), [name + at], value);
          }
          const { [name]: _missing, ...others } = good;
          assert.deepEqual(reported(others), [name]);
        }
        assert.deepEqual(reported({ ...good, more: "1" }), ["more"]);
      }),
    );
  });

  it("have an example that fits it", () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 2e12 }), (inputs, now) => {
        const text = exampleArgs(serviceFor(inputs).inputs, now);
        assert.deepEqual(encodeArgs(serviceFor(inputs).inputs, text).problems, [], text);
        assertTaken(text, inputs);
      }),
    );
  });

  it("computed in steps of a tenth, a hundredth, … hold the decimals that were meant", () => {
    const steps = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -5000, max: 5000 }));
    fc.assert(
      fc.property(steps, ([decimals, count]) => {
        const step = Number(`1e-${decimals}`);
        const { inputs } = serviceOf({ x: { type: "double", specs: { step: step.toFixed(decimals) } } });
        let sum = 0;
        for (let done = 0; done < Math.abs(count); done++) sum += Math.sign(count) * step;
        const expected = (count * step).toFixed(decimals);
        for (const number of [sum, count * step, 7 + count * step - 7]) {
          const { text, problems } = encodeArgs(inputs, JSON.stringify({ x: number }), { isComputed: true });
          assert.deepEqual(problems, []);
          assert.equal((JSON.parse(text) as { x: number }).x, Number(expected));
          assert.ok(text.length <= `{"x":${expected}0}`.length, text);
        }
      }),
    );
  });

  it("never make the check fail, whatever they are and whatever the model is", () => {
    const anyType = fc.oneof(
      thingCase.map(({ dataType }) => dataType),
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom("int", "double", "text", "bool", "enum", "date", "struct", "array"),
        specs: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom("min", "max", "step", "length", "size", "0", "1"),
            fc.oneof(fc.double().map(String), fc.bigInt().map(String), fc.jsonValue()),
          ),
        ),
      }),
    );
    const hostile = fc.constantFrom(
      "1e400",
      "-1e-999999999",
      '"\\ud800"',
      "[[[[]]]]",
      '{"__proto__":1,"a":[]}',
    );
    const anyValue = fc.oneof(
      fc.json(),
      hostile,
      thingCase.map(({ goods }) => goods[0] ?? "0"),
    );
    fc.assert(
      fc.property(
        fc.array(anyType, { maxLength: 4 }),
        fc.array(anyValue),
        fc.boolean(),
        (types, values, isComputed) => {
          const { inputs } = serviceOf(named(types));
          const args = argsOf(named(values));
          const { text, problems } = encodeArgs(inputs, args, { isComputed });
          assert.ok(Array.isArray(problems));
          if (problems.length === 0) JSON.parse(text);
          JSON.parse(exampleArgs(inputs, 0));
        },
      ),
      { numRuns: 500, examples: [[[{ type: "double", specs: [] }], ["1e400"], true]] },
    );
  });

  it("nor when they are no JSON", () => {
    const { inputs } = serviceOf({ x: { type: "int" } });
    fc.assert(fc.property(fc.string(), (args) => assert.ok(encodeArgs(inputs, args).problems.length > 0)));
  });
});
