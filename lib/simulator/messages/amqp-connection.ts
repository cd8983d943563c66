import type { Socket } from "node:net";
import type { Connection, Container, Delivery, EventContext, Sender } from "rhea";
import { acceptGuarded, maxFrameBytes } from "./client-guard";
import type { Consumer, ConsumerGroup } from "./consumer-group";
import type { Login } from "./login";
import type { PlatformMessage } from "./message";

/** What a connection needs from the platform. */
export interface Reception {
  /** The consumer group of a login, or the reason why the login is refused. */
  admit(username: string, password: string): { login: Login; group: ConsumerGroup } | string;
  /** One line for the log, without secrets. */
  report(line: string): void;
  patienceMs: number;
  now: () => number;
}

/** docs/protocol.md, 8.1. */
const idleMs = { min: 30_000, max: 300_000 };
/** How long a client may take to answer `close`. */
const closingMs = 1000;

/** One client, from its TCP connection to its end, with the rules of docs/protocol.md, 8.1. */
export class AmqpConnection implements Consumer {
  clientId = "";
  readonly since: number;
  private readonly connection: Connection;
  private readonly deliveries = new Map<PlatformMessage, Delivery>();
  private readonly settlers = new Map<Delivery, (isAccepted: boolean) => void>();
  private group: ConsumerGroup | undefined;
  private sender: Sender | undefined;
  private timer: NodeJS.Timeout | undefined;
  private login: Login | undefined;
  private hasTried = false;
  private isOver = false;

  /** Each connection needs its own `container`: SASL does not tell which connection a login is for. */
  constructor(
    private readonly container: Container,
    private readonly socket: Socket,
    private readonly reception: Reception,
    /** Called once it has logged in. */
    private readonly onLogin: () => void = () => undefined,
  ) {
    this.since = reception.now();
    (container.sasl_server_mechanisms as { enable_plain(check: unknown): void }).enable_plain(
      (username: string | null, password: string | null) => this.authenticate(username ?? "", password ?? ""),
    );
    this.listen(container);
    this.connection = container.create_connection({
      reconnect: false,
      max_frame_size: maxFrameBytes,
      host: "",
      port: 0,
    });
    this.limit(reception.patienceMs, "it did not authenticate in time");
    acceptGuarded(
      container,
      this.connection,
      socket,
      () => this.group !== undefined,
      () => this.broken(),
    );
    socket.on("error", () => this.cut());
    socket.on("close", () => {
      this.end();
      // Data that was being read at the end may have started timers of rhea since.
      this.silence();
    });
  }

  get consumerGroupId(): string {
    return this.group?.consumerGroupId ?? "";
  }

  credit(): number {
    if (!this.sender || this.isOver) return 0;
    const { outgoing } = this.sender.session as unknown as {
      outgoing: { next_delivery_id: number; next_pending_delivery: number; available(): number };
    };
    // rhea reduces the credit when it writes; deliveries that are not written yet have to be subtracted.
    const unwritten = outgoing.next_delivery_id - outgoing.next_pending_delivery;
    const { credit } = this.sender as unknown as { credit: number };
    return Math.min(credit - unwritten, outgoing.available());
  }

  deliver(message: PlatformMessage, settle: (isAccepted: boolean) => void): void {
    const { topic, messageId, generateTime, body } = message;
    const { types, message: encoder } = this.container;
    const delivery = this.sender?.send({
      message_id: messageId,
      application_properties: { topic, messageId, generateTime: types.wrap_long(generateTime) as unknown },
      body: encoder.data_section(
        this.login?.encodesBase64 ? Buffer.from(body.toString("base64")) : body,
      ) as unknown,
    });
    if (!delivery) return;
    this.deliveries.set(message, delivery);
    this.settlers.set(delivery, (isAccepted) => {
      this.deliveries.delete(message);
      settle(isAccepted);
    });
  }

  forget(message: PlatformMessage): void {
    const delivery = this.deliveries.get(message);
    this.deliveries.delete(message);
    if (!delivery) return;
    this.settlers.delete(delivery);
    if (this.isOver) return;
    const outcomes = this.container.message as unknown as { released(): { described(): unknown } };
    delivery.update(true, outcomes.released().described());
  }

