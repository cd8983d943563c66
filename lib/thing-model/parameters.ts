import type { Parameter } from "./data-type";

const indexes = new WeakMap<readonly Parameter[], ReadonlyMap<string, Parameter>>();

/**
 * The parameters of a list by their identifiers; created once for each list; lists never change after they were read.
 */
export function byIdentifier(parameters: readonly Parameter[]): ReadonlyMap<string, Parameter> {
  let index = indexes.get(parameters);
  if (!index) {
    index = new Map(parameters.map((parameter) => [parameter.identifier, parameter]));
    indexes.set(parameters, index);
  }
  return index;
}
