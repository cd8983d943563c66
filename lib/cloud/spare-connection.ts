import { Socket } from "node:net";
import type { buildConnector } from "undici";
import { opaque } from "../base/opaque";

type Connector = buildConnector.connector;

/** In milliseconds. */
const spareTimings = {
  /** How long after the last call that was answered a spare is kept. */
  used: 10 * 60_000,
  /** From one attempt to the next. */
  gap: 15_000,
  /** When a spare is replaced: web servers and load balancers commonly close a silent connection after 60 s. */
  age: 50_000,
  /** From a call that takes the spare to the next attempt, so that it does not compete with that call. */
  pause: 1000,
};

/**
 * One open connection in reserve, so that a call after a quiet time need not wait for TCP and TLS. It is given to the
 * next call that needs a connection. Nothing is sent on it before. While the server accepts no connection there are no
 * attempts, until a call has been answered again.
 */
export class SpareConnection {
  private spare: WatchedSocket | undefined;
  /** Where the latest connection was opened to. */
  private options: buildConnector.Options | undefined;
  /** Set from the first answer until the spare is given up. */
  private timer: NodeJS.Timeout | undefined;
  /** The socket of an attempt; true if it is not known. */
  private attempt: Socket | true | undefined;
  private isRefused = false;
  private isClosed = false;
  private answeredAt = -Infinity;
  private attemptedAt = -Infinity;
  private takenAt = -Infinity;

  constructor(private readonly open: Connector) {}

  /** For undici: the spare, or a new connection. */
  readonly connect: Connector = (options, callback) => {
    this.options = options;
    const { spare } = this;
    if (!spare) {
      this.openAnother(options, callback);
      return;
    }
    this.spare = undefined;
    this.takenAt = performance.now();
    this.check();
    // A goodbye of the server that has arrived is read first: between two immediates, the event loop polls for it.
    setImmediate(() =>
      setImmediate(() => {
        const socket = spare.release();
        if (socket) callback(null, socket);
        else this.openAnother(options, callback);
      }),
    );
  };

  /** A call was answered. Bench line: "own" in bench/check.ts. */
  answered(): void {
    this.answeredAt = performance.now();
    if (this.timer && !this.isRefused) return;
    this.isRefused = false;
    this.check();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.discard();
    // With an error, since undici waits for either that or the connection.
    if (this.attempt instanceof Socket) this.attempt.destroy(new Error("closed"));
  }

  private openAnother(options: buildConnector.Options, callback: buildConnector.Callback): void {
    this.open(options, (...[error, socket]) => {
      if (error) {
        this.isRefused = true;
        callback(error, null);
      } else callback(null, socket);
    });
  }

  /** Opens, replaces or gives up the spare, if it is time, or sets the timer for it. */
  private check(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isClosed || this.attempt) return;
    const now = performance.now();
    const end = this.answeredAt + spareTimings.used;
    if (now >= end) {
      this.discard();
      return;
    }
    const wanted = this.spare ? this.spare.openedAt + spareTimings.age : this.takenAt + spareTimings.pause;
    const due = this.isRefused ? Infinity : Math.max(wanted, this.attemptedAt + spareTimings.gap);
    if (now >= due) this.attemptNow(now);
    else {
      this.timer = setTimeout(() => this.check(), Math.min(due, end) - now);
      this.timer.unref();
    }
  }

  private attemptNow(now: number): void {
    const { options } = this;
    if (!options) return;
    this.attemptedAt = now;
    this.attempt = true;
    const opening: unknown = this.open(options, (...[error, socket]) => {
      this.attempt = undefined;
      if (error) this.isRefused = true;
      else this.keep(socket);
      this.check();
    });
    // undici returns the socket, which its types do not tell.
    if (this.attempt && opening instanceof Socket) this.attempt = opening;
  }

  private keep(socket: Socket): void {
    this.discard();
    const spare: WatchedSocket = new WatchedSocket(socket, () => {
      if (this.spare !== spare) return;
      this.spare = undefined;
      this.check();
    });
    if (this.isClosed) spare.discard();
    else this.spare = spare;
  }

  private discard(): void {
    this.spare?.discard();
    this.spare = undefined;
  }
}

// It leads to the keys of a TLS configuration.
opaque(SpareConnection);

/** "readable" stands for bytes and for the end of the stream; a server has nothing to say before a request. */
const endings = ["readable", "end", "close", "error"] as const;

/** An open connection on which nothing happens; whatever does happen is its end. */
class WatchedSocket {
  readonly openedAt = performance.now();
  private isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly onOver: () => void,
  ) {
    for (const event of endings) socket.on(event, this.end);
  }

  /** Ends watching. @returns the socket, or undefined if it is of no use any more */
  release(): Socket | undefined {
    if (this.isOver || this.socket.destroyed) return undefined;
    for (const event of endings) this.socket.off(event, this.end);
    return this.socket;
  }

  discard(): void {
    this.isOver = true;
    this.socket.destroy();
  }

  private readonly end = (): void => {
    if (this.isOver) return;
    this.discard();
    this.onOver();
  };
}
