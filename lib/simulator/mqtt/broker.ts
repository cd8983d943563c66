import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Aedes, Client, PublishPacket } from "aedes";
import { readable } from "../../base/text";
import { listen, loopbackHost } from "../common/listen";
import { WaitingRoom } from "../common/waiting-room";
import { SimulatorInputError } from "../definition/input-error";
import type { Device } from "../devices/device";
import type { Platform } from "../devices/platform";
import type { PropertySets } from "../messages/property-sets";
import type { Uplink } from "../messages/uplink";
import { admitDevice } from "./admission";
import { authorize } from "./authorization";
import { DeviceLink, type PendingAnswers } from "./device-link";
import type { DeviceLogin } from "./login";
import { guardSocket } from "./socket-guard";

/** Each may have sent 16 KB. */
const maxWaiting = 2048;

/** The device behind a client. */
interface Session {
  clientId: string;
  keepAlive: number;
  device?: Device;
  link?: DeviceLink;
}

interface BrokerOptions {
  platform: Platform;
  uplink: Uplink;
  propertySets: PropertySets;
  /** How long a device may take to log in, in ms. */
  patienceMs: number;
  /** Gets one line at a time, without secrets. */
  log: ((line: string) => void) | undefined;
}

/** The MQTT server for real devices, on the loopback address (docs/protocol.md, 9). */
export class MqttBroker {
  private readonly sessions = new WeakMap<Client, Session>();
  private readonly clients = new Map<Device, Client>();
  private readonly pending = new WeakMap<Device, PendingAnswers>();
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly waiting: WaitingRoom;

  private constructor(
    private readonly aedes: Aedes,
    private readonly options: BrokerOptions,
  ) {
    this.server = createServer((socket) => this.welcome(socket));
    this.waiting = new WaitingRoom(maxWaiting, options.patienceMs, () =>
      this.log(`more than ${maxWaiting} devices have not logged in; the oldest connection is closed`),
    );
    this.follow();
  }

  /** @throws {SimulatorInputError} if aedes is not installed, or the port cannot be used */
  static async open(port: number, options: BrokerOptions): Promise<MqttBroker> {
    const { Aedes: Broker } = await loadAedes();
    const aedes = await Broker.createBroker({
      connectTimeout: options.patienceMs,
      // MQTT 3.1, which some kits still try, would otherwise allow 23.
      maxClientsIdLength: 1024,
    });
    const broker = new MqttBroker(aedes, options);
    try {
      await listen(broker.server, port);
    } catch (error) {
      await broker.close();
      throw error;
    }
    return broker;
  }

