import type { ArrayType, DataType, Parameter, StructType } from "./data-type";
import { encodeChoice } from "./encode-choice";
import { encodeDate } from "./encode-date";
import { encodeNumber } from "./encode-number";
import { encodeQuick } from "./encode-quick";
import { encodeText } from "./encode-text";
import { Duplicate, isObject, type JsonObject, readJson, writeJson } from "./json";
import { byIdentifier } from "./parameters";
import { type ArgsProblem, expected, identifiers, type ProblemText, quoted, wrongType } from "./problem";

export type { ArgsProblem, ProblemText } from "./problem";

export interface Encoding {
  /** JSON for the wire. Where there are problems the values in question stand as they came. */
  text: string;
  /** All of them, in the order of the args. */
  problems: ArgsProblem[];
}

export interface EncodeOptions {
  /**
   * The text was written from JavaScript's values: 0.30000000000000004 means 0.3. Otherwise it is a person's, and its
   * digits stay as they are written.
   */
  isComputed?: boolean;
}

/**
 * Writes args as the platform takes them (reference, 1.2) and checks them against the inputs of the service.
 * Never throws.
 * @param args JSON text of one object
 */
export function encodeArgs(
  inputs: readonly Parameter[],
  args: string,
  options: EncodeOptions = {},
): Encoding {
  const quick = encodeQuick(inputs, args, options.isComputed === true);
  if (quick !== undefined) return { text: quick, problems: [] };
  return encodeExactly(inputs, args, options);
}

/** The same in all cases, at its leisure. Exported for the test that the quick encoding says nothing else. */
export function encodeExactly(
  inputs: readonly Parameter[],
  args: string,
  options: EncodeOptions = {},
): Encoding {
  const encoder = new Encoder(options.isComputed === true);
  try {
    const value = readJson(args);
    if (isObject(value)) return { text: encoder.fields(value, inputs, ""), problems: encoder.problems };
  } catch {
    // Not JSON, or nested until the stack ended.
  }
  return { text: args, problems: [{ path: "", text: { key: "check.unreadable" } }] };
}

class Encoder {
  readonly problems: ArgsProblem[] = [];

  constructor(private readonly isComputed: boolean) {}

  fields(value: JsonObject, fields: readonly Parameter[], path: string): string {
    const known = byIdentifier(fields);
    const members = Object.entries(value).map(([key, member]) => {
      const field = known.get(key);
      if (!field) this.problem(memberPath(path, key), unknownKey(fields));
      const text = field ? this.parameter(member, field, memberPath(path, key)) : writeJson(member);
      return `${JSON.stringify(key)}:${text}`;
    });
    for (const field of known.values()) {
      if (Object.hasOwn(value, field.identifier)) continue;
      const dataType = field.isUnchecked ? undefined : field.dataType;
      const params = { expected: expected(dataType) };
      this.problem(memberPath(path, field.identifier), { key: "check.missing", params });
    }
    return `{${members.join(",")}}`;
  }

  private parameter(value: unknown, parameter: Parameter, path: string): string {
    if (value instanceof Duplicate) {
      this.problem(path, { key: "check.duplicate" });
      return this.parameter(value.last, parameter, path);
    }
    return parameter.isUnchecked ? writeJson(value) : this.value(value, parameter.dataType, path);
  }

  private value(value: unknown, dataType: DataType, path: string): string {
    switch (dataType.type) {
      case "int":
      case "float":
      case "double":
        return this.checked(value, encodeNumber(value, dataType, this.isComputed), path);
      case "bool":
      case "enum":
        return this.checked(value, encodeChoice(value, dataType, this.isComputed), path);
      case "date":
        return this.checked(value, encodeDate(value, dataType), path);
      case "text":
        return this.checked(value, encodeText(value, dataType), path);
      case "struct":
        return this.struct(value, dataType, path);
      case "array":
        break;
    }
    return this.array(value, dataType, path);
  }

  private struct(value: unknown, dataType: StructType, path: string): string {
    if (isObject(value)) return this.fields(value, dataType.fields, path);
    return this.checked(value, wrongType(value, dataType), path);
  }

  private array(value: unknown, dataType: ArrayType, path: string): string {
    if (!Array.isArray(value)) return this.checked(value, wrongType(value, dataType), path);
    const { size = Infinity, item } = dataType;
    if (value.length > size) {
      this.problem(path, { key: "check.size", params: { limit: size, count: value.length } });
    }
    return `[${value.map((element, index) => this.value(element, item, `${path}[${index}]`)).join(",")}]`;
  }

  private checked(value: unknown, encoded: string | ProblemText, path: string): string {
    if (typeof encoded === "string") return encoded;
    this.problem(path, encoded);
    return writeJson(value);
  }

  private problem(path: string, text: ProblemText): void {
    this.problems.push({ path, text });
  }
}

function unknownKey(fields: readonly Parameter[]): ProblemText {
  if (fields.length === 0) return { key: "check.unknown-none" };
  return { key: "check.unknown", params: { known: identifiers(fields) } };
}

function memberPath(path: string, key: string): string {
  const name = quoted(key) || '""';
  return path === "" ? name : `${path}.${name}`;
}
