import type { DeviceMessage } from "./device-message";
import type { Listening, MessageListener } from "./listener";
import type { Login, LoginSettings } from "./login";
import type { ReplySource } from "./replies";
import type { SubscriptionState } from "./state";
import { Subscription, type SubscriptionSettings, usualTimings } from "./subscription";

/** What one subscription brings to the connection that it shares. */
export interface MemberSettings {
  /** The member with the lowest id says who logs in. */
  id: string;
  login: LoginSettings;
  credits: number;
  onForeignReply(message: DeviceMessage): void;
  onUnacknowledged(message: DeviceMessage): void;
}

export interface ShareSettings extends Pick<
  SubscriptionSettings,
  "endpoint" | "isOurs" | "isClockWrong" | "timings"
> {
  /** Signs a login for now. */
  sign(login: LoginSettings, refusedForMs: number | undefined): Promise<Login>;
  /** Resolves once all members are there that start at the same time; never rejects. */
  gathered(): Promise<void>;
  /** The last member has left. */
  onEmpty(): void;
}

/** What a member can do with the connection. */
export type SubscriptionUse = Pick<Subscription, "listen" | "replies" | "watch">;

/** The part of a connection that is one subscription's. */
export interface Membership extends SubscriptionUse {
  /** Ends what it has begun, and the connection where it was the last one. May be called again. */
  leave(): Promise<void>;
}

/**
 * One connection for several subscriptions: the platform would give each message to one of their connections only, and
 * so to the wrong one. Everybody hears everything. The member with the lowest id says as whom they log in, and the
 * largest credits count, in whatever order the members come; where one that comes or goes changes that, the connection
 * is made anew, and what was under way comes again by itself.
 */
export class SharedSubscription {
  private readonly members = new Set<MemberSettings>();
  private readonly subscription: Subscription;
  /** What the connection was made with. */
  private used: { login: LoginSettings; credits: number } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly settings: ShareSettings) {
    const { endpoint, isOurs, isClockWrong, timings } = settings;
    const creditsInUse = (): number => this.used!.credits;
    this.subscription = new Subscription({
      endpoint,
      isOurs,
      isClockWrong,
      timings,
      ready: () => settings.gathered(),
      beforeConnect: () => (this.used = this.wanted()),
      login: (refusedForMs) => settings.sign(this.used!.login, refusedForMs),
      get credits() {
        return creditsInUse();
      },
      onForeignReply: (message) => this.first().onForeignReply(message),
      // The member is told whose flow it was.
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
  }

  private async left(member: MemberSettings): Promise<void> {
    this.members.delete(member);
    clearTimeout(this.timer);
    if (this.members.size === 0) {
      this.settings.onEmpty();
      await this.close();
      return;
    }
    // One that is deployed anew is back in a moment.
    const { linger } = { ...usualTimings, ...this.settings.timings };
    this.timer = setTimeout(() => void this.settings.gathered().then(() => this.check()), linger);
  }

  /** Makes the connection anew where it is not what its members want any more. */
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

/** What one member has begun, so that it can be ended without the others. */
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

  replies(): { source: ReplySource; end(): void } {
    const held = this.subscription.replies();
    return { source: held.source, end: this.once(() => held.end()) };
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
