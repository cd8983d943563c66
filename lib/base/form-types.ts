/** Types of a fixed value in the parameter form; the value is the text that was typed. */
const fixedTypes = ["num", "str", "bool", "json"] as const;
/** Types of a value that each message supplies; the value is a name or an expression. */
export const sourceTypes = ["msg", "flow", "global", "env", "jsonata"] as const;

export type FixedType = (typeof fixedTypes)[number];
export type SourceType = (typeof sourceTypes)[number];

export function isFixedType(type: unknown): type is FixedType {
  return fixedTypes.some((known) => known === type);
}

export function isSourceType(type: unknown): type is SourceType {
  return sourceTypes.some((known) => known === type);
}
