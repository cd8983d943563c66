import { createHmac } from "node:crypto";
import { once } from "node:events";
import rhea, { type Connection, type ConnectionOptions, type EventContext } from "rhea";

export interface Key {
  authId?: string;
  secret?: string;
  securityToken?: string;
  signMethod?: string;
  consumerGroupId?: string;
  iotInstanceId?: string;
  clientId?: string;
  timestamp?: number | string;
}

/** Username and password as docs/protocol.md, 8.2, writes them; none of the simulator's code is used. */
export function credentials(key: Key = {}): { username: string; password: string } {
  const { authId = "testid", secret = "testsecret", signMethod = "hmacsha1", clientId = "tester" } = key;
  const { consumerGroupId = "DEFAULT_GROUP", timestamp = Date.now(), securityToken, iotInstanceId } = key;
  const mode =
    securityToken === undefined ? "authMode=aksign" : `authMode=ststoken,securityToken=${securityToken}`;
  const instance = iotInstanceId === undefined ? "" : `iotInstanceId=${iotInstanceId},`;
  const username = `${clientId}|${mode},signMethod=${signMethod},timestamp=${timestamp},authId=${authId},${instance}consumerGroupId=${consumerGroupId}|`;
  const token = securityToken === undefined ? "" : `&securityToken=${securityToken}`;
  const text = `authId=${authId}${token}&timestamp=${timestamp}`;
  const password = createHmac(signMethod.toLowerCase().replace("hmac", ""), secret)
    .update(text)
    .digest("base64");
  return { username, password };
}

export interface Received {
  topic: string;
  messageId: string;
  generateTime: number;
  json: Record<string, unknown>;
  bytes: Buffer;
  context: EventContext;
}

/** A subscriber as the platform's documentation builds one, with rhea. */
export class Subscriber {
  readonly received: Received[] = [];
  private waiters: { count: number; resolve: () => void }[] = [];

  private constructor(readonly connection: Connection) {}

  /** Resolves when it is connected and has its receiver; rejects with the condition where it is refused. */
  static async connect(
    endpoint: string,
    key: Key = {},
    options: { autoaccept?: boolean; credit_window?: number; [more: string]: unknown } = {},
  ): Promise<Subscriber> {
    const { hostname, port, protocol } = new URL(endpoint);
    const { autoaccept = true, credit_window = 100, ...connect } = options;
    const container = rhea.create_container();
    for (const event of ["connection_error", "protocol_error", "error"]) container.on(event, () => undefined);
    const connection = container.connect({
      host: hostname,
      port: Number(port),
      transport: protocol === "amqps:" ? "tls" : "tcp",
      reconnect: false,
      idle_time_out: 60_000,
      ...credentials(key),
      ...connect,
    } as ConnectionOptions);
    const subscriber = new Subscriber(connection);
    connection.on("message", (context: EventContext) => subscriber.take(context));
    await new Promise<void>((resolve, reject) => {
      const fail = (context: EventContext): void => {
        const error = (context.error ?? connection.error) as { condition?: string; description?: string };
        reject(new Error(`${error?.condition ?? "no condition"}: ${error?.description ?? ""}`));
      };
      connection.once("connection_close", fail);
      connection.once("disconnected", fail);
      connection.once("receiver_open", () => resolve());
      connection.once("connection_open", () => connection.open_receiver({ autoaccept, credit_window }));
    });
    return subscriber;
  }

  /** Resolves when so many messages have come in all. */
  async count(count: number): Promise<Received[]> {
    if (this.received.length < count) {
      await new Promise<void>((resolve) => this.waiters.push({ count, resolve }));
    }
    return this.received;
  }

  async close(): Promise<void> {
    if (this.connection.is_closed()) return;
    const closed = once(this.connection, "connection_close");
    this.connection.close();
    await closed;
  }

  private take(context: EventContext): void {
    const { message } = context;
    const bytes = (message!.body as { content: Buffer }).content;
    const properties = message?.application_properties as {
      topic: string;
      messageId: string;
      generateTime: number;
    };
    let json = {};
    try {
      json = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    } catch {
      // A custom topic carries anything.
    }
    this.received.push({
      ...properties,
      generateTime: Number(message?.application_properties?.generateTime),
      json,
      bytes,
      context,
    });
    this.waiters = this.waiters.filter(({ count, resolve }) => {
      if (this.received.length < count) return true;
      resolve();
      return false;
    });
  }
}
