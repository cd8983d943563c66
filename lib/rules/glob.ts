/** A pattern in which `*` stands for any characters. Matching takes no longer with many stars. */
export class Glob {
  private readonly first: string;
  private readonly middle: string[];
  private readonly last: string;
  private readonly hasStar: boolean;
  private readonly isStar: boolean;

  constructor(readonly pattern: string) {
    const [first = "", ...others] = pattern.split("*");
    this.hasStar = others.length > 0;
    this.isStar = pattern === "*";
    this.first = first;
    this.last = others.pop() ?? "";
    this.middle = others.filter((part) => part !== "");
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    const { first, middle, last } = this;
    if (!this.hasStar) return text === first;
    if (this.isStar) return true;
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of middle) {
      // The first match leaves the most text for the following parts.
      const at = text.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  }
}
