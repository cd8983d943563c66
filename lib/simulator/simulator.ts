import { setMaxListeners } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { opaque } from "../base/opaque";
import { listen, loopbackHost } from "./common/listen";
import { control, controlPath } from "./control/control";
import { type AccessKeyDefinition, readAccessKey } from "./definition/access-key";
import { Value } from "./definition/checks";
import type { ReadDefinition, SimulatorDefinition } from "./definition/definition";
import { readDefinition, readDefinitionFile } from "./definition/definition-reader";
import { type FaultDefinition, readFault } from "./definition/fault";
import { mulberry32 } from "./definition/random";
import { type Execution, Platform } from "./devices/platform";
import { CallCounts } from "./gateway/call-counts";
import { Faults } from "./gateway/faults";
import { logLine } from "./gateway/log";
import { actionNames } from "./gateway/operations";
import { RequestAuthenticator } from "./gateway/request-authenticator";
import { type Report, RequestPipeline } from "./gateway/request-pipeline";
import { createLoopbackServer, type Reaction } from "./gateway/server";
import type { ServerTls } from "./messages/amqp-server";
import { connectHooks } from "./messages/hooks";
import { platformTimes, type SubscriptionTimes } from "./messages/message";
import { PropertySets } from "./messages/property-sets";
import { Routine } from "./messages/routine";
import { Subscription } from "./messages/subscription";
import { Uplink } from "./messages/uplink";
import { MqttBroker } from "./mqtt/broker";
import { sampleDefinition, type SampleLanguage } from "./sample/sample";

export type { AccessKeyDefinition } from "./definition/access-key";
export type * from "./definition/definition";
export type { FaultDefinition } from "./definition/fault";
export { SimulatorInputError } from "./definition/input-error";
export type { SampleLanguage } from "./sample/sample";

export interface SimulatorOptions {
  /** Path of a simulator file. */
  file?: string;
  /** Whether the file may be a pipe, which blocks the process until it ends. Not for use in Node-RED. */
  takesPipes?: boolean;
  /**
   * The same as an object; thing model paths are relative to the working directory. Without `file` and `definition`:
   * the sample.
   */
  definition?: SimulatorDefinition;
  /** Of the names in the sample; default English. */
  language?: SampleLanguage;
  /** Default 0: a free port. */
  port?: number;
  /** Gets one line for each request, without secrets. */
  log?: (line: string) => void;
  /** The platform's clock, UTC milliseconds; default `Date.now`. */
  now?: () => number;
  /** How long a synchronous call waits for the device; default 8000 ms, as the platform. */
  syncLimitMs?: number;
  /**
   * The histories that want `StartTime` after `EndTime` where the newest come first. Default: as documented; those of
   * which nothing is known take both orders.
   */
  laterStart?: readonly string[];
  /** Where `openAmqp` listens; default 0: a free port. */
  amqpPort?: number;
  /** Key and certificate (PEM) for AMQP over TLS, as on the platform. Without it: plain AMQP. */
  amqpTls?: ServerTls;
  /** Where `openMqtt` listens; default 0: a free port. */
  mqttPort?: number;
  /** Times of the subscription in ms, if other than the platform's; `patienceMs` also applies to MQTT. */
  amqpTimes?: Partial<SubscriptionTimes>;
}

/**
 * Simulates Alibaba Cloud IoT Platform on the loopback address, with its wire protocol: give a client `endpoint` and
 * the key, and call. Instances share nothing.
 */
