import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo, Server, Socket } from "node:net";
import path from "node:path";
import rhea, { type Connection, type EventContext, type Sender } from "rhea";
import type { AmqpEndpoint } from "../../lib/subscription/amqp-socket";
import { packageRoot } from "../support/npm";

export interface Sent {
  body: Buffer | string | object;
  topic: string;
  messageId: string;
}

export interface ServerOptions {
  isSecure?: boolean;
  /** Whether a login is good. */
  admit?: (username: string, password: string) => boolean | Promise<boolean>;
  /** What to do with a connection once its receiver is there; usually nothing. */
  onReceiver?: (connection: Connection, sender: Sender) => void;
  /** What to do with a connection once it is open. */
  onOpen?: (connection: Connection) => void;
  /** What the open frame asks of the client, in milliseconds. */
  idleTimeOut?: number;
  /** When what was released is delivered again, in milliseconds; usually never. */
  redeliverMs?: number;
}

const tlsFile = (name: string): Buffer => readFileSync(path.join(packageRoot, "test/support/tls", name));

/** A stand-in for the platform's AMQP side, which does what a test tells it. It delivers again what was not accepted. */
export class AmqpServer {
  readonly logins: { username: string; password: string }[] = [];
  readonly accepted: string[] = [];
  readonly released: string[] = [];
  /** The most deliveries that were open at one time. */
  maxOpen = 0;
  connections = 0;
  sender: Sender | undefined;
  connection: Connection | undefined;
  private readonly container = rhea.create_container();
  private readonly sockets = new Set<Socket>();
  private readonly open = new Map<object, Sent>();
  private backlog: Sent[] = [];
  private readonly changes = new Set<() => void>();
  private server!: Server;

  static async start(options: ServerOptions = {}): Promise<AmqpServer> {
    const amqp = new AmqpServer(options);
    amqp.server = amqp.container.listen({
      host: "127.0.0.1",
      port: 0,
      idle_time_out: options.idleTimeOut ?? 0,
      tcp_no_delay: true,
      session_buffer_size: 65_536,
      ...(options.isSecure && { transport: "tls", key: tlsFile("key.pem"), cert: tlsFile("cert.pem") }),
    } as Parameters<typeof amqp.container.listen>[0]);
    amqp.server.on("connection", (socket: Socket) => {
      amqp.connections++;
      amqp.track(socket);
      amqp.changed();
    });
    amqp.server.on("secureConnection", (socket: Socket) => amqp.track(socket));
    await once(amqp.server, "listening");
    return amqp;
  }

  private constructor(options: ServerOptions) {
    const { container } = this;
    const plain = container.sasl_server_mechanisms as { enable_plain(callback: unknown): void };
    plain.enable_plain((username: string, password: string) => {
      this.logins.push({ username, password });
      return options.admit?.(username, password) ?? true;
    });
    container.on("connection_open", ({ connection }: EventContext) => {
      this.connection = connection;
      options.onOpen?.(connection);
      // No signs of life: rhea's timers for them outlive a connection that breaks.
      const { remote } = connection as unknown as {
        remote: { open: { idle_time_out?: number | undefined } };
      };
      remote.open.idle_time_out = undefined;
    });
    container.on("sender_open", ({ connection, sender }: EventContext) => {
      this.sender = sender;
      for (const sent of this.open.values()) this.backlog.unshift(sent);
      this.open.clear();
      options.onReceiver?.(connection, sender!);
      this.deliver();
      this.changed();
    });
    // Once the outcomes that came with the credit are known.
    container.on("sendable", () => setImmediate(() => this.deliver()));
    for (const outcome of ["accepted", "released"] as const) {
      container.on(outcome, ({ delivery }: EventContext) => {
        const sent = this.open.get(delivery!);
        if (!sent) return;
        this.open.delete(delivery!);
        this[outcome].push(sent.messageId);
        if (outcome === "released" && options.redeliverMs !== undefined)
          setTimeout(() => this.send(sent), options.redeliverMs).unref();
        this.changed();
      });
    }
    for (const event of ["disconnected", "error", "connection_error", "connection_close", "protocol_error"]) {
      container.on(event, () => undefined);
    }
  }

  get endpoint(): AmqpEndpoint {
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port, tls: undefined };
  }

  get openCount(): number {
    return this.open.size;
  }

  get openSockets(): number {
    return [...this.sockets].filter(({ destroyed }) => !destroyed).length;
  }

  send(...messages: Sent[]): void {
    this.backlog.push(...messages);
    this.deliver();
  }

  /** Breaks every connection without a word. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    this.sender = undefined;
  }

  /** Resolves once the condition holds; it is looked at whenever something has come. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.changes.delete(check);
        resolve();
      };
      this.changes.add(check);
    });
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut();
    await once(this.server, "close");
  }

  changed(): void {
    for (const check of this.changes) check();
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    // rhea ends its timers at an orderly end only.
    socket.on("close", () => socket.emit("end"));
  }

  private deliver(): void {
    while (
      this.sender &&
      this.backlog.length > 0 &&
      unsent(this.sender) < (this.sender as { credit?: number }).credit!
    ) {
      const sent = this.backlog.shift()!;
      this.open.set(this.sender.send(amqpMessage(sent)), sent);
      this.maxOpen = Math.max(this.maxOpen, this.open.size);
    }
    this.changed();
  }
}

/** Messages that rhea holds until there is credit for them; it takes more than that. */
function unsent(sender: Sender): number {
  const { outgoing } = sender.session as unknown as {
    outgoing: { next_delivery_id: number; next_pending_delivery: number };
  };
  return outgoing.next_delivery_id - outgoing.next_pending_delivery;
}

function amqpMessage({ body, topic, messageId }: Sent): Parameters<Sender["send"]>[0] {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return {
    message_id: messageId,
    application_properties: { topic, messageId, generateTime: Date.now() },
    body: rhea.message.data_section(bytes),
  };
}

/** A reply to a service call of light01. */
export function reply(
  requestId: string | number,
  fields: object = {},
  messageId = `reply-${requestId}`,
): Sent {
  return {
    messageId,
    topic: "/a1BwAGV0001/light01/thing/downlink/reply/message",
    body: {
      gmtCreate: Date.now(),
      iotId: "Q7uOhVRdZRRlDnTLv00100",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      requestId,
      code: 200,
      message: "success",
      topic: "/sys/a1BwAGV0001/light01/thing/service/FadeTo_reply",
      data: { OldLevel: 10 },
      ...fields,
    },
  };
}

/** A property post of light01. */
export function property(messageId: string, value: unknown = 1): Sent {
  return {
    messageId,
    topic: "/a1BwAGV0001/light01/thing/event/property/post",
    body: { iotId: "i", productKey: "a1BwAGV0001", deviceName: "light01", items: { Level: { value } } },
  };
}
