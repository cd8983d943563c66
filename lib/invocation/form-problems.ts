import { type Failure, invalidInput, type Text } from "../base/failure";
import { pathText } from "../base/path-text";
import { readable } from "../base/text";
import { problemList } from "./problem-list";

/** The path to a parameter in the form. */
export interface FormPath {
  name: string | number;
  above: FormPath | undefined;
}

/** Problems named in one sentence. */
const maxNamed = 20;
const maxNameLength = 60;
const maxPathLength = 200;

/** What is wrong with the parameters of a form, in its order. */
export class FormProblems {
  private readonly named: Text[] = [];
  private count = 0;

  add(path: FormPath, problem: Text): void {
    if (++this.count <= maxNamed) {
      this.named.push({ key: "errors.form-at", params: { path: textOfPath(path), problem } });
    }
  }

  get some(): boolean {
    return this.count > 0;
  }

  /** More of them would not be named. */
  get areEnough(): boolean {
    return this.count > maxNamed;
  }

  /** @param field name of the dialog's field */
  failure(field: Text): Failure {
    const problems = problemList(this.named, this.areEnough);
    return invalidInput({ key: "errors.form-problems", params: { field, problems } }, "hints.form");
  }
}

/** How a message names a parameter of the form: `Steps[1].At`. */
export function textOfPath(path: FormPath): string {
  const names: (string | number)[] = [];
  for (let at: FormPath | undefined = path; at; at = at.above) names.unshift(at.name);
  return readable(
    pathText(names, (name) => readable(name, maxNameLength) || '""'),
    maxPathLength,
  );
}