export class Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  private broker: Promise<MqttBroker> | undefined;

  private constructor(
    private readonly server: Server,
    private readonly platform: Platform,
    private readonly faults: Faults,
    private readonly counts: CallCounts,
    private readonly authenticator: RequestAuthenticator,
    private readonly closing: AbortController,
    readonly accessKeyId: string,
    readonly accessKeySecret: string,
    /** Messages for subscribers, and disturbances of their connections. */
    readonly subscription: Subscription,
    /** What devices send on their own. */
    readonly uplink: Uplink,
    private readonly routine: Routine,
    private readonly propertySets: PropertySets,
    private readonly options: SimulatorOptions,
  ) {
    this.endpoint = `http://${loopbackHost}:${(server.address() as AddressInfo).port}`;
  }

  /** @throws {SimulatorInputError} with one line, if file, definition or port are wrong */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const { now = Date.now, syncLimitMs = 8000, port = 0, log } = options;
    const definition = readOptions(options);
    const closing = new AbortController();
    // Every waiting call adds a listener, and many may wait.
    setMaxListeners(0, closing.signal);
    const authenticator = new RequestAuthenticator(definition.accessKeys, now);
    const subscription = new Subscription({
      rules: { ...definition, accessKey: (id) => authenticator.find(id), now },
      times: { ...platformTimes, ...options.amqpTimes },
      random: mulberry32(definition.seed),
      log,
    });
    const platform = Platform.create(definition, {
      now,
      syncLimitMs,
      closing: closing.signal,
      subscription,
    });
    const uplink = new Uplink(platform);
    const routine = new Routine(platform, uplink, log);
    platform.laterStart = options.laterStart;
    const propertySets = new PropertySets(platform, uplink, log);
    connectHooks({ platform, uplink, routine, propertySets, closing: closing.signal });
    routine.recallProperties();
    const faults = new Faults(definition.faults, definition.seed);
    const counts = new CallCounts(definition.limits.calls);
    const report = (line: Report): void => log?.(logLine(line));
    const desk = new RequestPipeline(platform, authenticator, faults, counts, report);
    const server = createLoopbackServer(async (request): Promise<Reaction> => {
      try {
        const steering = request.target.startsWith(`${controlPath}/`);
        return steering
          ? control(request, { platform, faults, counts, subscription, uplink })
          : await desk.handle(request);
      } catch (error) {
        if (!closing.signal.aborted) log?.(`internal error of the simulator: ${String(error)}`);
        return "drop";
      }
    });
    await listen(server, port);
    const { accessKeyId, accessKeySecret } = firstKey(definition.accessKeys);
    return new Simulator(
      server,
      platform,
      faults,
      counts,
      authenticator,
      closing,
      accessKeyId,
      accessKeySecret,
      subscription,
      uplink,
      routine,
      propertySets,
      options,
    );
  }

  /** The commands that devices carried out, oldest first. */
  get executions(): readonly Execution[] {
    return this.platform.executions;
  }

  /** How often each operation was called, by name, and how many calls there were at most within a second. */
  get calls(): ReturnType<CallCounts["list"]> {
    return this.counts.list();
  }

  /** @throws {SimulatorInputError} if the fault is invalid */
  addFault(fault: FaultDefinition): void {
    this.faults.add(readFault(new Value(fault, "fault", ""), actionNames));
  }

  /**
   * Adds a key while the simulator runs, as a token service does.
   * @throws {SimulatorInputError}
   */
  addAccessKey(key: AccessKeyDefinition): void {
    this.authenticator.add(readAccessKey(new Value(key, "accessKey", ""), actionNames));
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /**
   * Offers device messages over AMQP 1.0, from the first call on; messages are kept from then on.
   * @returns `amqp://127.0.0.1:PORT`, `amqps` with TLS
   * @throws {SimulatorInputError} where the port cannot be had
   */
  async openAmqp(): Promise<string> {
    const { amqpPort = 0, amqpTls } = this.options;
    const endpoint = await this.subscription.open(amqpPort, amqpTls);
    if (!this.closing.signal.aborted) this.routine.start();
    return endpoint;
  }

  /**
   * Accepts real devices over MQTT, from the first call on.
   * @returns `mqtt://127.0.0.1:PORT`
   * @throws {SimulatorInputError} where the package aedes is not installed or the port cannot be had
   */
  async openMqtt(): Promise<string> {
    const { mqttPort = 0, log, amqpTimes } = this.options;
    const { patienceMs } = { ...platformTimes, ...amqpTimes };
    const { platform, uplink, propertySets } = this;
    this.broker ??= MqttBroker.open(mqttPort, { platform, uplink, propertySets, patienceMs, log }).catch(
      (error: unknown) => {
        this.broker = undefined;
        throw error;
      },
    );
    const broker = await this.broker;
    if (this.closing.signal.aborted) await broker.close();
    return broker.endpoint;
  }

  /** Closes open sockets and ends waiting calls at once. May be called again. */
  async close(): Promise<void> {
    this.closing.abort();
    this.routine.stop();
    await (await this.broker?.catch(() => undefined))?.close();
    await this.subscription.close();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }
}

// It holds the keys of its accounts and the secrets of its devices.
opaque(Simulator);

function readOptions({ file, definition, language, takesPipes }: SimulatorOptions): ReadDefinition {
  if (file !== undefined) return readDefinitionFile(file, actionNames, takesPipes);
  return readDefinition(definition ?? sampleDefinition(language), process.cwd(), actionNames);
}

/** The first key that works without a token. */
function firstKey(keys: readonly AccessKeyDefinition[]): Pick<Simulator, "accessKeyId" | "accessKeySecret"> {
  const usable = keys.find(({ securityToken, inactive }) => !securityToken && !inactive);
  return usable ?? keys[0] ?? { accessKeyId: "", accessKeySecret: "" };
}
