import type { Node, NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { closed, Failure, invalidInput } from "../../lib/base/failure";
import type { CommandMessages } from "../../lib/subscription/command-messages";
import type { SubscriptionUse } from "../../lib/subscription/shared-subscription";
import type { SubscriptionState } from "../../lib/subscription/state";
import { openedInTime, type OpeningLimits } from "./opening";
import { failureText } from "./outcome";
import { type SubscriptionNode, subscriptionType } from "./subscription-node";
import type { Translate } from "./texts";

/** No queue limit holds for what waits for a device, and a device that is off may keep it for a day. */
const maxHeld = 100_000;

interface HoldSettings {
  /** Id of the subscription node. */
  subscription: string;
  /** The account that it has to belong to; undefined: whatever it is. */
  account?: string | undefined;
  /** Keys of what is said where too many wait, and where the subscription is refused. */
  texts: { full: string; fullHint: string; refused: string };
}

/**
 * The messages of a subscription that a node waits for. The subscription is in use from the start of the node on, so that the
 * first wait finds a connection; a wait does not wait for one, since the platform keeps messages for a while.
 */
export class HeldSubscription {
  /** The state of the subscription. */
  state: SubscriptionState = { name: "closed" };
  private joined: { node: SubscriptionNode; leave(): void } | undefined;
  private isClosed = false;
  private waits = 0;
  private held: { of: SubscriptionUse; messages: CommandMessages; end(): void } | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly settings: HoldSettings,
    translate: Translate,
    private readonly onState: (state: SubscriptionState) => void,
  ) {
    try {
      this.join();
    } catch (error) {
      node.error(failureText(error, translate));
      onState({ name: "refused", failure: asFailure(error, "not-sent"), retryInMs: Infinity });
    }
  }

  /** Id of the account that the subscription belongs to; undefined where there is no subscription. */
  get account(): string | undefined {
    return this.joined?.node.account;
  }

  /**
   * Counts a wait and gives what it listens to; `end` is to be called once it is over.
   * @throws {Failure} `invalid-input`, `queue-full`, `subscription-refused`, what is wrong with the subscription, or `late` if
   * it takes too long to open
   */
  async begin(opening: OpeningLimits): Promise<CommandMessages> {
    const subscription = await openedInTime(this.join().open(), opening);
    const { texts } = this.settings;
    // While the connection is interrupted, the platform keeps messages; a refused login may never succeed.
    if (this.state.name === "refused") throw refused(this.state.failure, texts.refused);
    const { nodeMessageBufferMaxLength } = this.RED.settings as { nodeMessageBufferMaxLength?: number };
    const limit = Math.min(maxHeld, nodeMessageBufferMaxLength || Infinity);
    if (this.waits >= limit) throw tooMany(limit, texts);
    const messages = this.hold(subscription);
    this.waits++;
    return messages;
  }

  /** A wait that has begun is over. */
  end(): void {
    this.waits--;
  }

  /** Waits have to be ended before. */
  close(): void {
    this.isClosed = true;
    this.joined?.leave();
    this.joined = undefined;
    this.release();
  }

  /**
   * The subscription, looked up for each message, because a deploy may replace the node.
   * @throws {Failure} `invalid-input`
   */
  join(): SubscriptionNode {
    const { account, subscription } = this.settings;
    const found = subscription ? this.RED.nodes.getNode(subscription) : undefined;
    if (found?.type !== subscriptionType) throw invalidInput({ key: "errors.subscription-missing" });
    const node = found as SubscriptionNode;
    if (account !== undefined && node.account !== account)
      throw invalidInput({ key: "errors.subscription-other-account" });
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

/** What is waited for could not be received. */
function refused({ text: reason, hint }: Failure, key: string): Failure {
  return new Failure({
    code: "subscription-refused",
    category: "credentials",
    outcome: "not-sent",
    retryable: false,
    text: { key, params: { reason } },
    hint,
  });
}

function tooMany(limit: number, { full, fullHint }: HoldSettings["texts"]): Failure {
  return new Failure({
    code: "queue-full",
    category: "queue",
    outcome: "not-sent",
    retryable: true,
    text: { key: full, params: { limit } },
    hint: fullHint,
  });
}
