import { type Failure, invalidInput, type Text } from "../base/failure";
import { readable } from "../base/text";
import { maxArgsBytes } from "../thing-model/args-size";
import type { Args } from "./args";
import { ArgsWriter, maxDepth, Unwritable } from "./args-writer";
import type { Form, FormEntry, FormMember, FormSource } from "./form";
import { FormProblems } from "./form-problems";
import { sourceOf } from "./inputs";

/** In place of the value of a source that cannot be evaluated. */
export class Unevaluated {
  /** @param reason what was thrown, as text */
  constructor(readonly reason: string) {}
}

/**
 * The args for a form and the values of its sources. Fixed values are written as they were typed, and
 * values are written as `readArgs` writes them. Its work is bounded by the form and by what is written.
 * @param values one for each of the form's sources
 * @throws {Failure} `invalid-input`, which names each parameter whose source is undefined or cannot be used
 */
export function writeForm(form: Form, values: readonly unknown[]): Args {
  const writing = new FormWriting(values);
  try {
    const text = writing.members(form.members, 1);
    if (writing.problems.some) throw writing.problems.failure(form.field);
    if (Buffer.byteLength(text) <= maxArgsBytes) return { text, isComputed: form.isComputed };
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
  }
  throw writing.problems.some ? writing.problems.failure(form.field) : tooLarge(form.field);
}

class FormWriting {
  readonly problems = new FormProblems();
  private readonly writer = new ArgsWriter();

  constructor(private readonly values: readonly unknown[]) {}

  members(members: readonly FormMember[], depth: number): string {
    let text = this.writer.count("{") && "{";
    for (const { nameText, entry } of members) {
      if (this.problems.areEnough) break;
      text += `${text === "{" ? "" : ","}${this.writer.count(nameText)}:${this.entry(entry, depth)}`;
    }
    return `${text}}`;
  }

  private entry(entry: FormEntry, depth: number): string {
    switch (entry.kind) {
      case "fixed":
        return this.writer.count(entry.text);
      case "source":
        return this.source(entry, depth);
      case "struct":
        return this.members(entry.members, depth + 1);
      case "array":
        break;
    }
    let text = this.writer.count("[") && "[";
    for (const item of entry.items) {
      if (this.problems.areEnough) break;
      text += `${text === "[" ? "" : ","}${this.entry(item, depth + 1)}`;
    }
    return `${text}]`;
  }

  private source(source: FormSource, depth: number): string {
    const value = this.values[source.index];
    const name = sourceOf(source.type, source.expression);
    if (value === undefined) return this.refuse(source, "errors.form-undefined", name);
    if (value instanceof Unevaluated) {
      return this.refuse(source, "errors.form-expression", name, { reason: readable(value.reason, 120) });
    }
    try {
      return this.writer.write(value, depth);
    } catch (error) {
      // Anything else was thrown by a getter, a proxy or toJSON of the value.
      if (!(error instanceof Unwritable)) return this.refuse(source, "errors.form-opaque", name);
      return this.unwritable(source, name, error);
    }
  }

  private unwritable(source: FormSource, name: string, error: Unwritable): string {
    const { problem } = error;
    switch (problem.kind) {
      case "too-large":
        throw error;
      case "too-deep":
        return this.refuse(source, "errors.form-source-nests", name, { limit: maxDepth });
      case "cycle":
        return this.refuse(source, "errors.form-cycle", name);
      case "value":
        break;
    }
    const { came } = problem;
    if (problem.path === "") return this.refuse(source, "errors.form-value", name, { came });
    return this.refuse(source, "errors.form-part", name, { part: readable(problem.path, 80), came });
  }

  private refuse(
    { path }: FormSource,
    key: string,
    source: string,
    params: NonNullable<Text["params"]> = {},
  ): string {
    this.problems.add(path, { key, params: { source, ...params } });
    return "null";
  }
}

function tooLarge(field: Text): Failure {
  return invalidInput({ key: "errors.form-args-too-large", params: { field, limit: maxArgsBytes / 1024 } });
}
