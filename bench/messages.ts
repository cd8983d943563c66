import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ask, type FlowNode } from "../test/support/admin";
import { nodeBinary } from "../test/support/npm";
import { startRuntime } from "../test/support/runtime";
import type { Received } from "./counter";
import { at, ownCredentials } from "./flows";
import type { Memory } from "./load";
import { credits, devices } from "./posts";
import { median, standardError } from "./statistics";

/** Messages of one round of one receiver, and of its warm-up. */
const perRound = 4000;
const warmUp = 20_000;

/** Least throughput for each receiver, as a share of the bare one's; and most CPU of many listeners against one. */
const minOfBare = { subscription: 0.9, messageIn: 0.7 };
const maxOfOne = 1.1;

/** Something that receives messages. */
interface Receiver {
  /** Resolves once so many have come. */
  receive(messages: number): Promise<Received>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

const names = ["bare", "subscription", "filtered", "message-in"] as const;
type Name = (typeof names)[number];

/**
 * What a message costs a receiver, in CPU: rhea alone; the subscription with one listener, and with 2,000 of which each
 * hears one device; and the message-in node. They receive in turn, a few thousand messages each, and the ratio of each
 * round is taken, so that whatever else the machine does meets all of them alike.
 * @returns whether the targets are met
 */
export async function raceMessages(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const server = await startServer();
  const receivers = new Map<Name, Receiver>();
  try {
    for (const [index, name] of names.entries()) {
      const opened = server.opened(index);
      receivers.set(name, await startReceiver(name, server.ports[index]!));
      await opened;
    }
    const cost = new Map<Name, number[]>(names.map((name) => [name, []]));
    const inUse = async (): Promise<number[]> => {
      const found: number[] = [];
      for (const name of names) found.push((await receivers.get(name)!.memory()).inUse);
      return found;
    };
    const receive = async (name: Name, messages: number): Promise<Received> => {
      const received = receivers.get(name)!.receive(messages);
      // The question has reached a Node-RED by then, whose answer comes last.
      await new Promise((resolve) => setTimeout(resolve, 30));
      server.send(names.indexOf(name), messages);
      return received;
    };
    for (const name of names) {
      say(`messages, warming up ${name}`);
      await receive(name, warmUp);
    }
    const before = await inUse();
    for (let round = 0; round < (isQuick ? 15 : 40); round++) {
      say(`messages, round ${round + 1}`);
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(round + turn) % names.length]!;
        const { cpuMicroseconds } = await receive(name, perRound);
        cost.get(name)!.push(cpuMicroseconds / perRound);
      }
    }
    const after = await inUse();
    const grown = names.map(
      (name, index) => `${name} ${((after[index]! - before[index]!) / 1e6).toFixed(1)} MB`,
    );
    console.log(`messages in, growth of the memory in all rounds: ${grown.join(", ")}`);
    return isGood(cost);
  } finally {
    for (const receiver of receivers.values()) await receiver.stop();
    await server.stop();
  }
}

function isGood(cost: ReadonlyMap<Name, number[]>): boolean {
  const ratio = (name: Name, of: Name): number[] =>
    cost.get(name)!.map((value, round) => value / cost.get(of)![round]!);
  const share = (name: Name): number[] => ratio("bare", name);
  const text = (values: number[]): string =>
    `${median(values).toFixed(2)} ± ${(standardError(values) * 100).toFixed(1)} %`;
  const each = names.map((name) => `${name} ${median(cost.get(name)!).toFixed(1)} µs`).join(", ");
  const filtered = ratio("filtered", "subscription");
  console.log(`messages in, CPU of each: ${each}`);
  console.log(
    `the subscription receives ${text(share("subscription"))} of what rhea alone does, at least ${minOfBare.subscription} wanted; message-in ${text(share("message-in"))}, at least ${minOfBare.messageIn} wanted`,
  );
  console.log(
    `${devices} filtered listeners: ${text(filtered)} of the CPU of one, at most ${maxOfOne} wanted`,
  );
  return (
    median(share("subscription")) >= minOfBare.subscription &&
    median(share("message-in")) >= minOfBare.messageIn &&
    median(filtered) <= maxOfOne
  );
}

async function startReceiver(name: Name, port: number): Promise<Receiver> {
  if (name === "message-in") return startMessageIn(port);
  const listeners = name === "subscription" ? "1" : String(devices);
  const child = await forked("messages-process.js", [name === "bare" ? "bare" : listeners, String(port)]);
  const asked = async (question: number | "memory"): Promise<unknown> => {
    const answer = once(child, "message");
    child.send(question);
    return ((await answer) as unknown[])[0];
  };
  return {
    receive: async (messages) => (await asked(messages)) as Received,
    memory: async () => (await asked("memory")) as Memory,
    stop: () => ended(child),
  };
}

async function startMessageIn(port: number): Promise<Receiver> {
  const runtime = await startRuntime({
    version: 4,
    flows: messageFlow(port),
    credentials: ownCredentials,
    settings: { nodesDir: path.join(__dirname, "nodes") },
  });
  return {
    receive: async (messages) =>
      JSON.parse(await ask(runtime, `bench/received?messages=${messages}`)) as Received,
    memory: async () => JSON.parse(await ask(runtime, "bench/memory")) as Memory,
    stop: () => runtime.stop(),
  };
}

const messageFlow = (port: number): FlowNode[] => [
  { id: "tab", type: "tab", label: "bench" },
  { id: "account", type: "aliyun-iot-account", endpoint: "http://127.0.0.1:9", credentialType: "access_key" },
  {
    id: "subscription",
    type: "aliyun-iot-subscription",
    account: "account",
    endpoint: `amqp://127.0.0.1:${port}`,
    uid: "1",
    consumerGroupId: "DEFAULT_GROUP",
    credits,
  },
  at("in", "aliyun-iot-message-in", { subscription: "subscription", kind: "property", wires: [["count"]] }),
  at("count", "bench-count", { wires: [] }),
];

interface MessageServer {
  ports: number[];
  /** Resolves once this receiver is connected. */
  opened(receiver: number): Promise<void>;
  send(receiver: number, count: number): void;
  stop(): Promise<void>;
}

async function startServer(): Promise<MessageServer> {
  const child = await forked("messages-server.js", [String(names.length)]);
  const [{ ports }] = (await once(child, "message")) as [{ ports: number[] }];
  return {
    ports,
    opened: async (receiver) => {
      for (;;) {
        const [{ opened }] = (await once(child, "message")) as [{ opened?: number }];
        if (opened === receiver) return;
      }
    },
    send: (receiver, count) => child.send({ receiver, count }),
    stop: () => ended(child),
  };
}

async function forked(file: string, parameters: string[]): Promise<ChildProcess> {
  return fork(path.join(__dirname, file), parameters, { execPath: await nodeBinary(20) });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
}
