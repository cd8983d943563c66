import { isPropertyIdentifier } from "../base/identifiers";
import { pathText } from "../base/path-text";
import type { DataType } from "../thing-model/data-type";

/** What is waited for. */
export type WaitKind = "property" | "event" | "state";

/** The part of a device that a wait looks at. */
export interface Subject {
  kind: WaitKind;
  /** A property or an event, `module:name` for one of a custom module; blank = any, or the state. */
  name: string;
  /** The way to a part of its value, or of the event's outputs: names of fields and positions in arrays. */
  path: readonly (string | number)[];
}

const maxSteps = 20;
const pathPattern = /^(?:\.[^.[\]]+|\[\d{1,6}\])*$/;

/**
 * Reads `Temperature`, `Overheat.Temperature`, `Steps[0].Level` or `module:Color.Red`.
 * @returns undefined where it is none of these
 */
export function readSubject(kind: "property" | "event", identifier: string): Subject | undefined {
  const end = identifier.search(/[.[]/);
  const name = end < 0 ? identifier : identifier.slice(0, end);
  const rest = identifier.slice(name.length);
  // Events of custom modules are named as properties are.
  if (!isPropertyIdentifier(name) || !pathPattern.test(rest)) return undefined;
  const steps = Array.from(rest.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g), ([, field, at]) => field ?? Number(at));
  return steps.length > maxSteps ? undefined : { kind, name, path: steps };
}

/** How a subject is written. */
export function subjectText({ name, path }: Subject): string {
  return pathText([name, ...path]);
}

/** The part of a value to which a path leads; undefined where there is none. */
export function partAt(value: unknown, path: Subject["path"]): unknown {
  let part = value;
  for (const step of path) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, step)) return undefined;
    part = (part as Record<string | number, unknown>)[step];
  }
  return part;
}

/** The type of that part; undefined where the type has none, or is not known. */
export function typeAt(whole: DataType | undefined, path: Subject["path"]): DataType | undefined {
  let type = whole;
  for (const step of path) {
    if (type?.type === "array") type = type.item;
    else if (type?.type === "struct") {
      const field = type.fields.find(({ identifier }) => identifier === step);
      type = field?.isUnchecked ? undefined : field?.dataType;
    } else return undefined;
  }
  return type;
}
