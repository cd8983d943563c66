import type { Node, NodeAPI } from "node-red";
import type { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { type AccountNode, accountType } from "./account-node";

export const coordinationType = "aliyun-iot-coordination";

export interface CoordinationCredentials {
  username?: string;
  password?: string;
}

/** What the coordination node offers to the nodes that use it. */
export interface CoordinationNode extends Node<CoordinationCredentials> {
  /** The connection, made on first use. With wrong settings there is one as well, which is never usable. */
  open(): Coordination;
}

/** The coordination node with that id; undefined where there is none. */
export function coordinationNodeOf(RED: NodeAPI, id: unknown): CoordinationNode | undefined {
  const node = typeof id === "string" && id !== "" ? RED.nodes.getNode(id) : undefined;
  return node?.type === coordinationType ? (node as CoordinationNode) : undefined;
}

/**
 * Follows the state of the Redis that an account shares with others, if it does, once all nodes have started.
 * @param accountId as the flow file has it
 * @returns a function that ends this
 */
export function followCoordination(
  RED: NodeAPI,
  accountId: string | undefined,
  onState: (state: CoordinationState) => void,
): () => void {
  let end: (() => void) | undefined;
  const starting = setImmediate(() => {
    const account = accountId ? RED.nodes.getNode(accountId) : undefined;
    if (account?.type !== accountType) return;
    const node = coordinationNodeOf(RED, (account as AccountNode).coordination);
    if (!node) return;
    const coordination = node.open();
    end = coordination.watch(onState);
    onState(coordination.state);
  });
  return () => {
    clearImmediate(starting);
    end?.();
  };
}
