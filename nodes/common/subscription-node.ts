import type { Node } from "node-red";
import type { SubscriptionUse } from "../../lib/subscription/shared-subscription";
import type { SubscriptionState } from "../../lib/subscription/state";

export const subscriptionType = "aliyun-iot-subscription";

/** A node that uses a subscription. */
export interface SubscriptionUser {
  /** Errors of the subscription reach the flow that it stands in. */
  node: Node;
  /** The subscription is there; answers how to stop using it. */
  begin?(subscription: SubscriptionUse): () => void;
  /** Is told the state at once, and whenever it changes; wrong settings count as `refused`. */
  show(state: SubscriptionState): void;
}

/** What the subscription node offers to the nodes that use it. */
export interface SubscriptionNode extends Node {
  /** Id of the account node. */
  account: string;
  /**
   * What all nodes with this subscription use; made on first use.
   * @throws {Failure} each time anew while the settings are wrong
   */
  open(): Promise<SubscriptionUse>;
  /** Lets somebody use the subscription from the moment that it is there; answers how to leave again. */
  join(user: SubscriptionUser): () => void;
}
