/*
 * Loaded into a Node-RED ahead of it (`--require`): measures the longest block of its event loop, and knows which
 * ports it listens on. A function node reads it with `process.loopWatch()`.
 */
import { Server } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface LoopWatch {
  /** In milliseconds, since the last question. */
  maxBlock: number;
  /** In MB. */
  heap: number;
  ports: number[];
}

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
const servers = new Set<Server>();
// oxlint-disable-next-line typescript/unbound-method -- called with the server that it is of
const { listen } = Server.prototype;
Server.prototype.listen = function (this: Server, ...details: unknown[]): Server {
  servers.add(this);
  return Reflect.apply(listen, this, details) as Server;
} as typeof listen;

Object.assign(process, {
  loopWatch(): LoopWatch {
    const maxBlock = Math.round(delay.max / 1e6);
    delay.reset();
    const addresses = Array.from(servers, (server) => server.address());
    return {
      maxBlock,
      heap: Math.round(process.memoryUsage().heapUsed / 1e6),
      ports: addresses.flatMap((address) => (typeof address === "object" && address ? [address.port] : [])),
    };
  },
});
