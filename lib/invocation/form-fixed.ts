import { describeValue } from "../base/describe";
import type { Text } from "../base/failure";
import type { FixedType } from "../base/form-types";
import { nestsDeeperThan } from "../base/nesting";
import { maxDepth } from "./args-writer";

/**
 * JSON of a fixed value, with its digits as they were typed.
 * @param levels how many objects and arrays may stand inside each other in it
 * @returns what is wrong with it where it is none
 */
export function fixedText(type: FixedType, value: string, levels: number): string | Text {
  switch (type) {
    case "str":
      return JSON.stringify(value);
    case "num":
      return numberText(value.trim()) ?? wrong("errors.form-number", value);
    case "bool": {
      const said = value.trim();
      return said === "true" || said === "false" ? said : wrong("errors.form-boolean", value);
    }
    case "json":
      break;
  }
  return jsonText(value.trim(), levels);
}

function jsonText(text: string, levels: number): string | Text {
  if (nestsDeeperThan(text, levels)) return { key: "errors.form-nests", params: { limit: maxDepth } };
  try {
    JSON.parse(text);
    return text;
  } catch {
    return wrong("errors.form-json", text);
  }
}

const number = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(e[+-]?\d+)?$/i;

/** A number as JSON writes it; people write `+5`, `.5`, `5.` and `007` as well. */
function numberText(text: string): string | undefined {
  const match = number.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "0", decimals = "", point = "", exponent = ""] = match;
  const fraction = decimals || point;
  return `${sign === "-" ? "-" : ""}${whole.replace(/^0+(?=\d)/, "")}${fraction && `.${fraction}`}${exponent}`;
}

function wrong(key: string, value: string): Text {
  return { key, params: { came: describeValue(value) } };
}
