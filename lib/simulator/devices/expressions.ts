import { Evaluator } from "../../expression/evaluator";
import { whatIsWrong } from "../../expression/what-is-wrong";
import type { ReadDefinition } from "../definition/definition";
import { SimulatorInputError } from "../definition/input-error";

/** Evaluates one expression over `{ args, device }`. Rejects when it fails or takes too long. */
export type Evaluate = (input: object) => Promise<unknown>;

/**
 * Checks every JSONata expression of a definition, keyed by its text. JSONata is loaded only if there is one. They
 * are evaluated in a thread that starts when it is first needed.
 * @param closing ends the thread
 * @throws {SimulatorInputError} with the path of an invalid expression
 */
export function compileExpressions(definition: ReadDefinition, closing: AbortSignal): Map<string, Evaluate> {
  const compiled = new Map<string, Evaluate>();
  const evaluator = new Evaluator();
  closing.addEventListener("abort", () => evaluator.close(), { once: true });
  for (const { text, path } of expressionsOf(definition)) {
    if (compiled.has(text)) continue;
    check(text, path);
    compiled.set(text, (input) => evaluator.evaluate(text, input));
  }
  return compiled;
}

function check(text: string, path: string): void {
  const reason = whatIsWrong(text);
  if (reason !== undefined) throw new SimulatorInputError(`${path}: not a JSONata expression: ${reason}`);
}

function* expressionsOf(definition: ReadDefinition): Generator<{ text: string; path: string }> {
  const source = definition.source && `${definition.source}: `;
  for (const [p, product] of definition.products.entries()) {
    const seen = new Set<string>();
    for (const [d, device] of product.devices.entries()) {
      // Those of one origin are alike.
      if (device.path !== undefined && seen.has(device.path)) continue;
      if (device.path !== undefined) seen.add(device.path);
      const path = `${source}${device.path ?? `products[${p}].devices[${d}]`}`;
      for (const [identifier, { data, post }] of Object.entries(device.services ?? {})) {
        if (typeof data === "string") yield { text: data, path: `${path}.services.${identifier}.data` };
        if (typeof post === "string") yield { text: post, path: `${path}.services.${identifier}.post` };
      }
      const { post } = device.propertySet ?? {};
      if (typeof post === "string") yield { text: post, path: `${path}.propertySet.post` };
      for (const [index, { data }] of (device.posts ?? []).entries()) {
        if (typeof data === "string") yield { text: data, path: `${path}.posts[${index}].data` };
      }
    }
  }
}
