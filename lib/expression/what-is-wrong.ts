import { textOfError } from "../base/describe";
import { readable } from "../base/text";

/** JSONata repeats the part that it does not understand, which may be all of the text. */
const maxLength = 200;

/** Why a text is no JSONata expression; undefined where it is one. JSONata is loaded only here. */
export function whatIsWrong(text: string): string | undefined {
  const jsonata: typeof import("jsonata") = require("jsonata");
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    return readableReason(error);
  }
}

/** What JSONata says of a text that is no expression, in a line. */
export function readableReason(error: unknown): string {
  return readable(textOfError(error), maxLength);
}
