import type { Failure } from "../base/failure";
import { opaque } from "../base/opaque";
import { AmqpConnection, type ConnectionTimings, connectionTimings } from "./amqp-connection";
import type { AmqpEndpoint } from "./amqp-socket";
import { Backoff, type BackoffTimings, backoffTimings } from "./backoff";
import { isRefusal, ownFailure, silentFailure, withClockHint } from "./connection-failure";
import type { Delivery } from "./delivery";
import type { Login } from "./login";
import type { SubscriptionState } from "./state";

interface ConsumerTimings extends BackoffTimings, ConnectionTimings {
  /** Milliseconds after which a connection counts as stable. */
  healthy: number;
}

export const consumerTimings: ConsumerTimings = { ...backoffTimings, ...connectionTimings, healthy: 30_000 };

export interface ConsumerSettings {
  endpoint: AmqpEndpoint;
  /**
   * Asked before every attempt, so that time stamp and token are fresh.
   * @param refusedForMs since the first refusal in a row; undefined if the last attempt was not refused
   */
  login: (refusedForMs?: number) => Promise<Login>;
  /** Whether this machine's clock is known to be wrong; the hint of a refusal then says so. */
  isClockWrong?: (() => boolean) | undefined;
  credits: number;
  timings: ConsumerTimings;
}

interface ConsumerEvents {
  delivered(delivery: Delivery): void;
  changed(state: SubscriptionState): void;
}

/**
 * Keeps a connection to the platform, which may end it at any time and in many ways (docs/protocol.md, 8.1, 8.3, 8.5): every
 * end is followed by a new attempt, after delays that grow, and much later after a refusal.
 */
export class Consumer {
  private readonly backoff: Backoff;
  private connection: AmqpConnection | undefined;
  /** For the next attempt, for the login, or until the connection counts as stable. */
  private timer: NodeJS.Timeout | undefined;
  /** Counts attempts, so that a late login is recognized. */
  private latest = 0;
  /**
   * Whether a refusal is followed by a new login at once, because the token of a connection that had worked may have
   * expired. If a server accepts every login and refuses later, there is one such attempt, and another only after a
   * stable connection.
   */
  private mayLoginAtOnce = false;
  private hasWorked = false;
  /** Time of the first refusal in a row; undefined if the last attempt was not refused. */
  private refusedSince: number | undefined;

  constructor(
    private readonly settings: ConsumerSettings,
    private readonly events: ConsumerEvents,
  ) {
    // A monotonic clock, which is not affected by setting the time.
    this.backoff = new Backoff(settings.timings, () => performance.now());
  }

  start(): void {
    this.attempt();
  }

  /** Ends the connection and all attempts, within a second. */
  async close(): Promise<void> {
    this.latest = Infinity;
    clearTimeout(this.timer);
    const { connection } = this;
    this.connection = undefined;
    await connection?.close();
  }

  private attempt(): void {
    const attempt = ++this.latest;
    const { endpoint, timings } = this.settings;
    this.backoff.attempt();
    this.events.changed({ name: "connecting" });
    // A listener may have closed the consumer.
    if (this.latest !== attempt) return;
    const fail = (error: unknown): void => {
      if (this.latest === attempt) this.retry(ownFailure(endpoint, error));
    };
    this.timer = setTimeout(() => fail(silentFailure(endpoint, timings.open)), timings.open);
    this.login().then((login) => {
      if (this.latest !== attempt) return;
      clearTimeout(this.timer);
      try {
        this.connect(login);
      } catch (error) {
        fail(error);
      }
    }, fail);
  }

  /** Async, so that what throws rejects. */
  private async login(): Promise<Login> {
    const { refusedSince } = this;
    return this.settings.login(refusedSince === undefined ? undefined : performance.now() - refusedSince);
  }

  private connect(login: Login): void {
    const { endpoint, credits, timings } = this.settings;
    this.connection = new AmqpConnection(
      { endpoint, login, credits, timings },
      {
        opened: () => {
          this.timer = setTimeout(() => this.held(), timings.healthy);
          this.refusedSince = undefined;
          const attempt = this.latest;
          // A connection that is refused right after opening has not worked.
          setImmediate(() => {
            if (this.latest === attempt) this.worked();
          });
          this.events.changed({ name: "connected" });
        },
        delivered: (delivery) => this.events.delivered(delivery),
        ended: (failure) => this.retry(failure),
      },
    );
  }

  private worked(): void {
    if (!this.hasWorked) this.mayLoginAtOnce = true;
    this.hasWorked = true;
  }

  private held(): void {
    this.backoff.reset();
    this.mayLoginAtOnce = true;
  }

  private retry(reason: Failure): void {
    clearTimeout(this.timer);
    this.connection = undefined;
    // From here on a pending login is too late.
    const attempt = ++this.latest;
    const isDenied = isRefusal(reason);
    const isAtOnce = isDenied && this.mayLoginAtOnce;
    const isRefused = isDenied && !isAtOnce;
    if (isAtOnce) this.mayLoginAtOnce = false;
    this.refusedSince = isDenied ? (this.refusedSince ?? performance.now()) : undefined;
    const failure = isDenied && this.settings.isClockWrong?.() ? withClockHint(reason) : reason;
    const retryInMs = isAtOnce ? this.backoff.atOnce() : this.backoff.next(isRefused);
    this.timer = setTimeout(() => this.attempt(), retryInMs);
    this.events.changed({ name: isRefused ? "refused" : "disconnected", failure, retryInMs });
    if (this.latest !== attempt) clearTimeout(this.timer);
  }
}

// It leads to the login.
opaque(Consumer);
