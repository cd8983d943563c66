import type { Socket } from "node:net";
import type { Connection, Container, EventContext } from "rhea";
import { guardFrames } from "../../base/amqp-guard";

/** Clients send nothing large: a longer frame is not AMQP, or an attack. */
export const maxFrameBytes = 256 * 1024;
const maxChannel = 255;
const maxSessions = 16;
/** A login with the longest token has a few KB. */
const maxBytesBeforeLogin = 16 * 1024;
/** The same for data that arrives byte by byte: each piece is an object. */
const maxPiecesBeforeLogin = 8 * 1024;
/** Maximum range of deliveries in a disposition; rhea keeps at most 2048, but loops over the whole range. */
const maxInDisposition = 65_536;

interface Disposition {
  performative: { first?: unknown; last?: unknown };
}

/**
 * Attaches a socket to a connection of rhea, and limits what a client can do with it.
 * @param isLoggedIn whether the client has logged in
 * @param onBroken called if it sends something that no proper client sends
 */
export function acceptGuarded(
  container: Container,
  connection: Connection,
  socket: Socket,
  isLoggedIn: () => boolean,
  onBroken: () => void,
): void {
  let bytes = 0;
  let pieces = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    pieces += 1;
    const isFlood = bytes > maxBytesBeforeLogin || pieces > maxPiecesBeforeLogin;
    if (isFlood && !isLoggedIn()) onBroken();
  });
  (connection as unknown as { accept(socket: Socket): void }).accept(socket);
  const limits = { maxFrameBytes: maxFrameBytes, maxChannel: maxChannel };
  const isWorthWaiting = guardFrames(connection, limits);
  socket.on("data", () => {
    if (!isWorthWaiting()) onBroken();
  });
  let sessions = 0;
  container.on("session_open", ({ session }: EventContext) => {
    sessions += 1;
    if (sessions > maxSessions) onBroken();
    else guardSession(session as unknown as { on_disposition(frame: Disposition): void });
  });
}

function guardSession(session: { on_disposition(frame: Disposition): void }): void {
  const onDisposition = session.on_disposition.bind(session);
  session.on_disposition = (frame) => {
    const { first, last } = frame.performative;
    if (Number(last ?? first) - Number(first) > maxInDisposition) throw new Error("malformed AMQP");
    onDisposition(frame);
  };
}
