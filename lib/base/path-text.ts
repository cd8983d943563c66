/**
 * The path to a value in JSON, such as `Steps[1].Level`.
 * @param names the names and indexes that lead to it
 * @param nameOf how a name is written
 */
export function pathText(
  names: readonly (string | number)[],
  nameOf: (name: string) => string = (name) => name,
): string {
  return names.reduce<string>((text, name) => {
    if (typeof name === "number") return `${text}[${name}]`;
    return `${text}${text === "" ? "" : "."}${nameOf(name)}`;
  }, "");
}
