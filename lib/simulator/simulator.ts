import { setMaxListeners } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Value } from "./checks.js";
import { control, CONTROL_PATH } from "./control.js";
import type { AccessKeyDefinition, ReadDefinition, SimulatorDefinition } from "./definition.js";
import { readDefinition, readAccessKey, readDefinitionFile, readFault } from "./definition-reader.js";
import { Faults, type FaultDefinition } from "./faults.js";
import { FrontDesk } from "./front-desk.js";
import { Gatekeeper } from "./gatekeeper.js";
import { SimulatorInputError } from "./input-error.js";
import { logLine } from "./log.js";
import { ACTIONS } from "./operations/index.js";
import { Platform, type Execution } from "./platform.js";
import { sampleDefinition } from "./sample.js";
import { createLoopbackServer, type Reaction } from "./server.js";

export type * from "./definition.js";
export type { FaultDefinition, FaultKind } from "./faults.js";
export { SimulatorInputError } from "./input-error.js";
export type { Execution } from "./platform.js";

export interface SimulatorOptions {
  /** Path of a simulator file. */
  file?: string;
  /** The same as an object; thing model paths start at the working directory. Without either: the sample. */
  definition?: SimulatorDefinition;
  /** Default 0: a free one. */
  port?: number;
  /** Gets one line for each request, without secrets. */
  log?: (line: string) => void;
  /** The platform's clock, UTC milliseconds; default `Date.now`. */
  now?: () => number;
  /** How long a synchronous call waits for the device; default 8000 ms, as the platform. */
  syncLimitMs?: number;
}

const HOST = "127.0.0.1";

/**
 * A stand-in for Alibaba Cloud IoT Platform on the loopback, with its wire protocol: point a client at
 * `endpoint` with the key, and call. Instances share nothing.
 */
export class Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;

  private constructor(
    private readonly server: Server,
    private readonly platform: Platform,
    private readonly faults: Faults,
    private readonly gatekeeper: Gatekeeper,
    private readonly closing: AbortController,
    readonly accessKeyId: string,
    readonly accessKeySecret: string,
  ) {
    this.endpoint = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  }

  /** Rejects with SimulatorInputError, one clear line, where file, definition or port are wrong. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const { now = Date.now, syncLimitMs = 8000, port = 0, log } = options;
    const definition = readOptions(options);
    const closing = new AbortController();
    // Every waiting call listens to it, and many may wait.
    setMaxListeners(0, closing.signal);
    const platform = await Platform.create(definition, { now, syncLimitMs, closing: closing.signal });
    const faults = new Faults(definition.faults, definition.seed);
    const gatekeeper = new Gatekeeper(definition.accessKeys, now);
    const desk = new FrontDesk(platform, gatekeeper, faults, (report) => log?.(logLine(report)));
    const server = createLoopbackServer(async (request): Promise<Reaction> => {
      try {
        const steering = request.target.startsWith(`${CONTROL_PATH}/`);
        return steering ? control(request, platform, faults) : await desk.handle(request);
      } catch (error) {
        if (!closing.signal.aborted) log?.(`the simulator itself failed: ${String(error)}`);
        return "drop";
      }
    });
    await listen(server, port);
    const { accessKeyId, accessKeySecret } = firstKey(definition.accessKeys);
    return new Simulator(server, platform, faults, gatekeeper, closing, accessKeyId, accessKeySecret);
  }

  /** What the virtual devices really did, oldest first. */
  get executions(): readonly Execution[] {
    return this.platform.executions;
  }

  /** Throws SimulatorInputError where the fault is none. */
  addFault(fault: FaultDefinition): void {
    this.faults.add(readFault(new Value(fault, "fault", ""), ACTIONS));
  }

  /** A key that is made while the simulator runs, as a token service makes them. Throws SimulatorInputError. */
  addAccessKey(key: AccessKeyDefinition): void {
    this.gatekeeper.add(readAccessKey(new Value(key, "accessKey", ""), ACTIONS));
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /**
   * Offers device messages over AMQP 1.0, from the first call on.
   * @returns `amqp://127.0.0.1:PORT`
   */
  async openAmqp(): Promise<string> {
    await Promise.resolve();
    throw new SimulatorInputError("this simulator has no messages yet");
  }

  /** Ends open sockets and waiting calls at once. May be called again. */
  async close(): Promise<void> {
    this.closing.abort();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

function readOptions({ file, definition }: SimulatorOptions): ReadDefinition {
  if (file !== undefined) return readDefinitionFile(file, ACTIONS);
  return readDefinition(definition ?? sampleDefinition(), process.cwd(), ACTIONS);
}

/** The first that works without a token. */
function firstKey(keys: readonly AccessKeyDefinition[]): Pick<Simulator, "accessKeyId" | "accessKeySecret"> {
  const usable = keys.find(({ securityToken, inactive }) => !securityToken && !inactive);
  return usable ?? keys[0] ?? { accessKeyId: "", accessKeySecret: "" };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, HOST, resolve);
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new SimulatorInputError(`port ${port} is already in use on ${HOST}`);
  if (error.code === "EACCES") return new SimulatorInputError(`port ${port} may not be used by this user`);
  return new SimulatorInputError(`cannot listen on port ${port}: ${error.message}`);
}
