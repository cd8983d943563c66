import type { AuditRecord } from "./record";

/**
 * What JSON allows in a text, but what some readers of lines take for an end of the line (U+0085, U+2028, U+2029),
 * and what a terminal would obey or show in another order.
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
