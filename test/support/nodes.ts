import assert from "node:assert/strict";
import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessageInFlow } from "node-red";
import helper from "node-red-node-test-helper";
import type { Invocation } from "../../lib/invocation/invocation";
import { Simulator, type SimulatorOptions } from "../../lib/simulator/simulator";
import type { SubscriptionSettings } from "../../lib/subscription/subscription";
import account = require("../../nodes/account/account");
import type { ErrorObject } from "../../nodes/common/outcome";
import { type SubscriptionNode, subscriptionType } from "../../nodes/common/subscription-node";
import coordination = require("../../nodes/coordination/coordination");
import type { SubscriptionConfig } from "../../nodes/defaults/subscription";
import fleet = require("../../nodes/fleet/fleet");
import invokeService = require("../../nodes/invoke-service/invoke-service");
import messageIn = require("../../nodes/message-in/message-in");
import readDevice = require("../../nodes/read-device/read-device");
import setProperties = require("../../nodes/set-properties/set-properties");
import { Logins } from "../../nodes/subscription/open-subscription";
import subscription = require("../../nodes/subscription/subscription");
import { SubscriptionHandler } from "../../nodes/subscription/subscription-handler";
import waitUntil = require("../../nodes/wait-until/wait-until");
import { translate } from "./catalog";
import { smallSample } from "./small-sample";

helper.init(require.resolve("node-red"));

export type Message = NodeMessageInFlow & {
  invocation?: Invocation;
  error?: ErrorObject & { cause?: unknown };
};

/** Where a message came out. */
export interface Arrival {
  port: "result" | "failure" | "catch";
  msg: Message;
}

type Config = Record<string, unknown>;

export interface FlowOptions {
  /** The type of the node; an invoke node unless told otherwise. */
  nodeType?: string;
  invoke?: Config;
  account?: Config;
  credentials?: Record<string, string>;
  /** Leave the second output unconnected. */
  isFailurePortOpen?: boolean;
  language?: string;
  /** How patient a subscription is; as it is shipped unless told otherwise. */
  timings?: SubscriptionSettings["timings"];
  /** Further nodes of the flow, and their credentials by id. */
  more?: Config[];
  moreCredentials?: Record<string, Record<string, string>>;
}

export const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

export const lamp = {
  target: "device",
  productKey: "a1BwAGV0001",
  productKeyType: "str",
  deviceName: "light01",
  deviceNameType: "str",
  service: "FadeTo",
  serviceType: "str",
  args: "payload",
  argsType: "msg",
  result: "payload",
  resultType: "msg",
  // Most tests are of a call alone, without one for the thing model before it.
  check: "off",
};

export const fade = '{"Level":80.0,"DurationMs":5,"Curve":1}';

/** A node `subscription` of the node `account`. */
export function subscriptionAt(endpoint: string, more: Config = {}): Config {
  return {
    id: "subscription",
    type: "aliyun-iot-subscription",
    account: "account",
    endpoint,
    consumerGroupId: "DEFAULT_GROUP",
    ...more,
  };
}

/** A message-in node of the node `subscription`, and a helper node behind it. */
export function listening(id: string, behind: string, more: Config = {}): Config[] {
  const position = { z: "tab", x: 1, y: 1 };
  return [
    {
      id,
      ...position,
      type: "aliyun-iot-message-in",
      subscription: "subscription",
      ...more,
      wires: [[behind]],
    },
    { id: behind, ...position, type: "helper", wires: [] },
  ];
}

/** A flow of one invoke node, with everything that comes out of it collected. */
export class TestFlow {
  readonly arrivals: Arrival[] = [];
  /** What came out of the third output, where a node has one. */
  readonly entries: Message[] = [];
  private balance: Balance | undefined;
  private waiting: (() => void)[] = [];

