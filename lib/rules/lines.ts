import { lineEnd } from "./rule";

/** One line of a field of rules, right or wrong, and the characters that end it: none on a last line. */
export interface Line {
  text: string;
  end: string;
}

/** Takes a text apart; what `textOfLines` puts together again is the same, byte for byte. */
export function linesOf(text: string): Line[] {
  const pieces = text.split(new RegExp(`(${lineEnd.source})`));
  const lines: Line[] = [];
  for (let index = 0; index < pieces.length; index += 2) {
    lines.push({ text: pieces[index]!, end: pieces[index + 1] ?? "" });
  }
  // Behind the end of the last line there is no further one.
  if (lines.at(-1)!.text === "") lines.pop();
  return lines;
}

/**
 * The text of lines after an edit.
 * @param before the text as it was, which says how lines end and whether the last one does
 */
export function textOfLines(lines: readonly Line[], before: string): string {
  const usual = lineEnd.exec(before)?.[0] ?? "\n";
  const isEnded = /[\r\n]$/.test(before);
  const last = lines.length - 1;
  return lines
    .map(({ text, end }, index) => (index === last && !isEnded ? text : text + (end || usual)))
    .join("");
}
