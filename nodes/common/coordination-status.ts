import type { NodeStatus } from "node-red";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { catalogueName } from "./texts";

/** The state of a coordination as the status of its node, with the words and colours of core's MQTT nodes. */
export function coordinationStatus(state: CoordinationState): NodeStatus {
  switch (state.name) {
    case "connecting":
      return { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" };
    case "connected":
      return { fill: "green", shape: "dot", text: "node-red:common.status.connected" };
    case "away":
      return trouble("status.redis-away");
    case "closed":
      break;
  }
  return {};
}

/** What nodes that make calls show; only if there is a problem. Calls go on, with a fixed share of the quota. */
export function coordinationTrouble(state: CoordinationState): NodeStatus | undefined {
  return state.name === "away" ? trouble("status.redis-away") : undefined;
}

/** What nodes that receive messages show; only if there is a problem. Messages go on, and copies may come through. */
export function sharedMessagesTrouble(state: CoordinationState): NodeStatus | undefined {
  return state.name === "away" ? trouble("status.redis-away-messages") : undefined;
}

function trouble(words: string): NodeStatus {
  const text = `${catalogueName}:aliyun-iot-invoke-service.${words}`;
  return { fill: "yellow", shape: "ring", text };
}
