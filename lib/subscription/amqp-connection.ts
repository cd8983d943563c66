import type { Connection, EventContext, Receiver } from "rhea";
import type { Failure } from "../base/failure";
import { opaque } from "../base/opaque";
import { loadRhea } from "../base/rhea";
import { withTimeout } from "../base/with-timeout";
import { type AmqpEndpoint, openSocket } from "./amqp-socket";
import { connectFailure, endFailure, silentFailure } from "./connection-failure";
import { Credits } from "./credits";
import type { Delivery } from "./delivery";
import type { Login } from "./login";
import { dispose, frameLimits, guardConnection, guardHeartbeat, guardReceiver } from "./rhea-guard";
import { SettledOnce } from "./settle";

interface ConnectionSettings {
  endpoint: AmqpEndpoint;
  login: Login;
  /** Maximum number of unsettled deliveries. */
  credits: number;
  timings: ConnectionTimings;
}

/** In milliseconds. */
export interface ConnectionTimings {
  /** For DNS, TCP, TLS, login and the receiver together; the platform itself gives 15 s for each of two steps. */
  open: number;
  /** How often the platform must send a frame (docs/protocol.md, 8.1: 30,000 to 300,000). */
  idle: number;
  /** For closing. */
  close: number;
}

export const connectionTimings: ConnectionTimings = { open: 20_000, idle: 60_000, close: 1000 };

interface ConnectionEvents {
  /** Messages may come from now on. */
  opened(): void;
  delivered(delivery: Delivery): void;
  /** Called once, at the end; nothing is called after it. */
  ended(failure: Failure): void;
}

/**
 * One connection with one receiver (docs/protocol.md, 8.1 and 8.3). It never reconnects; a new one is created instead.
 */
export class AmqpConnection {
  private readonly connection: Connection;
  private receiver: Receiver | undefined;
  private credits: Credits | undefined;
  private isOpen = false;
  private isEnded = false;
  /** First for opening, then for silence. */
  private timer: NodeJS.Timeout;
  private onGoodbye: (() => void) | undefined;
  /** To be called when a message is complete. */
  private readonly onComplete: () => void;

  /**
   * @throws {Error} if the socket cannot be created
   * @throws {UnknownRhea} if rhea's internals are not those that the guards expect
   */
  constructor(
    private readonly settings: ConnectionSettings,
    private readonly events: ConnectionEvents,
  ) {
    const { create_container } = loadRhea();
    const { endpoint, login, timings } = settings;
    this.connection = create_container().create_connection({
      host: endpoint.host,
      port: endpoint.port,
      ...login,
      // Every attempt uses a new connection: rhea does not reconnect after every kind of close.
      reconnect: false,
      idle_time_out: timings.idle,
      max_frame_size: frameLimits.maxFrameBytes,
      // An unacknowledged message also occupies the buffer entries of all that arrive after it.
      session_buffer_size: { incoming: 32_768, outgoing: 16 },
      // For links that the peer might open.
      receiver_options: { autoaccept: false, credit_window: 0 },
      connection_details: () => ({
        host: endpoint.host,
        port: endpoint.port,
        connect: (_port: number, _host: string, _options: object, onReady: () => void) =>
          openSocket(endpoint, onReady),
      }),
    });
    this.timer = setTimeout(() => this.end(silentFailure(endpoint, timings.open)), timings.open);
    try {
      this.listen();
      this.connection.connect();
      this.onComplete = guardConnection(this.connection, {
        onData: () => {
          // The data may have ended the connection; `refresh` would restart the cleared timer.
          if (this.isOpen && !this.isEnded) this.timer.refresh();
        },
        // Also while the answer to the goodbye is awaited.
        onTooLarge: () => this.lost("a frame too large"),
      });
    } catch (error) {
      clearTimeout(this.timer);
      throw error;
    }
  }

  /** Closes the connection, waits briefly for the answer, and leaves nothing behind. */
  async close(): Promise<void> {
    if (this.isEnded) return;
    this.isEnded = true;
    clearTimeout(this.timer);
    if (this.isOpen) {
      const goodbye = new Promise<void>((resolve) => {
        this.onGoodbye = resolve;
      });
      this.receiver?.close();
      this.connection.close();
      await withTimeout(goodbye, this.settings.timings.close);
    }
    dispose(this.connection);
  }

  private listen(): void {
    const { connection } = this;
    connection.on("connection_open", () => this.attach());
    for (const event of ["session_open", "sender_open", "receiver_open"]) {
      connection.on(event, ({ session, sender, receiver }: EventContext) => {
        const isOurs = session === this.receiver?.session && !sender;
        if (!isOurs || (receiver && receiver !== this.receiver)) throw new Error("unexpected link");
        if (receiver) this.opened(receiver);
      });
    }
    for (const event of ["connection_error", "connection_close", "disconnected", "error", "protocol_error"]) {
      connection.on(event, (context: unknown) => this.lost(context));
    }
    connection.on("session_error", ({ session }: EventContext) => this.lost(session));
    connection.on("session_close", ({ session }: EventContext) => this.lost(session));
    connection.on("receiver_error", ({ receiver }: EventContext) => this.lost(receiver));
    connection.on("receiver_close", ({ receiver }: EventContext) => this.lost(receiver));
  }

  private readonly isAlive = (): boolean => !this.isEnded;

  private attach(): void {
    if (this.isEnded) return;
    guardHeartbeat(this.connection);
    // No address: the platform ignores it, and its own sample sends none (docs/protocol.md, 8.1).
    this.receiver = this.connection.open_receiver({ autoaccept: false, credit_window: 0 });
    guardReceiver(this.receiver, this.onComplete);
    // Here rather than on the connection, to which rhea takes an event through three more emitters: bench/messages.ts.
    this.receiver.on("message", ({ delivery, message }: EventContext) => {
      const { credits, receiver } = this;
      if (this.isEnded || !delivery || !receiver || !credits) return;
      credits.arrived();
      this.events.delivered(new SettledOnce(receiver, message, delivery, credits, this.isAlive));
    });
  }

  private opened(receiver: Receiver): void {
    if (this.isEnded || this.isOpen) return;
    const { endpoint, credits, timings } = this.settings;
    this.isOpen = true;
    clearTimeout(this.timer);
    const silence = timings.idle * 1.5;
    this.timer = setTimeout(() => this.end(silentFailure(endpoint, silence)), silence);
    this.credits = new Credits(receiver, credits);
    this.credits.begin();
    this.events.opened();
  }

  private lost(context: unknown): void {
    this.onGoodbye?.();
    const { endpoint, login } = this.settings;
    this.end(this.isOpen ? endFailure(endpoint, context, login) : connectFailure(endpoint, context, login));
  }

  private end(failure: Failure): void {
    if (this.isEnded) return;
    this.isEnded = true;
    clearTimeout(this.timer);
    dispose(this.connection);
    this.events.ended(failure);
  }
}

// It holds the login.
opaque(AmqpConnection);
