/** Maximum length of a part of a login. */
export const maxLoginPart = 64;

/**
 * Why a text cannot be part of the user name of a login: some characters separate its parts, and the client
 * library cuts off characters that are not ASCII.
 */
export function loginPartProblem(text: string): "blank" | "long" | "characters" | undefined {
  if (text === "") return "blank";
  if (text.length > maxLoginPart) return "long";
  return !/^[\x21-\x7e]+$/.test(text) || /[|,=]/.test(text) ? "characters" : undefined;
}
