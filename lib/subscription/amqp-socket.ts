import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { TlsOptions } from "../base/tls-options";

export interface AmqpEndpoint {
  host: string;
  port: number;
  /** Undefined: plain TCP, for this machine only. */
  tls: TlsOptions | undefined;
}

/** Opens a socket; calls back when the first byte may be sent. It reports failures as its own `error`. */
export function openSocket({ host, port, tls }: AmqpEndpoint, onReady: () => void): Socket {
  if (tls === undefined) return connectPlain({ host, port }, onReady);
  const { servername, ...rest } = tls;
  const name = typeof servername === "string" && servername !== "" ? servername : host;
  // An IP address is not a valid server name; Node.js would print a warning.
  return connectSecurely({ ...rest, host, port, ...(isIP(name) === 0 && { servername: name }) }, onReady);
}
