import { Consumer, type ConsumerSettings, consumerTimings } from "../../lib/subscription/consumer";
import type { Delivery } from "../../lib/subscription/delivery";
import type { SubscriptionState } from "../../lib/subscription/state";

type Name = SubscriptionState["name"];

/** A consumer, and all that it tells. */
export class WatchedConsumer {
  readonly states: SubscriptionState[] = [];
  readonly deliveries: Delivery[] = [];
  private readonly consumer: Consumer;
  private readonly waiting = new Set<() => void>();

  constructor(settings: Partial<ConsumerSettings> & Pick<ConsumerSettings, "endpoint">) {
    this.consumer = new Consumer(
      {
        login: () => Promise.resolve({ username: "me|authMode=aksign,authId=a|", password: "secret" }),
        credits: 10,
        timings: consumerTimings,
        ...settings,
      },
      {
        delivered: (delivery) => {
          this.deliveries.push(delivery);
          this.changed();
        },
        changed: (state) => {
          this.states.push(state);
          this.changed();
        },
      },
    );
    this.consumer.start();
  }

  get names(): Name[] {
    return this.states.map(({ name }) => name);
  }

  /** The next state after the first `after` ones that is none of those on the way. */
  async ended(after = 0): Promise<Extract<SubscriptionState, { retryInMs: number }>> {
    return this.find(after, (state) => "retryInMs" in state) as Promise<
      Extract<SubscriptionState, { retryInMs: number }>
    >;
  }

  async connected(after = 0): Promise<SubscriptionState> {
    return this.find(after, ({ name }) => name === "connected");
  }

  async delivered(count: number): Promise<void> {
    await this.until(() => this.deliveries.length >= count);
  }

  close(): Promise<void> {
    return this.consumer.close();
  }

  private async find(
    after: number,
    isWanted: (state: SubscriptionState) => boolean,
  ): Promise<SubscriptionState> {
    const found = (): SubscriptionState | undefined => this.states.slice(after).find(isWanted);
    await this.until(() => found() !== undefined);
    return found()!;
  }

  private async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
    });
  }

  private changed(): void {
    for (const check of this.waiting) check();
  }
}
