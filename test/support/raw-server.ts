import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** A TCP server on the loopback that says exactly what a test tells it to, byte for byte. */
export class RawServer {
  /** How many connections have been accepted. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  /** @param onRequest called with each whole request head and its body */
  static async start(
    onRequest: (request: string, socket: Socket) => void,
    onConnection: (socket: Socket) => void = () => undefined,
  ): Promise<RawServer> {
    const server = createServer((socket) => {
      raw.connections++;
      raw.sockets.add(socket);
      onConnection(socket);
      socket.on("close", () => raw.sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      let pending = "";
      socket.on("data", (chunk) => {
        pending += chunk.toString("latin1");
        const end = pending.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0);
        if (pending.length < end + 4 + length) return;
        const request = pending;
        pending = "";
        onRequest(request, socket);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const raw = new RawServer(server, typeof address === "object" && address ? address.port : 0);
    return raw;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

/** A whole HTTP answer as text. */
export function httpAnswer(
  body: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): string {
  const lines = Object.entries({ "content-length": String(Buffer.byteLength(body)), ...headers });
  return `HTTP/1.1 ${status} Said\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/** The answer of a service call that went well. */
export function success(result: unknown, messageId = "1"): string {
  return JSON.stringify({
    RequestId: "REQUEST-1",
    Success: true,
    Data: { MessageId: messageId, ...(result !== undefined && { Result: JSON.stringify(result) }) },
  });
}

/** There is no thing model here; results stay as they come. */
const lookUpRefusal = httpAnswer('{"RequestId":"R","Success":false,"Code":"iot.prod.NotExistedProduct"}');

/** Hands service calls on, and refuses the look-ups that nodes make beside them. */
export function callsOnly(
  onCall: (request: string, socket: Socket) => void,
): (request: string, socket: Socket) => void {
  return (request, socket) => {
    if (/^x-acs-action: InvokeThingService\r$/im.test(request)) onCall(request, socket);
    else socket.write(lookUpRefusal);
  };
}
