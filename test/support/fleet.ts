import type { ServiceDefinition, SimulatorDefinition } from "../../lib/simulator/definition/definition";
import type { Simulator, SimulatorOptions } from "../../lib/simulator/simulator";
import { type FlowOptions, type Message, simulated, subscriptionAt, TestFlow } from "./nodes";

export const fleetKey = "a1BwAGV0001";

/** What a lamp does when its service is called. */
export type Behaviour = Partial<ServiceDefinition> & { isOffline?: boolean };

const number = (identifier: string): object => ({
  identifier,
  name: identifier,
  dataType: { type: "int", specs: { min: 0, max: 1_000_000, step: 1 } },
});

const inputs = [number("n")];

/** A service that answers later, `Blink`, one that answers at once, `Ping`, and a property, `Level`. */
export const lampProduct = {
  productKey: fleetKey,
  thingModel: {
    profile: { productKey: fleetKey },
    properties: [{ ...number("Level"), accessMode: "rw" }],
    services: [
      { identifier: "Blink", name: "Blink", callType: "async", inputData: inputs, outputData: inputs },
      { identifier: "Ping", name: "Ping", callType: "sync", inputData: inputs, outputData: inputs },
    ],
  },
};

/** Devices of that product. */
export function lamps(
  count: number,
  behaviour: (index: number) => Behaviour = () => ({}),
): SimulatorDefinition {
  return {
    products: [
      {
        ...lampProduct,
        devices: Array.from({ length: count }, (_none, index) => {
          const { isOffline, ...service } = behaviour(index);
          const answer = { data: '{ "n": args.n }', ...service };
          return {
            deviceName: `lamp${index}`,
            status: isOffline ? "OFFLINE" : "ONLINE",
            services: { Blink: answer, Ping: answer },
          };
        }),
      },
    ],
  };
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_none, index) => `lamp${index}`);
}

/** One device in a report. */
interface ReportEntry {
  productKey: string;
  deviceName: string;
  outcome: string;
  code?: string;
  message?: string;
  result?: unknown;
  messageId?: string;
  requestId?: string;
  durationMs: number;
}

/** A message with a report. */
export type ReportMessage = Message & {
  payload: { devices: ReportEntry[] };
  fleet: Record<
    "targets" | "done" | "accepted" | "notSent" | "refused" | "failed" | "unknown" | "skipped",
    number
  > & {
    id: string;
    startedAt: number;
    durationMs: number;
  };
};

/** A fleet node that blinks the lamps which a message lists. */
export const fleetSettings = {
  operation: "service",
  service: "Blink",
  productKey: fleetKey,
  targets: "list",
  devices: "devices",
  devicesType: "msg",
  subscription: "subscription",
  replyTimeout: 10,
  check: "error",
};

/** A simulator with lamps, and flows of one fleet node that lead to it. */
export class LampFleet {
  private constructor(
    readonly simulator: Simulator,
    private readonly toIt: Awaited<ReturnType<typeof simulated>>["toIt"],
    readonly amqp: string,
  ) {}

  static start(count: number, behaviour?: (index: number) => Behaviour): Promise<LampFleet> {
    return LampFleet.with(lamps(count, behaviour));
  }

  static async with(definition: SimulatorDefinition, options: SimulatorOptions = {}): Promise<LampFleet> {
    const { simulator, toIt } = await simulated({ ...options, definition });
    return new LampFleet(simulator, toIt, await simulator.openAmqp());
  }

  flow(
    settings: Record<string, unknown> = {},
    account: Record<string, unknown> = {},
    more: Partial<FlowOptions> = {},
  ): Promise<TestFlow> {
    return TestFlow.load({
      ...this.toIt,
      ...more,
      account: { ...this.toIt.account, rate: 1_000_000, ...account },
      nodeType: "aliyun-iot-fleet",
      invoke: { ...fleetSettings, ...settings },
      more: [subscriptionAt(this.amqp), ...(more.more ?? [])],
    });
  }

  /** The account `second` and its subscription, which lead to it from a flow of another one. */
  asSecond(): Required<Pick<FlowOptions, "more" | "moreCredentials">> {
    const { account, credentials } = this.toIt;
    const more = [
      { ...account, id: "second", type: "aliyun-iot-account", rate: 1_000_000 },
      { ...subscriptionAt(this.amqp), id: "second-subscription", account: "second" },
    ];
    return { more, moreCredentials: { second: credentials } };
  }

  /** How often each device has carried out a command. */
  get executed(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { deviceName } of this.simulator.executions)
      counts.set(deviceName, (counts.get(deviceName) ?? 0) + 1);
    return counts;
  }

  close(): Promise<void> {
    return this.simulator.close();
  }
}

/** The report of a message, once its numbers have been checked. */
export function reportIn(msg: object): ReportMessage {
  const report = msg as unknown as ReportMessage;
  const { id: _id, startedAt: _at, durationMs: _ms, targets, ...counts } = report.fleet;
  const sum = Object.values(counts).reduce((total, count) => total + count, 0);
  if (sum !== targets || report.payload.devices.length !== targets)
    throw new Error(`${targets} targets, ${sum} outcomes, ${report.payload.devices.length} entries`);
  return report;
}
