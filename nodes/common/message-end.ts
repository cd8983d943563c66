import type { Node } from "node-red";
import { textOfError } from "../../lib/base/describe";
import type { Invocation } from "../../lib/invocation/invocation";
import type { FlowMessage } from "./outcome";

export type Send = (msg: FlowMessage | (FlowMessage | null)[]) => void;
export type Done = (error?: Error) => void;

/** Whether a message has left already: from then on, nothing that is thrown gives it a second outcome. */
export interface Leaving {
  hasLeft: boolean;
}

/**
 * A message in place of one that Node-RED cannot read or copy, with its id and with the pending HTTP request and
 * response.
 */
export function freshMessage(msg: FlowMessage, invocation: Invocation | undefined): FlowMessage {
  const fresh: Record<string, unknown> = invocation ? { invocation } : {};
  for (const name of ["_msgid", "topic", "req", "res"]) {
    const value = readOf(msg, name);
    const isOfHttp = name === "req" || name === "res";
    if (typeof value === "string" || (isOfHttp && typeof value === "object" && value !== null)) {
      fresh[name] = value;
    }
  }
  return fresh as unknown as FlowMessage;
}

/**
 * Ends a message in Catch nodes, or in the log if there are none. If Node-RED cannot read or copy the message, it throws
 * before it reports anything; the fresh one is then used instead. Never throws.
 */
export function endInCatch(node: Node, done: Done, error: Error, fresh: FlowMessage): void {
  try {
    done(error);
  } catch {
    catchQuietly(node, error, fresh);
  }
}

/** Ends a message in Catch nodes, with another message in its place. Never throws. */
export function endInCatchWith(node: Node, done: Done, error: Error, other: FlowMessage): void {
  catchQuietly(node, error, other);
  endQuietly(node, done);
}

function catchQuietly(node: Node, error: Error, msg: FlowMessage): void {
  try {
    node.error(error, msg);
  } catch (reason) {
    logQuietly(node, reason);
  }
}

/**
 * Sends a message out of one port. Node-RED hands it to the first wire as it is and copies it for the others; if
 * that throws, the message has been sent all the same.
 * @throws {unknown} what a downstream node throws, if the message has not been sent
 */
export function sendOnce(
  node: Node,
  leaving: Leaving,
  msg: FlowMessage | [null, FlowMessage],
  send: Send,
): void {
  const { wires } = node as Node & { wires?: unknown[][] };
  leaving.hasLeft = (wires?.[Array.isArray(msg) ? 1 : 0]?.length ?? 0) > 1;
  try {
    send(msg);
  } catch (error) {
    if (!leaving.hasLeft) throw error;
    logQuietly(node, error);
  }
  leaving.hasLeft = true;
}

/** Ends a message that has been sent. Never throws: an error of a Complete node must not cause a second outcome. */
export function endQuietly(node: Node, done: Done): void {
  try {
    done();
  } catch (error) {
    logQuietly(node, error);
  }
}

/** Only logs, without Catch nodes: the message already has its outcome. */
export function logQuietly(node: Node, error: unknown): void {
  try {
    node.error(textOfError(error));
  } catch {
    // There is no other place to report it.
  }
}

function readOf(msg: FlowMessage, name: string): unknown {
  try {
    return (msg as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
