import { setTimeout as sleep } from "node:timers/promises";
import { closed, type Failure } from "../base/failure";
import { AmqpConnection, connectionTimings } from "./amqp-connection";
import type { AmqpEndpoint } from "./amqp-socket";
import { ownFailure } from "./connection-failure";
import type { Login } from "./login";

/** In milliseconds. */
interface LoginCheckTimings {
  /** For connection, login and receiver together. */
  open: number;
  /** How long the connection must last: a server may accept a login first and refuse it then. */
  settle: number;
}

const usualTimings: LoginCheckTimings = { open: 8000, settle: 300 };

/**
 * Logs in once, without taking a message: the receiver never gives credit. Then logs out. Never rejects.
 * @returns why it did not work; undefined if it did
 */
export async function tryLogin(
  endpoint: AmqpEndpoint,
  login: Login,
  signal: AbortSignal,
  timings: LoginCheckTimings = usualTimings,
): Promise<Failure | undefined> {
  if (signal.aborted) return closed(false);
  let connection: AmqpConnection | undefined;
  const leaving = new AbortController();
  try {
    return await new Promise<Failure | undefined>((resolve) => {
      const abort = (): void => resolve(closed(false));
      signal.addEventListener("abort", abort, { signal: leaving.signal });
      connection = new AmqpConnection(
        { endpoint, login, credits: 0, timings: { ...connectionTimings, open: timings.open } },
        {
          opened: () => {
            sleep(timings.settle, undefined, { signal: leaving.signal }).then(
              () => resolve(undefined),
              () => undefined,
            );
          },
          // Without credit none comes; one that does goes back when the connection ends.
          delivered: () => undefined,
          ended: resolve,
        },
      );
    });
  } catch (error) {
    return ownFailure(endpoint, error);
  } finally {
    leaving.abort();
    await connection?.close();
  }
}
