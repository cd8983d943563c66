import type { AuditRecord } from "./record";

/**
 * Characters that JSON allows in a string, but that some programs treat as the end of a line (U+0085, U+2028, U+2029),
 * or that change what a terminal does or the order in which it shows text.
 */
// oxlint-disable-next-line no-misleading-character-class -- they are single characters, by their numbers
const unsafe = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A record as one line of JSON, its newline included. Lone surrogates come out escaped. */
export function lineOf(record: AuditRecord): string {
  const json = JSON.stringify(record);
  // They can only stand in texts, where an escape means the same character.
  return `${json.replace(unsafe, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
