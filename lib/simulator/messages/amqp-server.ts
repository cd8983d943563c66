import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { loadRhea } from "../../base/rhea";
import { listen, loopbackHost } from "../common/listen";
import { WaitingRoom } from "../common/waiting-room";
import { AmqpConnection, type Reception } from "./amqp-connection";

/** Key and certificate, PEM. */
export interface ServerTls {
  key: string;
  cert: string;
}

/** Each may have sent 16 KB. */
const maxWaiting = 256;

/** The AMQP 1.0 server of the platform, on the loopback address. rhea is loaded when it opens. */
export class AmqpServer {
  readonly connections = new Set<AmqpConnection>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly scheme: string,
    /** Clients between the TCP connection and the login, including a TLS handshake. */
    private readonly waiting: WaitingRoom,
  ) {}

  /** @throws {SimulatorInputError} where it cannot listen on the port */
  static async open(port: number, tls: ServerTls | undefined, reception: Reception): Promise<AmqpServer> {
    const rhea = loadRhea();
    const server = tls ? createTlsServer(tls) : createServer();
    const waiting = new WaitingRoom(maxWaiting, reception.patienceMs + 100, () =>
      reception.report(`more than ${maxWaiting} clients have not logged in: the oldest is cut`),
    );
    const amqpServer = new AmqpServer(server, tls ? "amqps" : "amqp", waiting);
    server.on("connection", (socket: Socket) => amqpServer.keep(socket));
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
      const container = rhea.create_container();
      const connection = new AmqpConnection(container, socket, reception, () => waiting.leave(socket));
      amqpServer.connections.add(connection);
      socket.once("close", () => amqpServer.connections.delete(connection));
    });
    // A failed handshake concerns only the client.
    server.on("tlsClientError", () => undefined);
    await listen(server, port);
    return amqpServer;
  }

  /** `amqp://127.0.0.1:PORT`, `amqps` with TLS. */
  get endpoint(): string {
    return `${this.scheme}://${loopbackHost}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      for (const connection of this.connections) connection.cut();
      for (const socket of this.sockets) socket.destroy();
    });
  }

  /** Sockets that have not completed their TLS handshake are closed with the server, too. */
  private keep(socket: Socket): void {
    this.sockets.add(socket);
    this.waiting.enter(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => this.sockets.delete(socket));
  }
}
