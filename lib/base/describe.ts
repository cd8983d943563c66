import { types } from "node:util";
import type { Text } from "./failure";
import { readable } from "./text";

/** Describes an unexpected value for a message: `the number 5`, `an array`. */
export function describeValue(value: unknown): Text {
  if (value === null) return { key: "errors.came-null" };
  switch (typeof value) {
    case "undefined":
      return { key: "errors.came-undefined" };
    case "string":
      return value.trim() === ""
        ? { key: "errors.came-empty-text" }
        : { key: "errors.came-text", params: { value: readable(value, 40) } };
    case "number":
      return { key: "errors.came-number", params: { value: String(value) } };
    case "boolean":
      return { key: "errors.came-boolean", params: { value: String(value) } };
    case "bigint":
      return { key: "errors.came-bigint", params: { value: readable(String(value), 40) } };
    case "function":
      return { key: "errors.came-function" };
    case "symbol":
      return { key: "errors.came-symbol" };
    case "object":
    default:
      return describeObject(value);
  }
}

function describeObject(value: object): Text {
  // Anything that is asked of it may throw.
  if (types.isProxy(value)) return { key: "errors.came-thing", params: { value: "Proxy" } };
  if (Array.isArray(value)) return { key: "errors.came-array" };
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return { key: "errors.came-buffer" };
  if (types.isDate(value)) return { key: "errors.came-date" };
  const tag = tagOf(value);
  if (tag === "Object") return { key: "errors.came-object" };
  return { key: "errors.came-thing", params: { value: readable(tag, 40) } };
}

/** Even an object's tag may be a getter that throws. */
function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return "Object";
  }
}

/** The message of anything that was thrown; JSONata throws plain objects with a message. */
export function textOfError(error: unknown): string {
  try {
    const said: unknown =
      typeof error === "object" && error !== null && "message" in error ? error.message : error;
    return typeof said === "object" && said !== null ? Object.prototype.toString.call(said) : String(said);
  } catch {
    return "?";
  }
}
