import type { Socket } from "node:net";

/**
 * Connections that have not shown yet who they are. Whoever connects can have any number of them, so their number is
 * bounded, and their time where one is given. Where there are too many the oldest goes: who means well is through
 * in a moment, and the newest of a crowd would otherwise be shut out.
 */
export class WaitingRoom {
  /** By the other side's port, which a TLS socket and the one below it have in common. */
  private readonly waiting = new Map<number, { socket: Socket; timer: NodeJS.Timeout | undefined }>();

  constructor(
    private readonly maxSize: number,
    /** In ms. */
    private readonly patienceMs?: number,
    /** Called before one is cut to make room. */
    private readonly onCrowd?: () => void,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  /** The socket waits from now on, until it leaves or closes. */
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

  /** It has shown who it is. */
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
