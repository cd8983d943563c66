import type { Text } from "../lib/base/failure";
import { withFullStop } from "./full-stop";
import type { FailureTexts, Translate } from "./translate";

const packageName = "@thing-service/node-red-aliyun-iot";
/** What the runtime says and what several dialogs share stands in one catalog. */
const sharedCatalog = `${packageName}/invoke-service:aliyun-iot-invoke-service`;

/** Texts that the editor has been asked for: it takes a while to find one, and a list or a form needs many. */
const found = new Map<string, string>();

/** A text of the catalogs with its placeholders, by catalog and key. */
function blankOf(name: string): string {
  const known = found.get(name);
  if (known !== undefined) return known;
  const text = RED._(name, { skipInterpolation: "true" });
  // What the editor does not know, because the catalog is not loaded yet, comes back as it was asked for.
  if (!name.endsWith(text)) found.set(name, text);
  return text;
}

/** The texts of a node's own catalog, by their whole key. */
export function translatorOf(nodeSet: string): Translate {
  return (key, params) => fill(blankOf(`${packageName}/${nodeSet}:${key}`), params);
}

/** A text of the shared catalog. */
export const t: Translate = (key, params) => localize(params ? { key, params } : { key });

/** A message of the runtime in the language of the editor; text of the platform is not translated. */
export function localize(text: Text | string | number): string {
  if (typeof text !== "object") return String(text);
  const { key, params } = text;
  return fill(blankOf(`${sharedCatalog}.${key}`), params);
}

function fill(blank: string, params: Text["params"]): string {
  if (!params) return blank;
  return blank.replace(/__(\w+?)__/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : localize(value);
  });
}

/** A failure as one text: what happened, and what to do. */
export function failureText({ text, hint }: FailureTexts): string {
  const what = withFullStop(localize(text));
  if (hint === undefined) return what;
  // A Chinese sentence is followed by no space.
  return `${what}${what.endsWith("。") ? "" : " "}${localize(hint)}`;
}

/** Why a look-up failed. */
export class LookUpError extends Error implements FailureTexts {
  override readonly name = "LookUpError";

  constructor(
    readonly text: Text | string,
    readonly hint?: Text | string,
    readonly isOfAccount = false,
  ) {
    super(typeof text === "string" ? text : text.key);
  }
}

/** The same where the dialog says elsewhere what is wrong with its account: blank then. */
export function problemText(error: unknown): string {
  return error instanceof LookUpError && error.isOfAccount ? "" : errorText(error);
}

/** What was thrown, in the language of the editor. */
export function errorText(error: unknown): string {
  if (error instanceof LookUpError) return failureText(error);
  return error instanceof Error ? error.message : String(error);
}
