import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** An HTTP proxy on the loopback that leads every tunnel to one port, whatever host was asked for. */
export class TestProxy {
  /** What CONNECT asked for, with the login that came along. */
  readonly tunnels: { host: string; login: string }[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param refuse status to refuse every tunnel with */
  static async start(port: number, refuse?: number): Promise<TestProxy> {
    const server = createServer((_request, response) => response.writeHead(405).end());
    const proxy = new TestProxy(server);
    server.on("connection", (socket) => proxy.keep(socket));
    server.on("connect", (request, client: Socket) => {
      const encoded = request.headers["proxy-authorization"]?.replace("Basic ", "") ?? "";
      proxy.tunnels.push({ host: request.url ?? "", login: Buffer.from(encoded, "base64").toString() });
      if (refuse) {
        client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
        return;
      }
      const target = connect(port, "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        target.pipe(client);
        client.pipe(target);
      });
      proxy.keep(target);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
  }
}
