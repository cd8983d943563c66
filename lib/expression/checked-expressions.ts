import { textOfError } from "../base/describe";
import type { Evaluator } from "./evaluator";
import { whatIsWrong } from "./what-is-wrong";

/** Longer ones take too long to be read beside everything else: 100,000 characters take up to half a second. */
const maxLength = 1000;
/** Characters of the texts that are remembered. */
const maxKept = 1_000_000;

/** Whether texts are JSONata expressions. Each message may bring its own, or all the same. */
export class CheckedExpressions {
  private readonly reasons = new Map<string, string | undefined>();
  private kept = 0;

  /** @param evaluator whose thread reads long ones */
  constructor(private readonly evaluator: Pick<Evaluator, "check">) {}

  /** Why a text is no expression, undefined where it is one; a promise for a long one that is not known. Never rejects. */
  whatIsWrong(text: string): string | undefined | Promise<string | undefined> {
    if (this.reasons.has(text)) return this.reasons.get(text);
    if (text.length > maxLength) return this.checked(text);
    const reason = whatIsWrong(text);
    this.keep(text, reason);
    return reason;
  }

  private async checked(text: string): Promise<string | undefined> {
    try {
      const reason = await this.evaluator.check(text);
      this.keep(text, reason);
      return reason;
    } catch (error) {
      // It took too long, or too much memory.
      return textOfError(error);
    }
  }

  private keep(text: string, reason: string | undefined): void {
    // What is kept beside a short text takes more than the text.
    const size = text.length + 200;
    if (this.kept + size > maxKept) {
      this.reasons.clear();
      this.kept = 0;
    }
    if (!this.reasons.has(text)) this.kept += size;
    this.reasons.set(text, reason);
  }
}
