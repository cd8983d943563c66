import type { Node, NodeAPI } from "node-red";
import { Failure, invalidInput } from "../../lib/base/failure";
import { invokeDefaults } from "../defaults/invoke-service";
import { isName } from "./fields";
import type { FlowMessage } from "./outcome";

/** Where the dialog says that the result goes. */
export interface ResultTarget {
  property: string;
  /** `msg`, `flow` or `global` */
  type: string;
}

/** Reads the target from a flow file; anything but text counts as left out. */
export function readResultTarget(property: unknown, type: unknown): ResultTarget {
  const given = typeof property === "string" ? property : invokeDefaults.result;
  if (typeof type === "string" && type !== "msg") return { property: given, type };
  // Node-RED takes `msg.confirmed` for `confirmed`.
  return { property: given.replace(/^msg\./, ""), type: "msg" };
}

/** Message properties that are already in use. */
const taken = ["invocation", "error", "confirmed", "_msgid"];

/** Whether a result can be put there: `msg.payload.x` cannot be set while `msg.payload` is text. */
export function isTargetFree(RED: NodeAPI, { property, type }: ResultTarget, msg: FlowMessage): boolean {
  if (type === "flow" || type === "global") return true;
  if (type !== "msg") return false;
  if (isName(property)) return typeof msg === "object" && msg !== null && !taken.includes(property);
  try {
    const names: unknown = RED.util.normalisePropertyExpression(property, msg);
    if (!Array.isArray(names) || taken.includes(String(names[0]))) return false;
    let holder: unknown = msg;
    for (const name of names.slice(0, -1) as string[]) {
      if (typeof holder !== "object" || holder === null) return false;
      holder = (holder as Record<string, unknown>)[name];
      if (holder === undefined) return true;
    }
    return typeof holder === "object" && holder !== null;
  } catch {
    return false;
  }
}

/** Checked before the call, since afterwards the command has been carried out. */
export function targetTaken(target: ResultTarget): Failure {
  return invalidInput({
    key: "errors.result-target",
    params: { target: `${target.type}.${target.property}` },
  });
}

/** Puts a result where the dialog says; false if that failed. */
export function storeResult(
  RED: NodeAPI,
  node: Node,
  { property, type }: ResultTarget,
  msg: FlowMessage,
  result: unknown,
): boolean | Promise<boolean> {
  try {
    if (type === "msg" && isName(property)) {
      const message = msg as unknown as Record<string, unknown>;
      message[property] = result;
      return message[property] === result;
    }
    if (type !== "flow" && type !== "global") {
      RED.util.setMessageProperty(msg, property, result, true);
      return RED.util.getMessageProperty(msg, property) === result;
    }
    const { key, store } = RED.util.parseContextStore(property);
    const context = node.context()[type];
    return new Promise<boolean>((resolve) => {
      context.set(key, result, store, (error: Error | null | undefined) => resolve(!error));
    }).catch(() => false);
  } catch {
    return false;
  }
}

/** The service was carried out, and its result is lost. */
export function notStored(target: ResultTarget): Failure {
  return new Failure({
    code: "result-not-stored",
    category: "input",
    outcome: "unknown",
    retryable: false,
    text: { key: "errors.result-not-stored", params: { target: `${target.type}.${target.property}` } },
    hint: "hints.result-not-stored",
  });
}
