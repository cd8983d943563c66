import type { Node } from "node-red";
import type { ReplySource } from "../../lib/invocation/reply-source";
import type { Listening, MessageListener } from "../../lib/subscription/listener";
import type { SubscriptionState } from "../../lib/subscription/state";

export const subscriptionType = "aliyun-iot-subscription";

/** What the subscription node offers to the nodes that use it. */
export interface SubscriptionNode extends Node {
  /** Connects with the first user, and disconnects with the last. */
  listen(listener: MessageListener): Listening;
  /**
   * Replies of asynchronous services, for as long as somebody holds it. `end` gives it back.
   * @throws Failure where the settings are wrong
   */
  replies(): { source: ReplySource; end(): void };
  /** Calls back at once with the state, and whenever it changes; answers how to stop that. */
  watch(onState: (state: SubscriptionState) => void): () => void;
}