  /** Closes the connection with a condition, and destroys the socket if the client does not answer. */
  close(condition: string, description: string): void {
    if (this.isOver) return;
    this.leave();
    this.connection.close({ condition, description });
    this.limit(closingMs, "");
  }

  /** Destroys the socket without a close. */
  cut(): void {
    this.socket.destroy();
    this.end();
  }

  private listen(container: Container): void {
    container.on("connection_open", () => this.opened());
    container.on("sender_open", ({ sender }: EventContext) => this.attached(sender));
    container.on("receiver_open", () => this.refuse("it may not send"));
    container.on("sender_flow", () => this.group?.schedule());
    container.on("sender_close", () => this.close("amqp:connection:forced", "the receiver was closed"));
    container.on("accepted", ({ delivery }: EventContext) => this.settled(delivery, true));
    for (const outcome of ["released", "rejected", "modified", "settled"]) {
      container.on(outcome, ({ delivery }: EventContext) => this.settled(delivery, false));
    }
    for (const trouble of ["protocol_error", "error"]) container.on(trouble, () => this.broken());
    // rhea logs events without a listener to the console.
    for (const word of ["connection_error", "connection_close", "session_error", "sender_error"]) {
      container.on(word, () => undefined);
    }
    container.on("disconnected", () => this.end());
  }

  private authenticate(username: string, password: string): boolean {
    // Only one login attempt per connection, even if the client has sent more in advance.
    if (this.hasTried) this.cut();
    if (this.isOver) return false;
    this.hasTried = true;
    const admission = this.reception.admit(username, password);
    if (typeof admission === "string") {
      this.reception.report(`subscription refused: ${admission}`);
      // Leaves the client time to read the outcome.
      this.limit(closingMs, "");
      return false;
    }
    this.clientId = admission.login.clientId;
    this.login = admission.login;
    this.group = admission.group;
    this.onLogin();
    this.limit(this.reception.patienceMs, "it did not open its connection and a receiver in time");
    return true;
  }

  private opened(): void {
    const { group } = this;
    if (!group) return this.cut();
    const idle: unknown = this.connection.idle_time_out;
    if (typeof idle !== "number" || idle < idleMs.min || idle > idleMs.max) {
      return this.refuse(`idle-time-out must be from ${idleMs.min} to ${idleMs.max} ms`);
    }
    // rhea then closes a connection that is silent for longer.
    (this.connection as unknown as { local: { open: { idle_time_out: number } } }).local.open.idle_time_out =
      idle / 2;
    this.limit(this.reception.patienceMs, "it did not attach a receiver in time");
    this.reception.report(`subscription ${this.name} connected`);
  }

  private attached(sender: Sender | undefined): void {
    if (this.isOver || !this.group) return;
    if (this.sender) return this.refuse("a connection has one receiver only");
    this.sender = sender;
    clearTimeout(this.timer);
    this.group.join(this);
  }

  private settled(delivery: Delivery | undefined, isAccepted: boolean): void {
    if (!delivery) return;
    const settle = this.settlers.get(delivery);
    this.settlers.delete(delivery);
    if (!delivery.settled) delivery.update(true);
    settle?.(isAccepted);
  }

  private refuse(reason: string): void {
    this.reception.report(`subscription ${this.name} refused: ${reason}`);
    this.close("amqp:not-allowed", reason);
  }

  private broken(): void {
    if (!this.isOver) this.reception.report(`subscription ${this.name} sent what is no AMQP`);
    this.cut();
  }

  /** One deadline at a time: the next step replaces it. */
  private limit(milliseconds: number, reason: string): void {
    clearTimeout(this.timer);
    if (this.isOver) return;
    this.timer = setTimeout(() => {
      if (reason) this.reception.report(`subscription ${this.name} cut: ${reason}`);
      this.cut();
    }, milliseconds);
  }

  private leave(): void {
    this.group?.leave(this);
    this.deliveries.clear();
    this.settlers.clear();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.leave();
    this.socket.destroy();
    this.silence();
  }

  /** Stops all writes and timers of rhea. */
  private silence(): void {
    this.connection.socket_ready = false;
    (this.connection as unknown as { eof(): void }).eof();
  }

  private get name(): string {
    return this.clientId ? `${this.clientId} (${this.consumerGroupId})` : "from an unknown client";
  }
}
