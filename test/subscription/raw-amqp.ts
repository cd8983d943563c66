import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { AmqpEndpoint } from "../../lib/subscription/amqp-socket";

const saslHeader = Buffer.from("AMQP\x03\x01\x00\x00", "latin1");
/** Offers PLAIN. */
const mechanisms = Buffer.from("0000001602010000005340c00801a305504c41494e", "hex");
const welcome = Buffer.from("0000001002010000005344c003015000", "hex");
const amqpHeader = Buffer.from("AMQP\x00\x01\x00\x00", "latin1");

/** What a server says, up to its welcome. */
const login = {
  offer: Buffer.concat([saslHeader, sized(mechanisms)]),
  welcome: sized(welcome),
  amqpHeader,
};

/** A TCP server that does just what a test says, with every connection. */
export class RawAmqp {
  connections = 0;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(onConnection: (socket: Socket) => void): Promise<RawAmqp> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      raw.connections++;
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      socket.resume();
      onConnection(socket);
    });
    const raw = new RawAmqp(server, sockets);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return raw;
  }

  get endpoint(): AmqpEndpoint {
    return { host: "127.0.0.1", port: (this.server.address() as AddressInfo).port, tls: undefined };
  }

  get open(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

/** Says hello, takes any login, and then says what it is told to. */
export function admitThen(say: (socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    socket.write(login.offer);
    let received = Buffer.alloc(0);
    let isAdmitted = false;
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      // The client's header and its login.
      if (isAdmitted || received.length < 40) return;
      isAdmitted = true;
      socket.write(login.welcome);
      say(socket);
    });
  };
}

/** A frame with its size in front, whatever it said before. */
function sized(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt32BE(copy.length, 0);
  return copy;
}

/** When a malicious server begins to say what a test has for it, by a name for the test's title. */
export const stages: readonly [
  when: string,
  stage: (say: (socket: Socket) => void) => (socket: Socket) => void,
][] = [
  ["at once", (say) => say],
  ["after its header", (say) => (socket) => (socket.write("AMQP\x03\x01\x00\x00"), say(socket))],
  ["after the login", (say) => admitThen(say)],
  [
    "after the second header",
    (say) => admitThen((socket) => (socket.write("AMQP\x00\x01\x00\x00"), say(socket))),
  ],
];
