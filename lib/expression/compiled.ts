/** Characters of expressions that are kept: compiled, each takes about ten bytes, of the few megabytes that the thread has. */
const maxKept = 500_000;

/** Expressions that were compiled. They may come from messages, each with its own. */
export class Compiled<Expression> {
  private readonly expressions = new Map<string, Expression>();
  private kept = 0;

  constructor(private readonly compile: (text: string) => Expression) {}

  /** @throws {unknown} where the text is no expression */
  get(text: string): Expression {
    const known = this.expressions.get(text);
    if (known) return known;
    const expression = this.compile(text);
    if (this.kept + text.length > maxKept) this.clear();
    this.expressions.set(text, expression);
    this.kept += text.length;
    return expression;
  }

  get size(): number {
    return this.expressions.size;
  }

  private clear(): void {
    this.expressions.clear();
    this.kept = 0;
  }
}
