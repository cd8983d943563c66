import type { Text } from "../lib/base/failure";

/** Puts a text of this package into the language of the editor. */
export type Translate = (key: string, params?: Text["params"]) => string;

/** What could not be done, and what to do about it; both come from the runtime. */
export interface FailureTexts {
  text: Text | string;
  hint?: Text | string;
  /** Whether the account is the cause, so that every look-up with it fails alike. */
  isOfAccount?: boolean;
}