  static async load(options: FlowOptions = {}): Promise<TestFlow> {
    const language = options.language ?? "en-US";
    const flow = [
      { id: "tab", type: "tab", label: "test" },
      { id: "account", type: "aliyun-iot-account", ...options.account },
      {
        id: "invoke",
        z: "tab",
        x: 100,
        y: 100,
        type: options.nodeType ?? "aliyun-iot-invoke-service",
        name: "the lamp",
        account: "account",
        ...lamp,
        ...options.invoke,
        wires: [["result"], options.isFailurePortOpen ? [] : ["failure"], ["entries"]],
      },
      { id: "entries", z: "tab", x: 100, y: 100, type: "helper", wires: [] },
      { id: "result", z: "tab", x: 100, y: 100, type: "helper", wires: [] },
      { id: "failure", z: "tab", x: 100, y: 100, type: "helper", wires: [] },
      { id: "catcher", z: "tab", x: 100, y: 100, type: "catch", wires: [["caught"]] },
      { id: "caught", z: "tab", x: 100, y: 100, type: "helper", wires: [] },
      ...(options.more ?? []),
    ];
    const subscriptions = options.timings ? subscriptionWith(options.timings) : subscription;
    const modules = [
      account,
      subscriptions,
      coordination,
      invokeService,
      setProperties,
      readDevice,
      waitUntil,
      fleet,
      messageIn,
    ].map((module) => withCatalog(module as unknown as NodeInitializer, language));
    await helper.load(modules, flow as never, {
      account: options.credentials ?? {},
      ...options.moreCredentials,
    });
    const test = new TestFlow();
    for (const { id } of flow) withoutMetrics(helper.getNode(String(id)));
    balances.push((test.balance = new Balance(helper.getNode("invoke"))));
    helper.getNode("entries").on("input", (msg: Message) => test.enter(msg));
    for (const [id, port] of [
      ["result", "result"],
      ["failure", "failure"],
      ["caught", "catch"],
    ] as const) {
      helper.getNode(id).on("input", (msg: Message) => test.arrive({ port, msg }));
    }
    return test;
  }

  get node(): Node {
    return helper.getNode("invoke");
  }

  send(msg: object): void {
    this.balance?.in();
    this.node.receive(msg as NodeMessageInFlow);
  }

  /** Sends one message and gives where it came out. */
  async run(msg: object): Promise<Arrival> {
    const before = this.arrivals.length;
    this.send(msg);
    await this.until(() => this.arrivals.length > before);
    return this.arrivals[before]!;
  }

