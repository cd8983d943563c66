import { textOfError } from "../base/describe";

/** Why a text is no JSONata expression; undefined where it is one. JSONata is loaded only here. */
export function whatIsWrong(text: string): string | undefined {
  const jsonata: typeof import("jsonata") = require("jsonata");
  try {
    jsonata(text);
    return undefined;
  } catch (error) {
    return textOfError(error);
  }
}
