/** Characters of a part of a login at most. */
export const maxLoginPart = 64;

/**
 * Why a text cannot be part of the user name of a login: these characters separate its parts, and others than ASCII
 * ones would be cut off by the client library.
 */
export function loginPartProblem(text: string): "blank" | "long" | "characters" | undefined {
  if (text === "") return "blank";
  if (text.length > maxLoginPart) return "long";
  return !/^[\x21-\x7e]+$/.test(text) || /[|,=]/.test(text) ? "characters" : undefined;
}
