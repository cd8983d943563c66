import type { NodeStatus } from "node-red";
import type { CoordinationState } from "../../lib/coordination/coordination";
import { catalogueName } from "./texts";

/** The state of a coordination as the status of its node, with the words and colours of core's MQTT nodes. */
export function coordinationStatus(state: CoordinationState): NodeStatus {
  switch (state.name) {
    case "connecting":
      return { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" };
    case "connected":
      return { fill: "green", shape: "dot", text: "node-red:common.status.connected" };
    case "away":
      return sharedAlone();
    case "closed":
      break;
  }
  return {};
}

/** What nodes show that use it, only if there is a problem: calls go on, with a fixed share of the quota. */
export function coordinationTrouble(state: CoordinationState): NodeStatus | undefined {
  return state.name === "away" ? sharedAlone() : undefined;
}

function sharedAlone(): NodeStatus {
  const words = "status.redis-away";
  return { fill: "yellow", shape: "ring", text: `${catalogueName}:aliyun-iot-invoke-service.${words}` };
}
