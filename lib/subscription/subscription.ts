import type { TlsOptions } from "../cloud/dispatcher";
import { closed } from "../cloud/call-failure";
import type { DeviceMessage } from "./device-message";
import type { Listening, MessageListener } from "./listener";
import type { Login } from "./login";
import type { ReplySource } from "./replies";
import type { SubscriptionState } from "./state";

export interface SubscriptionSettings {
  /** `tls` undefined: plain TCP, for this machine only. */
  endpoint: { host: string; port: number; tls: TlsOptions | undefined };
  /** Asked before every attempt to connect, so that time stamp and token are fresh. */
  login(): Promise<Login>;
  /** Deliveries at most that are neither accepted nor released. */
  credits: number;
  /** Whether this account made the call with this id. */
  isOurs(messageId: string): boolean;
  /** A reply that nobody here has asked for: another client of the group may miss it, as we may miss ours. */
  onForeignReply(message: DeviceMessage): void;
  /** A message that the flow did not acknowledge in time; the platform will deliver it again. */
  onUnacknowledged(message: DeviceMessage): void;
}

/** Messages of one consumer group. Connects with the first user, and disconnects with the last. */
export class Subscription {
  constructor(readonly settings: SubscriptionSettings) {}

  listen(_listener: MessageListener): Listening {
    return { acknowledge: () => false, end: () => undefined };
  }

  /** Replies to services, for as long as somebody holds it. `end` gives it back. */
  replies(): { source: ReplySource; end(): void } {
    const expectation = { reply: () => Promise.reject(closed(true)), end: () => undefined };
    return { source: { expect: () => expectation }, end: () => undefined };
  }

  /** Calls back at once with the state, and whenever it changes; answers how to stop that. */
  watch(onState: (state: SubscriptionState) => void): () => void {
    onState({ name: "closed" });
    return () => undefined;
  }

  /** Ends the connection, and every wait as `closed`. May be called again. */
  async close(): Promise<void> {
    await Promise.resolve();
  }
}
