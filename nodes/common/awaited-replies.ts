import type { Node, NodeAPI } from "node-red";
import type { CancelSignal } from "../../lib/base/cancellation";
import { numberBounds } from "../../lib/base/number-bounds";
import type { CommandMessages } from "../../lib/subscription/command-messages";
import type { SubscriptionState } from "../../lib/subscription/state";
import { HeldSubscription } from "./held-subscription";
import { openingOfCommand } from "./opening";
import { readNumber } from "./settings";
import type { Translate } from "./texts";

/** What a command needs to wait for what became of it. */
export interface AwaitedReply {
  messages: CommandMessages;
  /** Milliseconds */
  replyTimeout: number;
}

/** What the dialog says of the wait. */
interface AwaitSettings {
  account: string;
  subscription?: string;
  replyTimeout?: unknown;
}

const texts = {
  full: "errors.replies-full",
  fullHint: "hints.replies-full",
  refused: "errors.reply-subscription-refused",
};

/** The replies that a node waits for, and the reports. */
export class AwaitedReplies {
  private readonly held: HeldSubscription | undefined;

  constructor(
    RED: NodeAPI,
    node: Node,
    private readonly config: AwaitSettings,
    /** Whether it waits at all. */
    readonly isOn: boolean,
    translate: Translate,
    onState: (state: SubscriptionState) => void,
  ) {
    const { account, subscription = "" } = config;
    if (isOn)
      this.held = new HeldSubscription(RED, node, { account, subscription, texts }, translate, onState);
  }

  /**
   * What a call is to wait for; `end` is to be called once it is over.
   * @param timeout milliseconds that the subscription may take to open
   * @throws {Failure} `invalid-input`, `queue-full`, `subscription-refused`, `request-timeout`, or what is wrong with the
   * subscription
   */
  async begin(signal: CancelSignal, timeout: number): Promise<AwaitedReply> {
    const replyTimeout =
      readNumber(this.config.replyTimeout, "errors.field-reply-timeout", numberBounds.replyTimeout) * 1000;
    const messages = await this.held!.begin(openingOfCommand(signal, timeout, "subscription"));
    return { messages, replyTimeout };
  }

  /** A call that has begun is over. */
  end(): void {
    this.held?.end();
  }

  /** Calls that wait have to be ended before. */
  close(): void {
    this.held?.close();
  }
}
