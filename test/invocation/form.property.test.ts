import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import { type Args, readArgs } from "../../lib/invocation/args";
import { type Form, readForm } from "../../lib/invocation/form";
import { writeForm } from "../../lib/invocation/form-args";
import { encodeArgs } from "../../lib/thing-model/encode";
import { isWrittenNumber, readJson } from "../../lib/thing-model/json";
import { type ThingCase, thingCase } from "../thing-model/cases";
import { serviceOf } from "../thing-model/judge";

const cases = fc.array(thingCase, { minLength: 1, maxLength: 4 });
const field = { key: "errors.field-args" };

/** Makes choices for a test, one after another. */
const choices = fc.infiniteStream(fc.nat({ max: 5 }));
type Choices = Iterator<number>;
const next = (from: Choices): number => (from.next() as { value: number }).value;

const named = <T>(values: T[]): Record<string, T> =>
  Object.fromEntries(values.map((value, index) => [`p${index}`, value]));

function jsonOf(values: Record<string, string>): string {
  return `{${Object.entries(values)
    .map(([key, value]) => `"${key}":${value}`)
    .join(",")}}`;
}

const inputsOf = (things: ThingCase[]) => serviceOf(named(things.map(({ dataType }) => dataType))).inputs;

function read(form: object): Form {
  const reading = readForm(JSON.stringify(form), field);
  assert.ok(!(reading instanceof Failure), JSON.stringify(reading));
  return reading;
}

/** A value of JSON as somebody types it into the form: each part on its own, or as JSON. */
function typed(json: string, from: Choices): object {
  const value = readJson(json);
  if (next(from) === 0) return { type: "json", value: json };
  if (isWrittenNumber(value)) return { type: "num", value: value.value };
  if (typeof value === "string") return { type: "str", value };
  if (typeof value === "boolean") return { type: "bool", value: String(value) };
  const parts = (entries: [string, unknown][]): [string, object][] =>
    entries.map(([name, part]) => [name, typed(written(part), from)]);
  const entries = Object.entries(value as object) as [string, unknown][];
  return Array.isArray(value)
    ? { type: "array", value: parts(entries).map(([, entry]) => entry) }
    : { type: "struct", value: Object.fromEntries(parts(entries)) };
}

/** JSON of a part, with the digits of its numbers. */
function written(value: unknown): string {
  if (isWrittenNumber(value)) return value.value;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  return jsonOf(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, written(part)])));
}

/** A value that comes from the message: as a whole, or part by part. */
function sourced(value: unknown, from: Choices, values: unknown[]): object {
  if (typeof value === "object" && value !== null && next(from) > 1) {
    const parts = Object.entries(value).map(([name, part]): [string, object] => [
      name,
      sourced(part, from, values),
    ]);
    return Array.isArray(value)
      ? { type: "array", value: parts.map(([, entry]) => entry) }
      : { type: "struct", value: Object.fromEntries(parts) };
  }
  values.push(value);
  const type = ["msg", "flow", "global", "env", "jsonata", "msg"][next(from)];
  return { type, value: `v${values.length}` };
}

const sent = (inputs: ReturnType<typeof inputsOf>, { text, isComputed }: Args) =>
  encodeArgs(inputs, text, { isComputed });

describe("a form of parameters, for any thing model", () => {
  it("with fixed values sends what the same JSON, typed as a whole, sends", () => {
    fc.assert(
      fc.property(cases, fc.nat({ max: 2 }), choices, (things, index, from) => {
        const inputs = inputsOf(things);
        const values = named(things.map(({ goods }) => goods[index]!));
        const members = Object.entries(values).map(([name, json]) => [name, typed(json, from)]);
        const args = writeForm(read(Object.fromEntries(members)), []);
        const whole = readArgs({ value: jsonOf(values), source: "" });
        assert.deepEqual(JSON.parse(args.text), JSON.parse(whole.text));
        assert.deepEqual(sent(inputs, args), sent(inputs, whole));
      }),
    );
  });

  it("with values of the message sends what the object of these values sends", () => {
    const noise = fc.constantFrom(0.1 + 0.2, 1.1 * 3, Math.fround(20.1), 1e21, 5e-324);
    fc.assert(
      fc.property(cases, fc.nat({ max: 2 }), choices, fc.option(noise), (things, index, from, noisy) => {
        const inputs = inputsOf(things);
        const object = named(
          things.map(({ goods }, at): unknown => (at === 0 && noisy) || JSON.parse(goods[index]!)),
        );
        const values: unknown[] = [];
        const members = Object.entries(object).map(([name, value]) => [name, sourced(value, from, values)]);
        const args = writeForm(read(Object.fromEntries(members)), values);
        const whole = readArgs({ value: object, source: "msg.payload" });
        assert.equal(args.text, whole.text);
        assert.deepEqual(sent(inputs, args), sent(inputs, whole));
      }),
    );
  });

  it("with both treats each parameter as if it were alone", () => {
    fc.assert(
      fc.property(cases, choices, (things, from) => {
        const alone: string[] = [];
        const values: unknown[] = [];
        const members = things.map(({ dataType, goods }, index) => {
          const name = `p${index}`;
          const { inputs } = serviceOf({ [name]: dataType });
          const json = goods[next(from) % goods.length]!;
          const isTyped = next(from) < 3;
          const value: unknown = JSON.parse(json);
          const whole = readArgs({ value: isTyped ? `{"${name}":${json}}` : { [name]: value }, source: "" });
          alone.push(sent(inputs, whole).text.slice(1, -1));
          return [name, isTyped ? typed(json, from) : sourced(value, from, values)];
        });
        const args = writeForm(read(Object.fromEntries(members)), values);
        assert.deepEqual(sent(inputsOf(things), args), { text: `{${alone.join(",")}}`, problems: [] });
      }),
    );
  });

  it("never throws anything but bad input, whatever its text and its values", () => {
    const entry = fc.letrec((tie) => ({
      entry: fc.oneof(
        { maxDepth: 5 },
        fc.anything(),
        fc.record({
          type: fc.oneof(
            fc.constantFrom("num", "str", "bool", "json", "msg", "flow", "env", "jsonata", "struct", "array"),
            fc.anything(),
          ),
          value: fc.oneof(
            fc.string(),
            fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), tie("entry")),
            fc.array(tie("entry")),
            fc.anything(),
          ),
        }),
      ),
    })).entry;
    const text = fc.oneof(
      fc.anything(),
      fc.json(),
      fc.dictionary(fc.string(), entry).map((form) => stringOf(form)),
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.anything({ withBigInt: true, withMap: true, withDate: true })),
        (form, values) => {
          const reading = readForm(form, field);
          if (reading instanceof Failure) return assert.equal(reading.code, "invalid-input");
          try {
            JSON.parse(writeForm(reading, values).text);
          } catch (error) {
            assert.ok(error instanceof Failure && error.code === "invalid-input", String(error));
          }
        },
      ),
    );
  });
});

function stringOf(form: object): string {
  try {
    return JSON.stringify(form);
  } catch {
    return "{";
  }
}
