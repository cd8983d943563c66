import type { Node } from "node-red";
import type { ReplySource } from "../../lib/invocation/reply-source";
import type { DeviceMessage, MessageFilter } from "../../lib/subscription/device-message";
import type { SubscriptionState } from "../../lib/subscription/state";

export const subscriptionType = "aliyun-iot-subscription";

/** Somebody who takes messages from a subscription. */
export interface MessageListener {
  filter: MessageFilter;
  /** Whether a message is acknowledged once it was taken, or when `acknowledge` says so. */
  acknowledge: "auto" | "flow";
  /** Takes one message; must not throw. */
  take(message: DeviceMessage): void;
}

/** A listener that is on the list. */
export interface Listening {
  /** The flow is done with a message; false where none with this id is open for this listener. */
  acknowledge(messageId: string): boolean;
  /** Takes no more; what it still held counts as not processed. */
  end(): void;
}

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
