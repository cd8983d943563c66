import type { Socket } from "node:net";

/**
 * Connections that have not authenticated yet. Their number is limited, and optionally their time. If there are too many,
 * the oldest is closed: a legitimate client authenticates within moments, and a flood of connections must not shut out
 * new ones.
 */
export class WaitingRoom {
  /** By the remote port, which a TLS socket and the socket below it share. */
  private readonly waiting = new Map<number, { socket: Socket; timer: NodeJS.Timeout | undefined }>();

  constructor(
    private readonly maxSize: number,
    /** In ms. */
    private readonly patienceMs?: number,
    /** Called before a connection is closed to make room. */
    private readonly onCrowd?: () => void,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  /** Adds a socket, until it leaves or closes. */
  enter(socket: Socket): void {
    const port = socket.remotePort;
    if (port === undefined) return;
    const timer =
      this.patienceMs === undefined ? undefined : setTimeout(() => socket.destroy(), this.patienceMs);
    this.waiting.set(port, { socket, timer });
    socket.once("close", () => this.remove(port, socket));
    if (this.waiting.size <= this.maxSize) return;
    this.onCrowd?.();
    const [[oldest, entry] = []] = this.waiting;
    if (oldest === undefined || !entry) return;
    this.remove(oldest, entry.socket);
    entry.socket.destroy();
  }

  /** The socket has authenticated. */
  leave({ remotePort }: Socket): void {
    const entry = this.waiting.get(remotePort ?? -1);
    if (entry) this.remove(remotePort!, entry.socket);
  }

  private remove(port: number, socket: Socket): void {
    const entry = this.waiting.get(port);
    if (entry?.socket !== socket) return;
    clearTimeout(entry.timer);
    this.waiting.delete(port);
  }
}
