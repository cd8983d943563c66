import { isDeepStrictEqual } from "node:util";
import { parseJson } from "../../base/json";
import { ArgsWriter } from "../../invocation/args-writer";
import { maxArgsBytes } from "../../thing-model/args-size";

/** Comparing all duplicates of a list must not take longer than reading them. */
const maxCompared = 32 * 1024 * 1024;

/** Compares args of entries that name the same device. */
export class ArgsComparison {
  private compared = 0;
  /** By the object they come from, since many entries may share one. */
  private readonly kept = new WeakMap<object, { value: unknown }>();

  /** Whether both are sent as the same; what cannot be sent, or would take too long to compare, is the same as nothing else. */
  areSame(one: unknown, other: unknown): boolean {
    if (one === other) return true;
    if (one === undefined || other === undefined) return false;
    const [first, second] = [this.plain(one), this.plain(other)];
    return first !== undefined && second !== undefined && isDeepStrictEqual(first.value, second.value);
  }

  /** The JSON of args, parsed; undefined where there is none. */
  private plain(args: unknown): { value: unknown } | undefined {
    const isShared = typeof args === "object" && args !== null;
    const kept = isShared ? this.kept.get(args) : undefined;
    if (kept) return kept;
    const plain = this.parsed(args);
    if (isShared && plain) this.kept.set(args, plain);
    return plain;
  }

  private parsed(args: unknown): { value: unknown } | undefined {
    try {
      const text = typeof args === "string" ? args : new ArgsWriter().write(args);
      this.compared += text.length;
      if (text.length > maxArgsBytes || this.compared > maxCompared) return undefined;
      return { value: parseJson(text) };
    } catch {
      return undefined;
    }
  }
}
