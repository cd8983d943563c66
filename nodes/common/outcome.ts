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
 * For `done`: Node-RED passes only `code` and `cause` on to Catch nodes. The debug sidebar shows a cause as
 * its text.
 */
export function catchable({ message, code, ...cause }: ErrorObject): Error {
  // Not enumerable, so that flows see only the fields of the cause.
  Object.defineProperty(cause, "toString", { value: () => causeText(cause) });
  return Object.assign(new Error(message, { cause }), { code });
}

/** `outcome: refused, category: offline. Repeat when the device is online again.` */
function causeText({ outcome, category, requestId, hint }: Partial<ErrorObject>): string {
  const facts = { outcome, category, requestId };
  const named = Object.entries(facts).flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  return `${named.join(", ")}.${hint ? ` ${hint}` : ""}`;
}

/** A failure without a message in the flow, as one line for the log. */
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
 * Sets `msg.invocation` and `msg.error`, on the message or, if it is read-only, on a copy. The error of an earlier node
 * of this package is removed; one of another node stays unless there is a new one.
 * @returns undefined if it cannot even be copied
 */
export function withOutcome(
  msg: FlowMessage,
  invocation: Invocation,
  error: ErrorObject | undefined,
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
    else if (isErrorOfOurs(to.error)) delete to.error;
    if (isConfirmationLeft(to)) throw new TypeError("not removed");
    // A setter may have ignored it; a proxy may claim to have written it.
    if (to.invocation !== invocation || (error && to.error !== error)) throw new TypeError("not written");
    return to;
  }
}

/** A writable copy without the confirmation; undefined if the message cannot be read. */
export function copyOf(msg: FlowMessage): FlowMessage | undefined {
  try {
    const copy: FlowMessage & { confirmed?: unknown } = { ...msg };
    delete copy.confirmed;
    return copy;
  } catch {
    return undefined;
  }
}

const ourTypes = "aliyun-iot-";

function isErrorOfOurs(error: unknown): boolean {
  try {
    if (typeof error !== "object" || error === null || !("source" in error)) return false;
    const { source } = error;
    if (typeof source !== "object" || source === null || !("type" in source)) return false;
    return typeof source.type === "string" && source.type.startsWith(ourTypes);
  } catch {
    // An unreadable error would break the next node.
    return true;
  }
}
