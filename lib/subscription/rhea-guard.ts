import type { Socket } from "node:net";
import type { Connection, Receiver } from "rhea";
import { guardFrames } from "../base/amqp-guard";
import { readTransfers, type Transfer, type TransferFrame } from "./transfers-quick";

/*
 * Protects the process from a hostile peer, which rhea 3 does not expect. On the client side, only this file and the
 * guard of the frames use rhea's internals.
 */

/** Maximum bytes without a complete message; the platform's messages have at most 256 KB. */
const maxBytes = 8 * 1024 * 1024;
/** `maxFrameBytes` is announced to the peer. */
export const frameLimits = { maxFrameBytes: 1024 * 1024, maxChannel: 65_535 };

interface Inside {
  socket?: Socket;
  socket_ready: boolean;
  heartbeat_in?: NodeJS.Timeout | undefined;
  heartbeat_out?: NodeJS.Timeout | undefined;
  abort_idle?: NodeJS.Timeout | undefined;
  on_transfer(frame: TransferFrame): void;
  local: { open?: { idle_time_out?: number } };
  remote: { open?: { idle_time_out?: number } };
}

interface SessionInside {
  on_transfer(frame: TransferFrame): void;
  on_disposition(frame: unknown): void;
  _get_link(frame: TransferFrame): LinkInside;
}

interface LinkInside {
  credit: number;
  _incomplete?: unknown;
  on_flow(frame: unknown): void;
}

/**
 * To be called once it has its socket.
 * @returns to be called when a message is complete
 */
export function guardConnection(
  connection: Connection,
  { onData, onTooLarge }: { onData: () => void; onTooLarge: () => void },
): () => void {
  const inside = connection as unknown as Inside;
  const take = (frame: TransferFrame): void => inside["on_transfer"](frame);
  const isWorthWaiting = guardFrames(connection, frameLimits, (received) =>
    readTransfers(received, frameLimits, take),
  );
  let bytes = 0;
  const { socket } = inside;
  const uncork = (): void => socket?.uncork();
  socket?.on("data", (chunk: Buffer) => {
    // What rhea answers to it in the next tick, often two frames, leaves in one system call.
    socket.cork();
    process.nextTick(uncork);
    bytes += chunk.length;
    onData();
    // rhea would wait for a frame of any size that the peer announces.
    if (!isWorthWaiting() || bytes > maxBytes) onTooLarge();
  });
  return () => {
    bytes = 0;
  };
}

/** Heartbeats more often than once a second are a flood, and Node.js treats a timer beyond 2^31 ms as 1 ms. */
export function guardHeartbeat(connection: Connection): void {
  const { open } = (connection as unknown as Inside).remote;
  const asked = open?.idle_time_out;
  if (open && typeof asked === "number" && asked > 0) {
    open.idle_time_out = Math.min(Math.max(asked, 2000), 300_000);
  }
}

/**
 * To be called before the receiver gets anything.
 * @param onComplete called when a message is complete
 */
export function guardReceiver(receiver: Receiver, onComplete: () => void): void {
  const session = receiver.session as unknown as SessionInside;
  const onTransfer = session.on_transfer.bind(session);
  session.on_transfer = (frame) => {
    const transfer = readOnce(frame.performative);
    frame.performative = transfer;
    const link = session["_get_link"](frame);
    if (link.credit <= 0 && !link["_incomplete"]) throw new Error("more messages than asked for");
    onTransfer(frame);
    if (!transfer.more) onComplete();
  };
  // We need no dispositions from the sender, but they could keep rhea busy or make it answer.
  session.on_disposition = () => undefined;
  (receiver as unknown as LinkInside).on_flow = () => undefined;
}

/**
 * rhea reads each field of a transfer several times, and unwraps it each time. Bench line: "subscription" in
 * bench/messages.ts. Formats other than 0 are not decoded: rhea would end the connection on a message that it cannot
 * decode.
 */
function readOnce({ handle, delivery_id, settled, more }: Transfer): Transfer {
  return { handle, delivery_id, settled, more, message_format: 1 };
}

/** How many more messages the peer may send. */
export function creditOf(receiver: Receiver): number {
  return (receiver as unknown as LinkInside).credit;
}

/** Destroys the socket and stops all timers of rhea. */
export function dispose(connection: Connection): void {
  const inside = connection as unknown as Inside;
  const { socket } = inside;
  connection.removeAllListeners();
  for (const event of ["error", "protocol_error", "connection_error", "connection_close", "disconnected"]) {
    // rhea throws or prints events without a listener.
    connection.on(event, () => undefined);
  }
  if (socket) {
    for (const event of ["data", "end", "error"]) socket.removeAllListeners(event);
    socket.on("error", () => undefined);
    socket.destroy();
  }
  inside.socket_ready = false;
  // If rhea is reading a frame now, it would set the timer for the next one after this.
  for (const { open } of [inside.local, inside.remote]) if (open) open.idle_time_out = 0;
  clearTimeout(inside.heartbeat_in);
  clearTimeout(inside.heartbeat_out);
  clearTimeout(inside.abort_idle);
}

/** Runs code that would print received bytes to the console. */
export function quietly<T>(run: () => T): T {
  const { warn, error } = console;
  console.warn = console.error = () => undefined;
  try {
    return run();
  } finally {
    console.warn = warn;
    console.error = error;
  }
}
