import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { textOfError } from "../../lib/base/describe";
import { invalidInput, type Text } from "../../lib/base/failure";
import { readable } from "../../lib/base/text";
import { type Input, sourceOf } from "../../lib/invocation/inputs";

/** A typed input of a dialog: what was typed and what kind of thing it is. */
export interface TypedField {
  value: unknown;
  type: unknown;
  /** Name of the field in the reader's language. */
  name: Text;
}

/** Whether a field holds its value itself, the same for every message. */
export function isTypedIn({ type }: TypedField): boolean {
  return typeof type !== "string" || type === "str" || type === "json";
}

/**
 * Evaluates a typed input for a message, and names the source of the value.
 * JSON is kept as text, because parsing it would turn `10.0` into `10`.
 * @throws {Failure} `invalid-input` where the expression cannot be evaluated
 */
export function evaluateField(
  RED: NodeAPI,
  node: Node,
  field: TypedField,
  msg: NodeMessageInFlow,
): Input | Promise<Input> {
  const text = typeof field.value === "string" ? field.value : "";
  if (isTypedIn(field)) return { value: field.value, source: "" };
  const type = String(field.type);
  const source = sourceOf(type, text);
  const fail = (error: unknown): never => {
    const reason = readable(textOfError(error), 120);
    throw invalidInput({ key: "errors.expression", params: { field: field.name, source, reason } });
  };
  if (type !== "msg") {
    return evaluate(RED, node, text, type, msg).then(({ value }) => ({ value, source }), fail);
  }
  try {
    return { value: readMessageProperty(RED, msg, text), source };
  } catch (error) {
    return fail(error);
  }
}

/**
 * What an expression such as `payload.level` names in a message.
 * @throws {unknown} what Node-RED, a getter or a proxy throws
 */
export function readMessageProperty(RED: NodeAPI, msg: NodeMessageInFlow, expression: string): unknown {
  return isName(expression)
    ? (msg as unknown as Record<string, unknown>)[expression]
    : RED.util.getMessageProperty(msg, expression);
}

/** Whether an expression names a property of the message itself, as most do; Node-RED takes its time to read it. */
export function isName(expression: string): boolean {
  return /^[a-z]\w*$/i.test(expression);
}

/**
 * Evaluates a typed input of any type but `msg`. The value comes wrapped: a promise among the values is not ours to
 * wait for.
 */
export function evaluate(
  RED: NodeAPI,
  node: Node,
  text: string,
  type: string,
  msg: NodeMessageInFlow,
): Promise<{ value: unknown }> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(text, type, node, msg, (error: Error | null, value: unknown) => {
      if (error) reject(error);
      else resolve({ value });
    });
  });
}
