import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { textOfError } from "../../lib/base/describe";
import { Failure } from "../../lib/base/failure";
import type { Args } from "../../lib/invocation/args";
import type { Form, FormSource } from "../../lib/invocation/form";
import { Unevaluated, writeForm } from "../../lib/invocation/form-args";
import { evaluate, readMessageProperty } from "./fields";

/**
 * The args that a parameter form makes of a message; at once where all its sources are at hand, else a promise that
 * waits for them together.
 * @param form as `readForm` gives it
 * @throws {Failure} `invalid-input`, also as a rejection: what is wrong with the form, or with the values of its sources
 */
export function evaluateForm(
  RED: NodeAPI,
  node: Node,
  form: Form | Failure,
  msg: NodeMessageInFlow,
): Args | Promise<Args> {
  if (form instanceof Failure) throw form;
  const values: unknown[] = [];
  const pending: Promise<void>[] = [];
  for (const source of form.sources) {
    const { index, type, expression } = source;
    if (type === "msg") values[index] = messageValue(RED, msg, expression);
    else {
      // So that the list has no gaps while values are awaited.
      values[index] = undefined;
      pending.push(store(values, index, evaluated(RED, node, source, msg)));
    }
  }
  if (pending.length === 0) return writeForm(form, values);
  return Promise.all(pending).then(() => writeForm(form, values));
}

function messageValue(RED: NodeAPI, msg: NodeMessageInFlow, expression: string): unknown {
  try {
    return readMessageProperty(RED, msg, expression);
  } catch (error) {
    return new Unevaluated(textOfError(error));
  }
}

/** Never rejects: each source that cannot be evaluated is named, not only the first. */
async function store(
  values: unknown[],
  index: number,
  evaluating: Promise<{ value: unknown }>,
): Promise<void> {
  try {
    values[index] = (await evaluating).value;
  } catch (error) {
    values[index] = new Unevaluated(textOfError(error));
  }
}

async function evaluated(
  RED: NodeAPI,
  node: Node,
  { type, expression }: FormSource,
  msg: NodeMessageInFlow,
): Promise<{ value: unknown }> {
  const found = await evaluate(RED, node, expression, type, msg);
  const isUnset = type === "env" && found.value === "" && !isSet(RED, node, expression);
  return isUnset ? { value: undefined } : found;
}

/** Whether an environment variable is there at all; Node-RED gives empty text for one that is not. */
function isSet(RED: NodeAPI, node: Node, expression: string): boolean {
  const name = /^\$\{([^}]+)\}$/.exec(expression)?.[1] ?? expression;
  const setting: unknown = RED.util.getSetting(node, name);
  // An expression of several variables and text is text.
  return setting !== undefined || (name === expression && name.includes("${"));
}
