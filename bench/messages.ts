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

/** Messages of one round of one receiver. */
const perRound = 4000;

/** Least throughput for each receiver, as a share of the bare one's; and most CPU of many listeners against one. */
const wanted = { subscription: 0.9, messageIn: 0.7, filtered: 1.1 };
/** What --check asks for: a busy machine meets the contenders unequally, and none of these is missed by that. */
const guarded = { subscription: 0.55, filtered: 1.4 };

/** Something that receives messages. */
interface Receiver {
  /** Resolves once so many have come. */
  receive(messages: number): Promise<Received>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

const names = ["bare", "subscription", "filtered", "message-in"] as const;
type Name = (typeof names)[number];

/** Microseconds of CPU for each message, a value for each round. */
type Cost = ReadonlyMap<Name, number[]>;

/**
 * What a message costs a receiver, in CPU: rhea alone; the subscription with one listener, and with 2,000 of which each
 * hears one device; and the message-in node.
 * @returns whether the targets are met
 */
export async function raceMessages(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const cost = await measure(names, isQuick ? 15 : 40, isQuick ? 20_000 : 60_000, say);
  const share = ratio(cost, "bare", "subscription");
  const nodeShare = ratio(cost, "bare", "message-in");
  const filtered = ratio(cost, "filtered", "subscription");
  console.log(
    `the subscription receives ${text(share)} of what rhea alone does, at least ${wanted.subscription} wanted; message-in ${text(nodeShare)}, at least ${wanted.messageIn} wanted; ${devices} filtered listeners: ${text(filtered)} of the CPU of one, at most ${wanted.filtered} wanted`,
  );
  return (
    median(share) >= wanted.subscription &&
    median(nodeShare) >= wanted.messageIn &&
    median(filtered) <= wanted.filtered
  );
}

/** A short form without Node-RED that says yes or no; where it says no, it is run once more. */
export async function areMessagesCheap(say: (line: string) => void): Promise<boolean> {
  return (await areCheapNow(say)) || areCheapNow(say);
}

async function areCheapNow(say: (line: string) => void): Promise<boolean> {
  const cost = await measure(["bare", "subscription", "filtered"], 11, 20_000, say);
  const share = ratio(cost, "bare", "subscription");
  const filtered = ratio(cost, "filtered", "subscription");
  console.log(
    `messages: ${text(share)} of what rhea alone receives, at least ${guarded.subscription} wanted; ${devices} listeners ${text(filtered)} of the CPU of one, at most ${guarded.filtered} wanted`,
  );
  return median(share) >= guarded.subscription && median(filtered) <= guarded.filtered;
}

/**
 * Lets the receivers have a few thousand messages each in turn, so that whatever else the machine does meets all of them
 * alike; ratios are taken round by round.
 */
async function measure(
  chosen: readonly Name[],
  rounds: number,
  warmUp: number,
  say: (line: string) => void,
): Promise<Cost> {
  const server = await startServer(chosen.length);
  const receivers = new Map<Name, Receiver>();
  try {
    for (const [index, name] of chosen.entries()) {
      const opened = server.opened(index);
      receivers.set(name, await startReceiver(name, server.ports[index]!));
      await opened;
    }
    const cost = new Map<Name, number[]>(chosen.map((name) => [name, []]));
    const inUse = async (): Promise<number[]> => {
      const found: number[] = [];
      for (const receiver of receivers.values()) found.push((await receiver.memory()).inUse);
      return found;
    };
    const receive = async (name: Name, messages: number): Promise<Received> => {
      const received = receivers.get(name)!.receive(messages);
      // The question has reached a Node-RED by then; if not, a few messages are not measured.
      await new Promise((resolve) => setTimeout(resolve, 30));
      server.send(chosen.indexOf(name), messages);
      return received;
    };
    for (const name of chosen) {
      say(`messages, warming up ${name}`);
      await receive(name, warmUp);
    }
    const before = await inUse();
    for (let round = 0; round < rounds; round++) {
      say(`messages, round ${round + 1} of ${rounds}`);
      for (let turn = 0; turn < chosen.length; turn++) {
        const name = chosen[(round + turn) % chosen.length]!;
        const { cpuMicroseconds } = await receive(name, perRound);
        cost.get(name)!.push(cpuMicroseconds / perRound);
      }
    }
    const after = await inUse();
    const each = chosen.map(
      (name, index) =>
        `${name} ${median(cost.get(name)!).toFixed(1)} µs (memory ${((after[index]! - before[index]!) / 1e6).toFixed(1)} MB more)`,
    );
    console.log(`messages in, CPU of each: ${each.join(", ")}`);
    return cost;
  } finally {
    for (const receiver of receivers.values()) await receiver.stop();
    await server.stop();
  }
}

/** How many times as much one takes as another, round by round. */
function ratio(cost: Cost, name: Name, of: Name): number[] {
  return cost.get(name)!.map((value, round) => value / cost.get(of)![round]!);
}

function text(values: number[]): string {
  return `${median(values).toFixed(2)} ± ${(standardError(values) * 100).toFixed(1)} %`;
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

async function startServer(receivers: number): Promise<MessageServer> {
  const child = await forked("messages-server.js", [String(receivers)]);
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