  /** `mqtt://127.0.0.1:PORT` */
  get endpoint(): string {
    return `mqtt://${loopbackHost}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends every connection at once; devices do not go offline by it. */
  async close(): Promise<void> {
    for (const device of this.clients.keys()) delete device.link;
    this.clients.clear();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.aedes.close(resolve));
    await closed;
  }

  private welcome(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => this.sockets.delete(socket));
    this.waiting.enter(socket);
    const client = this.aedes.handle(socket);
    guardSocket(
      socket,
      () => client.connected,
      () => this.log(`${this.nameOf(client)} cut off: too much data, or not MQTT`),
    );
  }

  private log(line: string): void {
    this.options.log?.(line);
  }

  private nameOf(client: Client): string {
    const device = this.sessions.get(client)?.device;
    return device ? `device ${device.productKey}/${device.deviceName}` : "a device that has not logged in";
  }

  private follow(): void {
    const { aedes } = this;
    aedes.preConnect = (client, packet, done) => {
      this.sessions.set(client, { clientId: packet.clientId, keepAlive: packet.keepalive ?? 0 });
      // A session outlives its connection under the device's name; the client id has the time of the login.
      if (!packet.clean) packet.clientId = `${packet.username ?? ""}|`;
      done(null, true);
    };
    aedes.authenticate = (client, username, password, done) => {
      const refusal = this.admit(client, username ?? "", password?.toString("utf8") ?? "");
      if (refusal === undefined) return done(null, true);
      this.log(`device refused: ${refusal}`);
      // 4: bad user name or password.
      done(Object.assign(new Error(refusal), { returnCode: 4 }), null);
    };
    authorize(
      aedes,
      (client) => this.sessions.get(client)?.device,
      (client, line) => this.log(`${this.nameOf(client)} ${line}`),
    );
    aedes.on("ack", (_packet, client) => this.sessions.get(client)?.link?.acknowledged());
    aedes.on("publish", (packet, client) => this.received(packet, client));
    aedes.on("subscribe", (subscriptions, client) => {
      const { device, link } = this.sessions.get(client) ?? {};
      link?.subscribed(subscriptions);
      if (device && link && device.link === link) this.deliverKept(device);
    });
    aedes.on("clientReady", (client) => this.arrived(client));
    aedes.on("clientDisconnect", (client) => this.left(client));
    for (const trouble of ["clientError", "connectionError"] as const) {
      aedes.on(trouble, (client) => client.close());
    }
  }

  /** Accepts a device, or returns the reason for refusing it. */
  private admit(client: Client, username: string, password: string): string | undefined {
    const session = this.sessions.get(client);
    if (!session) return "it did not connect";
    const admitted = admitDevice({ ...session, username, password }, this.options.platform);
    if (typeof admitted === "string") return admitted;
    session.device = admitted.device;
    session.link = this.linkOf(admitted.device, admitted.login);
    return undefined;
  }

  private linkOf(device: Device, login: DeviceLogin): DeviceLink {
    let pending = this.pending.get(device);
    if (!pending) this.pending.set(device, (pending = new Map()));
    return new DeviceLink(device, this.options.uplink, {
      usesExtendedRrpc: login.usesExtendedRrpc,
      pending,
      publish: (topic, payload, qos = 0) => {
        const packet = { cmd: "publish", topic, payload, qos, dup: false, retain: false } as PublishPacket;
        if (!this.aedes.closed) this.aedes.publish(packet, () => undefined);
      },
      log: this.options.log,
    });
  }

  private arrived(client: Client): void {
    const { device, link } = this.sessions.get(client) ?? {};
    if (!device || !link) return;
    this.waiting.leave(client.conn as Socket);
    const before = this.clients.get(device);
    this.clients.set(device, client);
    device.link = link;
    link.subscribed(subscriptionsOf(client));
    // The device connects again: its first connection is closed.
    if (before && before !== client) {
      this.keepUnacknowledged(before);
      before.close();
    }
    this.options.uplink.setStatus(device.productKey, device.deviceName, "ONLINE");
    this.log(`device ${device.productKey}/${device.deviceName} connected`);
    this.deliverKept(device);
  }

  private keepUnacknowledged(client: Client): void {
    // With a session that outlives the connection, the broker itself delivers again.
    if (client.clean) this.sessions.get(client)?.link?.keepUnacknowledged();
  }

  private deliverKept(device: Device): void {
    if (device.link?.takesPropertySets) this.options.propertySets.deliverKept(device);
  }

  private left(client: Client): void {
    const device = this.sessions.get(client)?.device;
    this.keepUnacknowledged(client);
    if (!device || this.clients.get(device) !== client) return;
    this.clients.delete(device);
    delete device.link;
    this.options.uplink.setStatus(device.productKey, device.deviceName, "OFFLINE");
    this.log(`device ${device.productKey}/${device.deviceName} disconnected`);
  }

  private received(packet: PublishPacket, client: Client | null): void {
    const link = client && this.sessions.get(client)?.link;
    if (!link) return;
    try {
      link.receive(packet.topic, Buffer.from(packet.payload));
    } catch (error) {
      const topic = readable(packet.topic, 120);
      this.log(`${this.nameOf(client)}: a message to ${topic} could not be read: ${String(error)}`);
    }
  }
}

/** What a client of a session that outlives its connection has subscribed to before; aedes has no event for it. */
function subscriptionsOf(client: Client): { topic: string; qos: number }[] {
  const { subscriptions = {} } = client as { subscriptions?: Record<string, { qos: number }> };
  return Object.entries(subscriptions).map(([topic, { qos }]) => ({ topic, qos }));
}

/** An ES module, which `require` cannot load in every Node.js that this package supports. */
async function loadAedes(): Promise<typeof import("aedes")> {
  try {
    return await import("aedes");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new SimulatorInputError(
      "devices over MQTT need the package aedes: npm install aedes, or npx with -p aedes as well",
    );
  }
}
