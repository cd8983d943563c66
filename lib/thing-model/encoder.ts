import type { JsonObject } from "../base/json";
import { pathText } from "../base/path-text";
import { isSmall, maxArgsBytes, tooLarge } from "./args-size";
import type { ArrayType, DataType, NumberType, Parameter, StructType } from "./data-type";
import { encodeChoice } from "./encode-choice";
import { encodeDate } from "./encode-date";
import { encodeNumber } from "./encode-number";
import { encodeText } from "./encode-text";
import type { ComputedParts, EncodeOptions, Encoding } from "./encoding";
import { Duplicate, isLosslessObject, writeJson } from "./json";
import { byIdentifier } from "./parameters";
import { type ArgsProblem, expected, identifiers, type ProblemText, quoted, wrongType } from "./problem";
import { offStep } from "./step";

const defaultProblems = 20;

/** Encodes parsed args and collects problems, up to the number to be reported. */
export class Encoder {
  private readonly problems: ArgsProblem[] = [];
  private readonly notes: ArgsProblem[] = [];
  /** The names and indexes that lead to the current value. */
  private readonly path: (string | number)[] = [];
  /** Whether the value that is looked at was computed, or which of its parts were. */
  private computed: boolean | ComputedParts;
  private readonly notesSteps: boolean;
  private readonly maxProblems: number;
  /** Set where the members are properties: none of them has to be there. */
  private readonly properties: EncodeOptions["properties"];
  /** Length of the output; a number such as 1e300 grows in plain notation. */
  private size = 0;
  private isOver = false;

  constructor(options: EncodeOptions) {
    const { isComputed = false, notesSteps = false, maxProblems = defaultProblems, properties } = options;
    this.computed = isComputed;
    this.notesSteps = notesSteps;
    this.maxProblems = maxProblems;
    this.properties = properties;
  }

  encode(value: JsonObject, inputs: readonly Parameter[], args: string): Encoding {
    const text = this.fields(value, inputs);
    if (this.size > maxArgsBytes || !isSmall(text)) {
      return {
        text: args,
        problems: [...this.problems, { path: "", text: tooLarge }].slice(0, this.maxProblems),
      };
    }
    return {
      text,
      problems: this.problems,
      ...(this.isOver && { hasMore: true }),
      ...(this.notesSteps && { notes: this.notes }),
    };
  }

  private fields(value: JsonObject, fields: readonly Parameter[]): string {
    const known = byIdentifier(fields);
    let text = "";
    for (const key of Object.keys(value)) {
      const written = this.isOver ? writeJson(value[key]) : this.member(key, value[key], fields, known);
      text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${written}`;
    }
    const isPartial = this.properties !== undefined && this.path.length === 0;
    for (const field of isPartial ? [] : known.values()) {
      if (this.isOver) break;
      if (Object.hasOwn(value, field.identifier)) continue;
      const dataType = field.isUnchecked ? undefined : field.dataType;
      this.problem({ key: "check.missing", params: { expected: expected(dataType) } }, field.identifier);
    }
    return `{${text}}`;
  }

  private member(
    key: string,
    member: unknown,
    fields: readonly Parameter[],
    known: ReadonlyMap<string, Parameter>,
  ): string {
    const field = known.get(key);
    if (!field) {
      this.problem(this.unknown(key, fields), key);
      return writeJson(member);
    }
    if (member === null && this.properties?.areClearable && this.path.length === 0) return "null";
    const { computed } = this;
    this.computed = partOf(computed, key);
    this.path.push(key);
    const text = this.parameter(member, field);
    this.path.pop();
    this.computed = computed;
    return text;
  }

  private parameter(value: unknown, parameter: Parameter): string {
    if (value instanceof Duplicate) {
      this.problem({ key: "check.duplicate" });
      return this.parameter(value.last, parameter);
    }
    return parameter.isUnchecked ? writeJson(value) : this.value(value, parameter.dataType);
  }

  private value(value: unknown, dataType: DataType): string {
    if (this.isOver) return writeJson(value);
    switch (dataType.type) {
      case "int":
      case "float":
      case "double":
        return this.number(value, dataType);
      case "bool":
      case "enum":
        return this.checked(value, encodeChoice(value, dataType, this.computed === true));
      case "date":
        return this.checked(value, encodeDate(value, dataType));
      case "text":
        return this.checked(value, encodeText(value, dataType));
      case "struct":
        return this.struct(value, dataType);
      case "array":
        break;
    }
    return this.array(value, dataType);
  }

  private number(value: unknown, dataType: NumberType): string {
    const encoded = encodeNumber(value, dataType, this.computed === true);
    const isNoted = this.notesSteps && typeof encoded === "string" && this.notes.length < this.maxProblems;
    const text = isNoted ? offStep(encoded, dataType) : undefined;
    if (text) this.notes.push({ path: pathText(this.path, nameText), text });
    return this.checked(value, encoded);
  }

  private struct(value: unknown, dataType: StructType): string {
    if (isLosslessObject(value)) return this.fields(value, dataType.fields);
    return this.checked(value, wrongType(value, dataType));
  }

  private array(value: unknown, { size = Infinity, item }: ArrayType): string {
    if (!Array.isArray(value)) return this.checked(value, wrongType(value, { type: "array", item }));
    if (value.length > size) {
      // If the size is wrong, problems of the elements would only distract.
      this.problem({ key: "check.size", params: { limit: size, count: value.length } });
      return writeJson(value);
    }
    let text = "";
    const { computed } = this;
    for (let index = 0; index < value.length; index++) {
      this.computed = partOf(computed, index);
      this.path.push(index);
      text += `${index === 0 ? "" : ","}${this.value(value[index], item)}`;
      this.path.pop();
    }
    this.computed = computed;
    return `[${text}]`;
  }

  private unknown(key: string, fields: readonly Parameter[]): ProblemText {
    const isReadOnly = this.path.length === 0 && this.properties?.readOnly.has(key);
    return isReadOnly ? { key: "check.read-only" } : unknownKey(fields);
  }

  private checked(value: unknown, encoded: string | ProblemText): string {
    if (typeof encoded !== "string") {
      this.problem(encoded);
      return writeJson(value);
    }
    this.size += encoded.length;
    if (this.size > maxArgsBytes) this.isOver = true;
    return encoded;
  }

  private problem(text: ProblemText, ...below: string[]): void {
    if (this.problems.length >= this.maxProblems) this.isOver = true;
    else this.problems.push({ path: pathText([...this.path, ...below], nameText), text });
  }
}

function partOf(computed: boolean | ComputedParts, name: string | number): boolean | ComputedParts {
  return typeof computed === "boolean" ? computed : (computed.get(name) ?? false);
}

function unknownKey(fields: readonly Parameter[]): ProblemText {
  if (fields.length === 0) return { key: "check.unknown-none" };
  return { key: "check.unknown", params: { known: identifiers(fields) } };
}

function nameText(name: string): string {
  return quoted(name) || '""';
}
