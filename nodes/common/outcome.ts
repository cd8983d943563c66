import type { Node, NodeMessageInFlow } from "node-red";
import { textOfError } from "../../lib/base/describe";
import { Failure } from "../../lib/base/failure";
import type { Invocation } from "../../lib/invocation/invocation";
import { isConfirmationLeft } from "./confirmation";
import type { Translate } from "./texts";

/** `msg.error` as the failure port sends it (docs/architecture.md, Messages). */
export interface ErrorObject {
  message: string;
  code: string;
  category: string;
  outcome: string;
  retryable: boolean;
  requestId?: string;
  messageId?: string;
  statusCode?: number;
  hint?: string;
  source: { id: string; type: string; name: string };
}

export type FlowMessage = NodeMessageInFlow & { invocation?: Invocation; error?: unknown };

export function errorObject(failure: Failure, node: Node, translate: Translate): ErrorObject {
  const { code, category, outcome, retryable, requestId, messageId, statusCode, advice } = failure;
  return {
    message: translate(failure.text),
    code,
    category,
    outcome,
    retryable,
    ...(requestId !== undefined && { requestId }),
    ...(messageId !== undefined && { messageId }),
    ...(statusCode !== undefined && { statusCode }),
    ...(advice !== undefined && { hint: translate(advice) }),
    source: { id: node.id, type: node.type, name: node.name ?? "" },
  };
}

/**
 * For `done`: Node-RED hands `code` and `cause` on to Catch nodes, and nothing else. The debug sidebar shows a cause as
 * the text that it turns into.
 */
export function catchable({ message, code, ...cause }: ErrorObject): Error {
  // Not enumerable, so that the cause that a flow gets holds its fields only.
  Object.defineProperty(cause, "toString", { value: () => causeText(cause) });
  return Object.assign(new Error(message, { cause }), { code });
}

/** `outcome: refused, category: offline. Repeat when the device is online again.` */
function causeText({ outcome, category, requestId, hint }: Partial<ErrorObject>): string {
  const facts = { outcome, category, requestId };
  const named = Object.entries(facts).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return `${named.join(", ")}.${hint ? ` ${hint}` : ""}`;
}

/** A failure that belongs to no message, as one line for the log. */
export function failureText(error: unknown, translate: Translate): string {
  if (!(error instanceof Failure)) return textOfError(error);
  const hint = error.advice ? ` ${translate(error.advice)}` : "";
  return `${translate(error.text)}${hint}`;
}

/** Whether anything is connected to the second output; the runtime keeps `wires` up to date. */
export function isFailurePortWired(node: Node): boolean {
  const { wires } = node as Node & { wires?: unknown[][] };
  return (wires?.[1]?.length ?? 0) > 0;
}

/**
 * The message with what is to be said about it: on itself, or on a copy where it cannot be written to.
 * What an earlier invoke node said is taken off; an error of another node stays where there is no new one.
 * @returns undefined where it cannot even be copied
 */
export function withOutcome(
  msg: FlowMessage,
  invocation: Invocation,
  error: ErrorObject | undefined,
  type: string,
): FlowMessage | undefined {
  try {
    return write(msg);
  } catch {
    const copy = copyOf(msg);
    return copy && write(copy);
  }

  function write(to: FlowMessage): FlowMessage {
    to.invocation = invocation;
    if (error) to.error = error;
    else if (isErrorOf(to.error, type)) delete to.error;
    if (isConfirmationLeft(to)) throw new TypeError("not removed");
    // A setter may have taken it and done nothing; a proxy may have said so.
    if (to.invocation !== invocation || (error && to.error !== error)) throw new TypeError("not written");
    return to;
  }
}

/** A copy that can be written to, and confirms nothing; undefined where the message cannot even be read. */
export function copyOf(msg: FlowMessage): FlowMessage | undefined {
  try {
    const copy: FlowMessage & { confirmed?: unknown } = { ...msg };
    delete copy.confirmed;
    return copy;
  } catch {
    return undefined;
  }
}

function isErrorOf(error: unknown, type: string): boolean {
  try {
    if (typeof error !== "object" || error === null || !("source" in error)) return false;
    const { source } = error;
    return typeof source === "object" && source !== null && "type" in source && source.type === type;
  } catch {
    // One that cannot even be read would break the next node.
    return true;
  }
}
