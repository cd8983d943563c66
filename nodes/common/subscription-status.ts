import type { NodeStatus } from "node-red";
import type { SubscriptionState } from "../../lib/subscription/state";
import { shortCode, wordsOf } from "./status-words";
import { catalogueName } from "./texts";

/** The state of a subscription as a node status, with the words and colours of core's MQTT nodes. */
export function subscriptionStatus(state: SubscriptionState): NodeStatus {
  switch (state.name) {
    case "connecting":
      return { fill: "yellow", shape: "ring", text: "node-red:common.status.connecting" };
    case "connected":
      return { fill: "green", shape: "dot", text: "node-red:common.status.connected" };
    case "disconnected":
      return { fill: "red", shape: "ring", text: "node-red:common.status.disconnected" };
    case "refused":
      return { fill: "red", shape: "dot", text: troubleText(state.failure.code) };
    case "closed":
      break;
  }
  return {};
}

/** The same, only if there is a problem. */
export function troubleStatus(state: SubscriptionState): NodeStatus | undefined {
  return state.name === "disconnected" || state.name === "refused" ? subscriptionStatus(state) : undefined;
}

/** A code as a status of any node: a key of the invoke node's words, which the editor translates, or the code. */
export function troubleText(code: string): string {
  // No message has come in that could be bad input.
  const words = code === "invalid-input" ? "status.invalid-settings" : wordsOf(code);
  return words ? `${catalogueName}:aliyun-iot-invoke-service.${words}` : shortCode(code);
}
