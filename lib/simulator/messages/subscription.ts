import { randomInt } from "node:crypto";
import { stringify } from "lossless-json";
import { Value } from "../definition/checks";
import type { MessageOutlet } from "../devices/platform";
import type { AmqpConnection, Reception } from "./amqp-connection";
import { AmqpServer, type ServerTls } from "./amqp-server";
import { ConsumerGroup, type GroupState } from "./consumer-group";
import { type Disturbance, Disturbances, readDisturbance } from "./disturbances";
import { type LoginRules, readLogin } from "./login";
import type { PlatformMessage, SubscriptionTimes } from "./message";

const defaultDelayMs = 1000;

interface SubscriptionState {
  /** Blank until it is opened. */
  endpoint: string;
  groups: GroupState[];
  disturbances: Disturbance[];
}

/** Which connections to close, and how; the default condition is the platform's usual one. */
export interface Closing {
  condition?: string;
  description?: string;
  /** Destroys the sockets without an AMQP close. */
  cut?: boolean;
  /** Only the connections of this client or group. */
  clientId?: string;
  consumerGroupId?: string;
}

interface SubscriptionOptions {
  rules: LoginRules;
  times: SubscriptionTimes;
  random: () => number;
  /** Gets one line at a time, without secrets. */
  log: ((line: string) => void) | undefined;
}

/** The server-side subscription: delivers the platform's messages to AMQP clients. */
export class Subscription implements MessageOutlet {
  private readonly groups: ReadonlyMap<string, ConsumerGroup>;
  private readonly disturbances: Disturbances;
  private server: Promise<AmqpServer> | undefined;
  private connections: ReadonlySet<AmqpConnection> = new Set();
  private endpoint = "";
  private nextMessageId = BigInt(randomInt(1_000_000, 2_000_000)) * 1_000_000_000_000n;
  private isClosed = false;

  constructor(private readonly options: SubscriptionOptions) {
    const { rules, times, random } = options;
    this.disturbances = new Disturbances(random);
    const reorders = (): boolean => this.disturbances.fire("reorder") !== undefined;
    this.groups = new Map(
      rules.consumerGroups.map((name) => [name, new ConsumerGroup(name, times, rules.now, random, reorders)]),
    );
  }

  /**
   * Opens the AMQP server, once.
   * @returns `amqp://127.0.0.1:PORT`
   * @throws {SimulatorInputError} where it cannot listen on the port
   */
  async open(port: number, tls: ServerTls | undefined): Promise<string> {
    this.server ??= AmqpServer.open(port, tls, this.reception()).catch((error: unknown) => {
      this.server = undefined;
      throw error;
    });
    const server = await this.server;
    if (this.isClosed) await server.close();
    this.connections = server.connections;
    return (this.endpoint = server.endpoint);
  }

  get consumerGroups(): readonly string[] {
    return this.options.rules.consumerGroups;
  }

  stateOf(consumerGroupId: string): GroupState | undefined {
    return this.groups.get(consumerGroupId)?.state();
  }

  /** Messages that no client could ever receive are dropped. */
  get isOpen(): boolean {
    return this.server !== undefined && !this.isClosed;
  }

  /**
   * Adds a message to every group. Resolves when each has acknowledged or dropped it; at once if the server was never
   * opened.
   * @param payload bytes, or a value to be written as JSON
   */
  async publish(topic: string, payload: unknown): Promise<void> {
    if (!this.isOpen) return;
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(stringify(payload) ?? "null");
    this.nextMessageId += 1n;
    const messageId = String(this.nextMessageId);
    const message: PlatformMessage = { topic, messageId, generateTime: this.options.rules.now(), body };
    const delay = this.disturbances.fire("delay", topic);
    const delayMs = delay ? (delay.delayMs ?? defaultDelayMs) : 0;
    const copies = this.disturbances.fire("duplicate", topic) ? [message, { ...message }] : [message];
    const added = [...this.groups.values()].flatMap((group) =>
      copies.map((copy) => group.add(copy, delayMs)),
    );
    if (this.disturbances.fire("cut", topic)) this.afterDelivery({ cut: true });
    const closing = this.disturbances.fire("close", topic);
    if (closing) this.afterDelivery(closing.condition === undefined ? {} : { condition: closing.condition });
    await Promise.all(added);
  }

  state(): SubscriptionState {
    return {
      endpoint: this.endpoint,
      groups: [...this.groups.values()].map((group) => group.state()),
      disturbances: this.disturbances.list(),
    };
  }

  /** @throws {SimulatorInputError} if it is invalid */
  disturb(disturbance: Disturbance): void {
    this.disturbances.add(readDisturbance(new Value(disturbance, "disturbance", "")));
  }

  /** Removes all disturbances. */
  calm(): void {
    this.disturbances.clear();
  }

  /** Closes connections, as the platform may do at any time. @returns how many */
  closeConnections(closing: Closing = {}): number {
    const { clientId, consumerGroupId, cut = false } = closing;
    const chosen = [...this.connections].filter(
      (connection) =>
        (clientId === undefined || connection.clientId === clientId) &&
        (consumerGroupId === undefined || connection.consumerGroupId === consumerGroupId),
    );
    for (const connection of chosen) {
      if (cut) connection.cut();
      else connection.close(closing.condition ?? "amqp:connection:forced", closing.description ?? "closed");
    }
    return chosen.length;
  }

  /** Ends every connection and timer at once. May be called again. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const group of this.groups.values()) group.close();
    await (await this.server?.catch(() => undefined))?.close();
    for (const group of this.groups.values()) group.close();
  }

  private afterDelivery(closing: Closing): void {
    // Groups deliver in the next turn of the event loop; this runs in the one after that.
    setImmediate(() => setImmediate(() => this.closeConnections(closing)));
  }

  private reception(): Reception {
    const { rules, times, log } = this.options;
    return {
      patienceMs: times.patienceMs,
      now: rules.now,
      report: (line) => log?.(line),
      admit: (username, password) => {
        const login = readLogin(username, password, rules);
        const name =
          typeof login === "string" ? /consumerGroupId=([^,|]*)/.exec(username)?.[1] : login.consumerGroupId;
        const group = this.groups.get(name ?? "");
        const tooMany = group?.attempt();
        if (typeof login === "string") return login;
        if (this.disturbances.fire("refuse")) return "as it was told to";
        return tooMany ?? (group ? { login, group } : "there is no such consumer group");
      },
    };
  }
}
