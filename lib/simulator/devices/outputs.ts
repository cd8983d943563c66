import { LosslessNumber, stringify } from "lossless-json";
import { isObject, type JsonObject } from "../../base/json";
import type { DataType, NumberType, Parameter } from "../../thing-model/model";
import { byIdentifier } from "../../thing-model/parameters";

/** What a device answers, before it becomes text. `bare` omits the envelope. */
export interface DeviceReply {
  code: number;
  message: string;
  data: unknown;
  bare: boolean;
  /** The answer of a real device, unchanged. */
  text?: string;
}

/** `Data.Result` as the platform passes it on: JSON text, whole floats with a decimal (docs/protocol.md, 1.3). */
export function resultText(reply: DeviceReply, outputs: readonly Parameter[], messageId: string): string {
  if (reply.text !== undefined) return reply.text;
  const data = isObject(reply.data) ? writeFields(reply.data, outputs) : reply.data;
  const result = reply.bare
    ? data
    : { code: reply.code, data, id: messageId, message: reply.message, version: "1.0" };
  return stringify(result) ?? "null";
}

/** From this number of values on, arrays stay empty: nested arrays multiply. */
const manyValues = 2000;

/** Outputs that fit the thing model, for a service that the file does not describe. */
export function plausibleOutputs(outputs: readonly Parameter[], now: number): JsonObject {
  return new Plausible(now).fields(outputs);
}

class Plausible {
  private values = 0;

  constructor(private readonly now: number) {}

  fields(fields: readonly Parameter[]): JsonObject {
    return Object.fromEntries(fields.map((field) => [field.identifier, this.value(field.dataType)]));
  }

  private value(dataType: DataType): unknown {
    this.values++;
    switch (dataType.type) {
      case "int":
      case "float":
      case "double":
        return plausibleNumber(dataType);
      case "text":
        return "ok".slice(0, dataType.length ?? 2);
      case "bool":
      case "enum":
        return dataType.items.at(dataType.type === "bool" ? -1 : 0)?.value ?? 0;
      case "date":
        return String(this.now);
      case "struct":
        return this.fields(dataType.fields);
      case "array":
        break;
    }
    const length = this.values > manyValues ? 0 : Math.min(dataType.size ?? 2, 2);
    return Array.from({ length }, () => this.value(dataType.item));
  }
}

/** About the middle of the range, on a step. */
function plausibleNumber({ type, min, max, step }: NumberType): number {
  const low = min ?? Math.min(0, max ?? 0);
  const high = max ?? Math.max(low, 100);
  const grid = step && step > 0 ? step : type === "int" ? 1 : 0.1;
  // Halved first, because the width of a range may overflow.
  const middle = low + Math.round((high / 2 - low / 2) / grid) * grid;
  // Twelve digits remove rounding errors such as 0.30000000000000004.
  const value = Math.min(Math.max(Number(middle.toPrecision(12)), low), high);
  if (type !== "int") return value;
  return Math.trunc(value) < low ? Math.ceil(value) : Math.floor(value);
}

/** Writes numbers as the thing model requires: a whole float gets a decimal. */
export function writeFields(value: JsonObject, fields: readonly Parameter[]): JsonObject {
  const known = byIdentifier(fields);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const field = known.get(key);
      return [key, field ? write(inner, field.dataType) : inner];
    }),
  );
}

function write(value: unknown, dataType: DataType): unknown {
  if (dataType.type === "struct" && isObject(value)) return writeFields(value, dataType.fields);
  if (dataType.type === "array" && Array.isArray(value)) {
    return value.map((element: unknown) => write(element, dataType.item));
  }
  const decimal = dataType.type === "float" || dataType.type === "double";
  const isNumber = value instanceof LosslessNumber || (typeof value === "number" && Number.isFinite(value));
  if (!decimal || !isNumber) return value;
  const text = String(value);
  return new LosslessNumber(/[.e]/i.test(text) ? text : `${text}.0`);
}
