import type { NodeStatus } from "node-red";
import type { SubscriptionState } from "../../lib/subscription/state";
import { codeText } from "./status";
import { catalogueName } from "./texts";

/** How a subscription stands, below the nodes that use it; in the words and colours of core's MQTT nodes. */
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

/** The same, where something is wrong with it. */
export function troubleStatus(state: SubscriptionState): NodeStatus | undefined {
  return state.name === "disconnected" || state.name === "refused" ? subscriptionStatus(state) : undefined;
}

/** A code as a status of any node; the words for it are those of the invoke node. */
export function troubleText(code: string): string {
  // No message has come in that could be bad input.
  const text =
    code === "invalid-input" ? "aliyun-iot-invoke-service.status.invalid-settings" : codeText(code);
  return text.startsWith("aliyun-iot-") ? `${catalogueName}:${text}` : text;
}
