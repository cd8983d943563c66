import type { Node } from "node-red";
import type { SubscriptionUse } from "../../lib/subscription/shared-subscription";
import type { SubscriptionState } from "../../lib/subscription/state";

export const subscriptionType = "aliyun-iot-subscription";

/** A node that uses a subscription. */
export interface SubscriptionUser {
  /** Errors of the subscription are reported to the flow of this node. */
  node: Node;
  /** Called when the subscription is available; returns a function that stops using it. */
  begin?(subscription: SubscriptionUse): () => void;
  /** Called with the state, at once and whenever it changes; wrong settings count as `refused`. */
  show(state: SubscriptionState): void;
}

/** What the subscription node offers to the nodes that use it. */
export interface SubscriptionNode extends Node {
  /** Id of the account node. */
  account: string;
  /**
   * The connection that all nodes with this subscription use; created on first use.
   * @throws {Failure} on every call while the settings are wrong
   */
  open(): Promise<SubscriptionUse>;
  /** Adds a user of the subscription, from when it is available; returns a function that removes it. */
  join(user: SubscriptionUser): () => void;
}
