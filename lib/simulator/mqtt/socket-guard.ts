import type { Socket } from "node:net";
import { PacketGuard } from "./packet-guard";

export const maxPayloadBytes = 256 * 1024;
const maxBytesBeforeLogin = 16 * 1024;
/** Payload, topic and headers. */
const maxPacketBytes = maxPayloadBytes + 1024;

/** Ends a connection that sends too much, or what is not MQTT; `refuse` is called before. */
export function guardSocket(socket: Socket, isLoggedIn: () => boolean, refuse: () => void): void {
  const guard = new PacketGuard();
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    const isFlood = !isLoggedIn() && bytes > maxBytesBeforeLogin;
    const maxBytes = isLoggedIn() ? maxPacketBytes : maxBytesBeforeLogin;
    if (!isFlood && guard.accept(chunk, maxBytes)) return;
    refuse();
    socket.destroy();
  });
}
