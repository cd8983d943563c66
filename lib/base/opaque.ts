import { inspect } from "node:util";

/**
 * Keeps the inside of objects out of whatever prints or copies them as JSON: debug output, a log, an error report.
 * They hold keys, tokens or passwords, or lead to them.
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