  async failureOf(msg: object): Promise<ErrorObject> {
    const { port, msg: out } = await this.run(msg);
    assert.equal(port, "failure");
    assert.ok(out.error);
    return out.error;
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private arrive(arrival: Arrival): void {
    this.arrivals.push(arrival);
    this.wake();
  }

  private enter(msg: Message): void {
    this.entries.push(msg);
    this.wake();
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}

/** A simulator, of the small sample unless told otherwise, and the account that leads to it as to the cloud. */
export async function simulated(options: SimulatorOptions = {}): Promise<{
  simulator: Simulator;
  toIt: { account: Config; credentials: Record<string, string> };
}> {
  const simulator = await Simulator.start({ definition: smallSample, ...options });
  const { accessKeyId, accessKeySecret } = simulator;
  return {
    simulator,
    toIt: {
      account: { platform: "cloud", endpoint: simulator.endpoint, credentialType: "access_key" },
      credentials: { accessKeyId, accessKeySecret },
    },
  };
}

/** Gives each test of a suite a simulator, and flows of an account that leads to it as to the cloud. */
export function useSimulator(given: SimulatorOptions = {}): {
  readonly simulator: Simulator;
  readonly options: FlowOptions;
  readonly flowWith: (settings: Config, more?: FlowOptions) => Promise<TestFlow>;
} {
  let simulator: Simulator;
  let options: FlowOptions;
  beforeEach(async () => {
    ({ simulator, toIt: options } = await simulated(given));
  });
  afterEach(async () => {
    await unload();
    await simulator.close();
  });
  return {
    get simulator() {
      return simulator;
    },
    get options() {
      return options;
    },
    flowWith: async (settings, more = {}) => {
      await unload();
      return TestFlow.load({ ...options, ...more, account: { ...options.account, ...settings } });
    },
  };
}

/** Follows the status of the invoke node from now on. */
export function statusesOf(node: Node): { fill?: string; shape?: string; text?: string }[] {
  const statuses: { fill?: string; shape?: string; text?: string }[] = [];
  node.on("call:status" as never, ((call: { args: [object] }) => statuses.push(call.args[0])) as never);
  return statuses;
}

/** Follows the warnings of a node from now on. */
export function warningsOf(id: string): string[] {
  const warnings: string[] = [];
  const node = helper.getNode(id);
  node.on("call:warn" as never, ((call: { args: [string] }) => warnings.push(call.args[0])) as never);
  return warnings;
}

/** Resolves once the condition holds; for what nobody reports as an event. */
export async function eventually(isTrue: () => boolean, patienceMs = 20_000): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!isTrue()) {
    assert.ok(performance.now() < until, `it did not come true in ${patienceMs / 1000} s`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function collectSends(flow: TestFlow): Message[] {
  const seen: Message[] = [];
  flow.node.send = (msg: Message | [null, Message]) => {
    seen.push(Array.isArray(msg) ? msg[1] : msg);
  };
  return seen;
}

/** Ends the flows, and holds them to the rule that every message has had its one outcome. */
export async function unload(): Promise<void> {
  await helper.unload();
  for (const balance of balances.splice(0)) balance.check();
}

const balances: Balance[] = [];
const completeName = "_complete";

/** Messages into a node, and what it did about them: in = results + failures + Catch, and each done once. */
class Balance {
  private received = 0;
  private sent = 0;
  private caught = 0;
  private done = 0;
  private readonly send: Node["send"];

  constructor(private readonly node: Node) {
    const send = node.send.bind(node);
    const fail = node.error.bind(node) as (error: unknown, msg?: object) => void;
    // With a message it is for Catch nodes; that is also what `done` with an error comes to.
    node.error = (error: unknown, msg?: object) => {
      fail(error, msg);
      if (msg) this.caught++;
    };
    this.send = (...args) => {
      // The third output is for what leaves on the way.
      if (!isForThird(args[0])) this.sent++;
      send(...args);
    };
    node.send = this.send;
    // What `done` of an input handler comes to; the types do not know it.
    const inside = node as unknown as Record<string, (msg: object, error?: unknown) => void>;
    const complete = inside[completeName]!.bind(node);
    inside[completeName] = (msg, error) => {
      this.done++;
      complete(msg, error);
    };
  }

  in(): void {
    this.received++;
  }

  check(): void {
    const { received, sent, caught, done } = this;
    assert.equal(done, received, `${received} messages in, ${done} done`);
    // Some tests look at what is sent themselves.
    if (this.node.send === this.send)
      assert.equal(sent + caught, received, `${received} in, ${sent + caught} out`);
  }
}

/** The helper keeps each entry of the log with a stack, and Node-RED writes metrics there for each step of a message. */
function withoutMetrics(node: Node | null): void {
  if (node) node.metric = () => false;
}

function isForThird(sent: unknown): boolean {
  return Array.isArray(sent) && sent.length === 3 && sent[0] === null && sent[1] === null;
}

/** The subscription node with other timings than the platform's, for tests that would take minutes. */
function subscriptionWith(timings: SubscriptionSettings["timings"]): (RED: NodeAPI) => void {
  return (RED) => {
    const logins = new Logins();
    RED.nodes.registerType(
      subscriptionType,
      function (this: SubscriptionNode, config: SubscriptionConfig & NodeDef) {
        RED.nodes.createNode(this, config);
        const handler = new SubscriptionHandler(RED, this, config, logins, timings);
        this.account = handler.accountId;
        this.open = () => handler.open();
        this.join = (user) => handler.join(user);
        this.on("close", (done: () => void) => void handler.close().then(done));
      },
    );
  };
}

/** The test helper's `RED._` gives keys back; users see sentences. */
function withCatalog(module: NodeInitializer, language: string): NodeInitializer {
  return (RED: NodeAPI) => {
    const translated = Object.create(RED) as NodeAPI;
    translated._ = (text: string, params?: Record<string, unknown>) =>
      translate(language, text, params as Record<string, string>);
    return module(translated);
  };
}
