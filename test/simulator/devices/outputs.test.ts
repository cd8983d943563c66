import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readArgs } from "../../../lib/simulator/devices/args";
import { plausibleOutputs, resultText } from "../../../lib/simulator/devices/outputs";
import type { DataType, NumberType, Parameter, Service } from "../../../lib/thing-model/model";

const dataType: fc.Arbitrary<DataType> = fc.letrec<{ simple: DataType; struct: DataType; any: DataType }>(
  (tie) => ({
    simple: fc.oneof(
      fc
        .tuple(
          fc.constantFrom<NumberType["type"][]>("int", "float", "double"),
          fc.integer(),
          fc.nat({ max: 1000 }),
        )
        .map(([type, min, span]): DataType => ({
          type,
          min,
          max: Math.min(min + span, 2_147_483_647),
          step: 0.1,
        })),
      fc.constantFrom<DataType[]>(
        { type: "int" },
        { type: "double" },
        { type: "date" },
        { type: "text", length: 1 },
      ),
      fc.constant<DataType>({ type: "enum", items: [{ value: 4, label: "four" }] }),
      fc.constant<DataType>({ type: "bool", items: [0, 1].map((value) => ({ value, label: "" })) }),
    ),
    struct: fc.record({
      type: fc.constant("struct" as const),
      fields: fc.tuple(tie("simple")).map(parameters),
    }),
    any: fc.oneof(
      tie("simple"),
      tie("struct"),
      fc.record({ type: fc.constant("array" as const), size: fc.nat({ max: 3 }), item: tie("struct") }),
    ),
  }),
).any;

function parameters(dataTypes: DataType[]): Parameter[] {
  return dataTypes.map((type, index) => ({ identifier: `p${index}`, name: "", dataType: type }));
}

describe("the simulator's plausible outputs", () => {
  it("match their thing model in the form in which they are sent", () => {
    fc.assert(
      fc.property(fc.array(dataType, { maxLength: 4 }).map(parameters), (outputs) => {
        const data = plausibleOutputs(outputs, 1704164645000);
        const text = resultText({ code: 200, message: "", data, bare: true }, outputs, "1");
        // What a device may give is what it may take: the check of Args is the judge.
        const judge = { inputs: outputs } as Service;
        const reading = readArgs(text, judge);
        assert.ok(reading.ok, reading.ok ? "" : `${text}: ${reading.problem.message}`);
      }),
    );
  });
});
