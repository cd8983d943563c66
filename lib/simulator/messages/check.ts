import { parse, stringify } from "lossless-json";
import { type JsonObject, setMember } from "../../base/json";
import type { Parameter } from "../../thing-model/model";
import { byIdentifier } from "../../thing-model/parameters";
import { checkValue } from "../devices/args";
import { writeFields } from "../devices/outputs";

/** A value of a device that does not fit the thing model, as the platform reports it (docs/protocol.md, 8.7). */
interface CheckFailure {
  value: JsonObject;
  code: number;
  message: string;
}

/** Separates the data that fits the thing model from the rest. In data that is not an object, nothing fits. */
export function splitOutputs(
  data: unknown,
  outputs: readonly Parameter[],
): { data: JsonObject; failed?: CheckFailure } {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    return data === undefined || data === null
      ? { data: {} }
      : failure({}, { value: data }, 6312, "an object");
  }
  const good: JsonObject = {};
  const bad: JsonObject = {};
  const known = byIdentifier(outputs);
  let first: { code: number; message: string } | undefined;
  for (const [key, value] of Object.entries(data)) {
    const output = known.get(key);
    const problem = output ? problemOf(value, output) : missing(key);
    first ??= problem;
    setMember(problem ? bad : good, key, value);
  }
  return first ? { data: good, failed: { value: bad, ...first } } : { data: good };
}

function problemOf(value: unknown, output: Parameter): { code: number; message: string } | undefined {
  // In wire format, where whole floats have a decimal.
  const text = stringify(writeFields({ [output.identifier]: value }, [output])) ?? "{}";
  const written = (parse(text) as JsonObject)[output.identifier];
  const problem = checkValue(written, output.dataType, output.identifier);
  return problem && { code: Number(problem.code), message: `tsl parse: ${problem.message}` };
}

function missing(key: string): { code: number; message: string } {
  return { code: 6304, message: `tsl parse: params not exist -> ${key.slice(0, 100)}` };
}

function failure(
  data: JsonObject,
  value: JsonObject,
  code: number,
  expected: string,
): { data: JsonObject; failed: CheckFailure } {
  return { data, failed: { value, code, message: `tsl parse: expected ${expected}` } };
}
