import { inspect } from "node:util";

/**
 * Hides the contents of objects that hold or lead to keys, tokens or passwords from everything that prints or copies
 * them: debug output, logs, error reports.
 */
export function opaque(...classes: { readonly name: string; readonly prototype: object }[]): void {
  for (const { name, prototype } of classes) {
    hide(prototype, "toJSON", () => ({}));
    hide(prototype, inspect.custom, () => `${name} {}`);
  }
}

function hide(object: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: false, configurable: true, writable: true });
}
