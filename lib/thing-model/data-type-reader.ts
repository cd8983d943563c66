import type { ArrayType, ChoiceType, DataType, Parameter, StructType } from "./data-type";
import { readNumber } from "./number-type";
import { describe, type Reader } from "./reader";

const typeNames = ["int", "float", "double", "text", "bool", "enum", "date", "struct", "array"] as const;
/** The platform nests an array of structs at most; this leaves room and ends hostile nesting. */
const maxNesting = 6;
/** The platform allows 50 fields and 100 items of an enum. */
const maxFields = 500;
const maxItems = 1000;
const maxKeyLength = 20;

/** A placeholder for a data type that was not read; its parameter is unchecked. */
const unread: DataType = { type: "date" };

/** Reads an input, output, property or field; problems are reported to the reader. */
export function readParameter(reader: Reader, source: unknown, path: string, depth = 0): Parameter {
  const value = reader.object(source, path, "a parameter");
  const identifier = reader.identifier(value.identifier, `${path}.identifier`);
  const name = reader.text(value.name, identifier);
  const { result: dataType, isWhole } = reader.contained(() =>
    reader.hasRoom(path) ? readDataType(reader, value.dataType, `${path}.dataType`, depth) : unread,
  );
  return isWhole ? { identifier, name, dataType } : { identifier, name, dataType, isUnchecked: true };
}

function readDataType(reader: Reader, source: unknown, path: string, depth: number): DataType {
  const value = reader.object(source, path, "a data type");
  if (depth > maxNesting) reader.problem(path, "is nested too deeply");
  if (depth > maxNesting || value !== source) return unread;

  const type = reader.oneOf(value.type, typeNames, `${path}.type`);
  const at = `${path}.specs`;
  switch (type) {
    case "int":
    case "float":
    case "double":
      return readNumber(reader, type, value.specs, at);
    case "text":
      return {
        type,
        ...optional("length", reader.count(reader.objectOf(value.specs).length, `${at}.length`)),
      };
    case "bool":
    case "enum":
      return readChoice(reader, type, value.specs, at);
    case "date":
      return { type };
    case "struct":
      return readStruct(reader, value.specs, at, depth);
    case "array":
      break;
  }
  return readArray(reader, value.specs, at, depth);
}

function readChoice(reader: Reader, type: ChoiceType["type"], source: unknown, path: string): ChoiceType {
  const specs = reader.objectOf(source);
  const keys = Object.keys(specs);
  if (type === "enum" && keys.length === 0) reader.problem(path, "an enum needs its items");
  if (keys.length > maxItems) reader.problem(path, `has ${keys.length} items, only ${maxItems} are read`);
  const items = keys
    .slice(0, maxItems)
    .map((key) => ({ value: Number(key), label: reader.text(specs[key], key.slice(0, maxKeyLength)) }));
  const odd = keys.slice(0, maxItems).find((key) => !/^-?\d{1,15}$/.test(key));
  if (odd !== undefined) reader.problem(path, `expected integer keys, got ${describe(odd)}`);
  if (type === "enum" || items.length > 0) return { type, items };
  return { type, items: [0, 1].map((value) => ({ value, label: String(value) })) };
}

function readStruct(reader: Reader, specs: unknown, path: string, depth: number): StructType {
  const fields = reader.list(specs, path, maxFields, (inner, field, at) =>
    readParameter(inner, field, at, depth + 1),
  );
  reader.unique(fields, (field) => field.identifier, path, "field");
  return { type: "struct", fields };
}

function readArray(reader: Reader, source: unknown, path: string, depth: number): ArrayType {
  const specs = reader.object(source, path, "the specs of an array");
  return {
    type: "array",
    ...optional("size", reader.count(specs.size, `${path}.size`)),
    item: readDataType(reader, specs.item, `${path}.item`, depth + 1),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
