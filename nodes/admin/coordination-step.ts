import type { NodeAPI } from "node-red";
import type { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { type CheckStep, explain } from "../../lib/look-up/connection-check";
import { coordinationNodeOf } from "../common/coordination-node";

/** A Redis that has not answered by then is away. */
const maxWaitMs = 5000;

/**
 * How it stands with the Redis of an account, as a step of its check. A warning at most: calls go on without it.
 * @param id of the coordination node that the form names; only a deployed one has a connection
 */
export async function coordinationStep(RED: NodeAPI, id: unknown): Promise<CheckStep> {
  const node = coordinationNodeOf(RED, id);
  if (!node) return { step: "redis", state: "warning", text: { key: "errors.coordination-undeployed" } };
  const state = await settled(node.open());
  if (state.name === "connected") {
    const params = { server: state.server, others: state.members - 1 };
    return { step: "redis", state: "ok", text: { key: "connection.redis-others", params } };
  }
  if (state.name === "away") return { step: "redis", state: "warning", ...explain(state.failure) };
  return { step: "redis", state: "warning", text: { key: "errors.coordination-connecting" } };
}

/** The state of a connection that has been made, or has failed. */
function settled(coordination: Coordination): Promise<CoordinationState> {
  if (coordination.state.name !== "connecting") return Promise.resolve(coordination.state);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      unwatch();
      resolve(coordination.state);
    };
    const unwatch = coordination.watch(end);
    const timer = setTimeout(end, maxWaitMs);
  });
}
