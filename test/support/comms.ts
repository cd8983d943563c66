import { once } from "node:events";
import { WebSocket } from "undici";
import type { Runtime } from "./runtime";

/** What a debug node showed in the sidebar. */
interface Shown {
  name: string;
  /** The value as the sidebar gets it: JSON for objects. */
  msg: string;
}

export interface Comms {
  /** What the runtime has sent to the editor so far under topics that start so, as JSON lines. */
  text(topic: string): string;
  /** Resolves when a packet with this text is there under a topic that starts so. */
  arrived(topic: string, text: string): Promise<void>;
  /** The next thing that the debug node of this name shows, or has shown and nobody has taken yet. */
  shown(debugName: string): Promise<string>;
  close(): Promise<void>;
}

/** Listens to the runtime as an open editor does: debug messages, statuses, notifications. */
export async function listen(runtime: Runtime): Promise<Comms> {
  const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/comms`);
  const untaken: Shown[] = [];
  const waiting = new Map<string, (msg: string) => void>();
  const packets: Packet[] = [];
  const textOf = (topic: string): string =>
    packets
      .filter((packet) => packet.topic?.startsWith(topic))
      .map((packet) => JSON.stringify(packet))
      .join("\n");
  socket.addEventListener("message", ({ data }) => {
    const parsed: Packet | Packet[] = JSON.parse(String(data));
    const received = Array.isArray(parsed) ? parsed : [parsed];
    packets.push(...received);
    for (const { topic, data: shown } of received) {
      if (topic !== "debug" || !shown) continue;
      const take = waiting.get(shown.name);
      waiting.delete(shown.name);
      if (take) take(shown.msg);
      else untaken.push(shown);
    }
  });
  await once(socket, "open");
  for (const topic of ["debug", "status/#", "notification/#"])
    socket.send(JSON.stringify({ subscribe: topic }));
  return {
    text: textOf,
    arrived: async (topic, text) => {
      // The listener that stores a packet was added first, so it has run by then.
      while (!textOf(topic).includes(text)) await once(socket, "message");
    },
    shown: (debugName) => {
      const index = untaken.findIndex(({ name }) => name === debugName);
      const [taken] = index < 0 ? [] : untaken.splice(index, 1);
      if (taken) return Promise.resolve(taken.msg);
      return new Promise((resolve) => waiting.set(debugName, resolve));
    },
    close: async () => {
      const closed = once(socket, "close");
      socket.close();
      await closed;
    },
  };
}

interface Packet {
  topic?: string;
  data?: Shown;
}
