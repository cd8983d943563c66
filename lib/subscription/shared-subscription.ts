import type { DeviceMessage } from "./device-message";
import type { Listening, MessageListener } from "./listener";
import type { Login, LoginSettings } from "./login";
import type { SubscriptionState } from "./state";
import { Subscription, type SubscriptionSettings } from "./subscription";
import { usualTimings } from "./timings";

/** The settings of one subscription of a shared connection. */
export interface MemberSettings {
  /** The login of the member with the lowest id is used. */
  id: string;
  login: LoginSettings;
  credits: number;
  onForeignReply(message: DeviceMessage): void;
  onUnacknowledged(message: DeviceMessage): void;
}

export interface ShareSettings extends Pick<
  SubscriptionSettings,
  "endpoint" | "isOurs" | "isClockWrong" | "timings" | "group"
> {
  /** Signs a login for now. */
  sign(login: LoginSettings, refusedForMs: number | undefined): Promise<Login>;
  /** Resolves once all members that start at the same time have joined; never rejects. */
  gathered(): Promise<void>;
  /** The last member has left. */
  onEmpty(): void;
}

/** What members use of the connection. */
export type SubscriptionUse = Pick<Subscription, "listen" | "replies" | "watch">;

/** The part of a connection that is one subscription's. */
export interface Membership extends SubscriptionUse {
  /** Ends what the member has begun, and with the last member the connection. May be called again. */
  leave(): Promise<void>;
}

/**
 * One connection for several subscriptions. With a connection each, the platform would give every message to only one of
 * them. All members receive all messages. The login is that of the member with the lowest id, and the credits are the
 * largest of all, regardless of the order in which members join. If joining or leaving changes that, a new connection
 * replaces the old one, and the platform redelivers what was not acknowledged.
 */
export class SharedSubscription {
  private readonly members = new Set<MemberSettings>();
  private readonly subscription: Subscription;
  /** The settings of the current connection. */
  private used: { login: LoginSettings; credits: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly settings: ShareSettings) {
    const { endpoint, isOurs, isClockWrong, timings, group } = settings;
    const creditsInUse = (): number => this.used!.credits;
    this.subscription = new Subscription({
      endpoint,
      isOurs,
      isClockWrong,
      timings,
      group,
      ready: () => settings.gathered(),
      beforeConnect: () => (this.used = this.wanted()),
      login: (refusedForMs) => settings.sign(this.used!.login, refusedForMs),
      get credits() {
        return creditsInUse();
      },
      onForeignReply: (message) => this.first().onForeignReply(message),
      // The member whose flow it was is notified.
      onUnacknowledged: () => undefined,
    });
  }

  join(member: MemberSettings): Membership {
    this.members.add(member);
    void this.settings.gathered().then(() => this.check());
    const use = new MemberUse(this.subscription, member);
    let leaving: Promise<void> | undefined;
    return {
      listen: (listener) => use.listen(listener),
      replies: () => use.replies(),
      watch: (onState) => use.watch(onState),
      leave: () => {
        use.end();
        return (leaving ??= this.left(member));
      },
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.subscription.close();
    await this.settings.group?.close();
  }

  /** Resolves once the other Node-REDs of the group, if there are any, can be heard. */
  async joined(): Promise<void> {
    await this.settings.group?.joined();
  }

  private async left(member: MemberSettings): Promise<void> {
    this.members.delete(member);
    clearTimeout(this.timer);
    if (this.members.size === 0) {
      this.settings.onEmpty();
      await this.close();
      return;
    }
    // After a deploy, the subscription is back in a moment.
    const { linger } = { ...usualTimings, ...this.settings.timings };
    this.timer = setTimeout(() => void this.settings.gathered().then(() => this.check()), linger);
  }

  /** Reconnects if the settings of the members have changed. */
  private check(): void {
    if (!this.used || this.members.size === 0) return;
    const { login, credits } = this.wanted();
    const isSame = credits === this.used.credits && JSON.stringify(login) === JSON.stringify(this.used.login);
    if (!isSame) this.subscription.reconnect();
  }

  private wanted(): { login: LoginSettings; credits: number } {
    const credits = Math.max(...[...this.members].map((member) => member.credits));
    return { login: this.first().login, credits };
  }

  private first(): MemberSettings {
    return [...this.members].reduce((lowest, member) => (member.id < lowest.id ? member : lowest));
  }
}

/** What one member has begun, so that it can be ended separately. */
class MemberUse {
  private readonly ends = new Set<() => void>();

  constructor(
    private readonly subscription: Subscription,
    private readonly member: MemberSettings,
  ) {}

  listen(listener: MessageListener): Listening {
    const { member } = this;
    const listening = this.subscription.listen({
      filter: listener.filter,
      acknowledge: listener.acknowledge,
      take: (message) => listener.take(message),
      onUnacknowledged: (message) => member.onUnacknowledged(message),
    });
    const end = this.once(() => listening.end());
    return { acknowledge: (messageId) => listening.acknowledge(messageId), end };
  }

  replies(): ReturnType<SubscriptionUse["replies"]> {
    const { end, ...messages } = this.subscription.replies();
    return { ...messages, end: this.once(end) };
  }

  watch(onState: (state: SubscriptionState) => void): () => void {
    return this.once(this.subscription.watch(onState));
  }

  end(): void {
    for (const end of this.ends) end();
  }

  private once(end: () => void): () => void {
    const own = (): void => {
      if (this.ends.delete(own)) end();
    };
    this.ends.add(own);
    return own;
  }
}
