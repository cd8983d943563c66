import type { Socket } from "node:net";
import type { Connection, Receiver } from "rhea";
import { guardFrames } from "../base/amqp-guard";

/*
 * What keeps rhea 3 from harming the process: it was written for peers that mean well. This file and the guard of the
 * frames are the only ones of this side that know of its inside.
 */

/** Bytes that may come without making a message; the platform's messages have at most 256 KB. */
const maxBytes = 8 * 1024 * 1024;
/** `maxFrameBytes` is what we tell the other side. */
export const frameLimits = { maxFrameBytes: 1024 * 1024, maxChannel: 65_535 };

interface Inside {
  socket?: Socket;
  socket_ready: boolean;
  heartbeat_in?: NodeJS.Timeout | undefined;
  heartbeat_out?: NodeJS.Timeout | undefined;
  abort_idle?: NodeJS.Timeout | undefined;
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

interface TransferFrame {
  performative: { message_format?: number };
}

/** To be called once it has its socket. */
export function guardConnection(
  connection: Connection,
  { onData, onTooLarge }: { onData: () => void; onTooLarge: () => void },
): void {
  const inside = connection as unknown as Inside;
  const isWorthWaiting = guardFrames(connection, frameLimits);
  let bytes = 0;
  connection.on("message", () => {
    bytes = 0;
  });
  inside.socket?.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    onData();
    // It would wait for a frame of any size that the other side announces.
    if (!isWorthWaiting() || bytes > maxBytes) onTooLarge();
  });
}

/** Heartbeats more often than once in a second are a flood, and Node.js takes a time beyond 2^31 ms for one of 1 ms. */
export function guardHeartbeat(connection: Connection): void {
  const { open } = (connection as unknown as Inside).remote;
  const asked = open?.idle_time_out;
  if (open && typeof asked === "number" && asked > 0) {
    open.idle_time_out = Math.min(Math.max(asked, 2000), 300_000);
  }
}

/** To be called before anything comes through the receiver. */
export function guardReceiver(receiver: Receiver): void {
  const session = receiver.session as unknown as SessionInside;
  const onTransfer = session.on_transfer.bind(session);
  session.on_transfer = (frame) => {
    const link = session["_get_link"](frame);
    if (link.credit <= 0 && !link["_incomplete"]) throw new Error("more messages than asked for");
    // Any format but 0 is not decoded: rhea would end the connection over a message that it cannot read.
    frame.performative.message_format = 1;
    onTransfer(frame);
  };
  // A sender has nothing to say about what we receive that matters to us, but could keep rhea busy, or make it talk.
  session.on_disposition = () => undefined;
  (receiver as unknown as LinkInside).on_flow = () => undefined;
}

/** Ends the socket and every timer; rhea does nothing any more. */
export function dispose(connection: Connection): void {
  const inside = connection as unknown as Inside;
  const { socket } = inside;
  connection.removeAllListeners();
  for (const event of ["error", "protocol_error", "connection_error", "connection_close", "disconnected"]) {
    // It throws or prints events without a listener.
    connection.on(event, () => undefined);
  }
  if (socket) {
    for (const event of ["data", "end", "error"]) socket.removeAllListeners(event);
    socket.on("error", () => undefined);
    socket.destroy();
  }
  inside.socket_ready = false;
  // Called from within its own reading, it would set a timer for the next frame after this.
  for (const { open } of [inside.local, inside.remote]) if (open) open.idle_time_out = 0;
  clearTimeout(inside.heartbeat_in);
  clearTimeout(inside.heartbeat_out);
  clearTimeout(inside.abort_idle);
}

/** Runs what prints to the console about bytes that came from elsewhere. */
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
