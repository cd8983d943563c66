import type { Node, NodeAPI } from "node-red";
import { closed } from "../../lib/cloud/call-failure";
import { invalidInput } from "../../lib/cloud/failure";
import { asFailure } from "../../lib/invocation/invoke";
import type { ReplySource } from "../../lib/invocation/reply-source";
import type { SubscriptionState } from "../../lib/subscription/state";
import type { Subscription } from "../../lib/subscription/subscription";
import { failureText } from "./outcome";
import { readNumber } from "./settings";
import { type SubscriptionNode, subscriptionType } from "./subscription-node";
import type { Translate } from "./texts";

/** The properties of an invoke node that say whether it waits for replies. */
export interface ReplyConfig {
  account?: string;
  awaitReply?: unknown;
  subscription?: string;
  replyTimeout?: unknown;
}

/** What a call needs to wait for its reply. */
export interface AwaitedReply {
  replies: ReplySource;
  /** Milliseconds */
  replyTimeout: number;
}

/**
 * The replies that an invoke node waits for. The subscription is in use from the start of the node on, so that the
 * first call finds a connection; a call does not wait for one, since the platform keeps replies for a while.
 */
export class AwaitedReplies {
  readonly isOn: boolean;
  private joined: { node: SubscriptionNode; leave(): void } | undefined;
  private isClosed = false;
  private held: { of: Subscription; source: ReplySource; end(): void } | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: ReplyConfig,
    translate: Translate,
    private readonly onState: (state: SubscriptionState) => void,
  ) {
    this.isOn = config.awaitReply === true || config.awaitReply === "true";
    if (!this.isOn) return;
    try {
      this.join();
    } catch (error) {
      node.error(failureText(error, translate));
      onState({ name: "refused", failure: asFailure(error, "not-sent"), retryInMs: Infinity });
    }
  }

  /**
   * What a call is to wait for.
   * @throws Failure `invalid-input`, or what is wrong with the subscription
   */
  async get(): Promise<AwaitedReply> {
    const replyTimeout =
      readNumber(this.config.replyTimeout, {
        field: "errors.field-reply-timeout",
        blank: 30,
        least: 0.001,
        most: 86_400,
      }) * 1000;
    const subscription = await this.join().open();
    return { replies: this.hold(subscription), replyTimeout };
  }

  /** Calls that wait have to be ended before. */
  close(): void {
    this.isClosed = true;
    this.joined?.leave();
    this.joined = undefined;
    this.release();
  }

  /** Looked up for each call: one that was deployed anew is another node. */
  private join(): SubscriptionNode {
    const { account, subscription } = this.config;
    const found = subscription ? this.RED.nodes.getNode(subscription) : undefined;
    if (found?.type !== subscriptionType) throw invalidInput({ key: "errors.subscription-missing" });
    const node = found as SubscriptionNode;
    if (node.account !== (account ?? "")) throw invalidInput({ key: "errors.subscription-other-account" });
    if (this.joined?.node === node) return node;
    this.joined?.leave();
    const leave = node.join({
      node: this.node,
      begin: (opened) => {
        this.hold(opened);
        return () => this.release();
      },
      show: this.onState,
    });
    this.joined = { node, leave };
    return node;
  }

  private hold(subscription: Subscription): ReplySource {
    // Whoever has waited for the subscription must not keep it once the node is gone.
    if (this.isClosed) throw closed(false);
    if (this.held?.of !== subscription) {
      this.release();
      this.held = { of: subscription, ...subscription.replies() };
    }
    return this.held.source;
  }

  private release(): void {
    this.held?.end();
    this.held = undefined;
  }
}
