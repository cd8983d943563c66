import type { Expression } from "jsonata";
import type { ReadDefinition } from "../definition/definition";
import { SimulatorInputError } from "../definition/input-error";

/** Evaluates one expression over `{ args, device }`. Rejects when it fails or takes too long. */
export type Evaluate = (input: object) => Promise<unknown>;

/** Ends an expression that never would; milliseconds, calls deep, elements. */
const LIMITS = { timeout: 1000, stack: 500, sequence: 100_000 };

/**
 * Compiles every JSONata expression of a definition, keyed by its text. JSONata is loaded only where
 * there is one. Throws SimulatorInputError with the path of an expression that is none.
 */
export async function compileExpressions(definition: ReadDefinition): Promise<Map<string, Evaluate>> {
  const compiled = new Map<string, Evaluate>();
  for (const { text, path } of expressionsOf(definition)) {
    if (!compiled.has(text)) compiled.set(text, await compile(text, path));
  }
  return compiled;
}

async function compile(text: string, path: string): Promise<Evaluate> {
  const { default: jsonata } = await import("jsonata");
  let expression: Expression;
  try {
    expression = jsonata(text, LIMITS);
  } catch (error) {
    const reason = (error as { message?: unknown }).message;
    throw new SimulatorInputError(`${path}: not a JSONata expression: ${String(reason)}`);
  }
  return async (input) => (await expression.evaluate(input)) as unknown;
}

function* expressionsOf(definition: ReadDefinition): Generator<{ text: string; path: string }> {
  for (const [p, product] of definition.products.entries()) {
    for (const [d, device] of product.devices.entries()) {
      const path = `${definition.source && `${definition.source}: `}products[${p}].devices[${d}]`;
      for (const [identifier, { data, post }] of Object.entries(device.services ?? {})) {
        if (typeof data === "string") yield { text: data, path: `${path}.services.${identifier}.data` };
        if (typeof post === "string") yield { text: post, path: `${path}.services.${identifier}.post` };
      }
      for (const [index, { data }] of (device.posts ?? []).entries()) {
        if (typeof data === "string") yield { text: data, path: `${path}.posts[${index}].data` };
      }
    }
  }
}
