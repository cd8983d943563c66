import type { Node, NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { closed, Failure, invalidInput } from "../../lib/base/failure";
import { numberBounds } from "../../lib/base/number-bounds";
import type { CommandMessages } from "../../lib/subscription/command-messages";
import type { SubscriptionUse } from "../../lib/subscription/shared-subscription";
import type { SubscriptionState } from "../../lib/subscription/state";
import { failureText } from "./outcome";
import { readNumber } from "./settings";
import { type SubscriptionNode, subscriptionType } from "./subscription-node";
import type { Translate } from "./texts";

/** What a command needs to wait for what became of it. */
export interface AwaitedReply {
  messages: CommandMessages;
  /** Milliseconds */
  replyTimeout: number;
}

/** No queue limit holds for calls that have left the queue, and a device that is off may keep them for a day. */
const maxCalls = 100_000;

/** What the dialog says of the wait. */
interface AwaitSettings {
  account: string;
  subscription?: string;
  replyTimeout?: unknown;
}

/**
 * The replies that a node waits for, and the reports. The subscription is in use from the start of the node on, so that the
 * first call finds a connection; a call does not wait for one, since the platform keeps replies for a while.
 */
export class AwaitedReplies {
  private joined: { node: SubscriptionNode; leave(): void } | undefined;
  private state: SubscriptionState = { name: "closed" };
  private isClosed = false;
  private calls = 0;
  private held: { of: SubscriptionUse; messages: CommandMessages; end(): void } | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: AwaitSettings,
    /** Whether it waits at all. */
    readonly isOn: boolean,
    translate: Translate,
    private readonly onState: (state: SubscriptionState) => void,
  ) {
    if (!isOn) return;
    try {
      this.join();
    } catch (error) {
      node.error(failureText(error, translate));
      onState({ name: "refused", failure: asFailure(error, "not-sent"), retryInMs: Infinity });
    }
  }

  /**
   * What a call is to wait for; `end` is to be called once it is over.
   * @throws {Failure} `invalid-input`, `queue-full`, `subscription-refused`, or what is wrong with the subscription
   */
  async begin(): Promise<AwaitedReply> {
    const replyTimeout =
      readNumber(this.config.replyTimeout, "errors.field-reply-timeout", numberBounds.replyTimeout) * 1000;
    const subscription = await this.join().open();
    // While the connection is interrupted, the platform keeps the reply; a refused login may never succeed.
    if (this.state.name === "refused") throw refused(this.state.failure);
    const { nodeMessageBufferMaxLength } = this.RED.settings as { nodeMessageBufferMaxLength?: number };
    const limit = Math.min(maxCalls, nodeMessageBufferMaxLength || Infinity);
    if (this.calls >= limit) throw tooMany(limit);
    const messages = this.hold(subscription);
    this.calls++;
    return { messages, replyTimeout };
  }

  /** A call that has begun is over. */
  end(): void {
    this.calls--;
  }

  /** Calls that wait have to be ended before. */
  close(): void {
    this.isClosed = true;
    this.joined?.leave();
    this.joined = undefined;
    this.release();
  }

  /** Looked up for each call, because a deploy may replace the node. */
  private join(): SubscriptionNode {
    const { account, subscription } = this.config;
    const found = subscription ? this.RED.nodes.getNode(subscription) : undefined;
    if (found?.type !== subscriptionType) throw invalidInput({ key: "errors.subscription-missing" });
    const node = found as SubscriptionNode;
    if (node.account !== account) throw invalidInput({ key: "errors.subscription-other-account" });
    if (this.joined?.node === node) return node;
    this.joined?.leave();
    const leave = node.join({
      node: this.node,
      begin: (opened) => {
        this.hold(opened);
        return () => this.release();
      },
      show: (state) => {
        this.state = state;
        this.onState(state);
      },
    });
    this.joined = { node, leave };
    return node;
  }

  private hold(subscription: SubscriptionUse): CommandMessages {
    // The node may have been closed while the subscription was opening.
    if (this.isClosed) throw closed(false);
    if (this.held?.of !== subscription) {
      this.release();
      const { end, ...messages } = subscription.replies();
      this.held = { of: subscription, messages, end };
    }
    return this.held.messages;
  }

  private release(): void {
    this.held?.end();
    this.held = undefined;
  }
}

/** The reply could not be received, so the outcome of the command would be unknown. */
function refused({ text: reason, hint }: Failure): Failure {
  return new Failure({
    code: "subscription-refused",
    category: "credentials",
    outcome: "not-sent",
    retryable: false,
    text: { key: "errors.reply-subscription-refused", params: { reason } },
    hint,
  });
}

function tooMany(limit: number): Failure {
  return new Failure({
    code: "queue-full",
    category: "queue",
    outcome: "not-sent",
    retryable: true,
    text: { key: "errors.replies-full", params: { limit } },
    hint: "hints.replies-full",
  });
}
