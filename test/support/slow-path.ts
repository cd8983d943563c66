import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

// Taken before a test fakes the clock: the path takes its time whatever the clock says.
const { setTimeout: later } = globalThis;
const now = performance.now.bind(performance);

/**
 * A TCP path on the loopback on which every byte is late, and the first ones by a round trip more, as if the connection
 * took one to open. It counts connections and round trips; a delay of 0 only counts.
 */
export class SlowPath {
  /** How many connections have been opened. */
  connections = 0;
  /** How often the server has answered with bytes to bytes. */
  roundTrips = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly roundTripMs: number,
  ) {}

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections are open. */
  get open(): number {
    return this.sockets.size;
  }

  /** @param target port of the server that it leads to */
  static async start(target: number, roundTripMs = 0): Promise<SlowPath> {
    const server = createServer({ allowHalfOpen: true }, (socket) => path.lead(socket));
    const path = new SlowPath(server, target, roundTripMs);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return path;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private lead(client: Socket): void {
    this.connections++;
    const server = connect({ port: this.target, host: "127.0.0.1", allowHalfOpen: true });
    const openAt = now() + this.roundTripMs;
    let isAsked = false;
    this.pass(client, server, openAt, () => (isAsked = true));
    this.pass(server, client, 0, () => {
      if (isAsked) this.roundTrips++;
      isAsked = false;
    });
    this.sockets.add(client);
    client.on("close", () => {
      this.sockets.delete(client);
      server.destroy();
    });
    server.on("close", () => client.destroy());
  }

  private pass(from: Socket, to: Socket, notBefore: number, onBytes: () => void): void {
    const delayed = (work: () => void): void => {
      const wait = Math.max(0, notBefore - now()) + this.roundTripMs / 2;
      if (wait > 0) later(work, wait);
      else work();
    };
    from.setNoDelay(true);
    from.on("error", () => to.destroy());
    from.on("data", (bytes) => {
      onBytes();
      delayed(() => to.write(bytes));
    });
    from.on("end", () => delayed(() => to.end()));
  }
}
