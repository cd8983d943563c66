import type { Server } from "node:net";
import { SimulatorInputError } from "../definition/input-error";

/** The simulator cannot be reached from other machines. */
export const loopbackHost = "127.0.0.1";

/**
 * Resolves when the server listens; 0 picks a free port.
 * @throws {SimulatorInputError}
 */
export async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(portError(error, port));
    server.once("error", fail);
    server.listen(port, loopbackHost, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new SimulatorInputError(`port ${port} is already in use on ${loopbackHost}`);
  if (error.code === "EACCES") return new SimulatorInputError(`port ${port} may not be used by this user`);
  return new SimulatorInputError(`cannot listen on port ${port}: ${error.message}`);
}
