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

/** Something that receives messages. */
export interface Receiver {
  /** Resolves once so many have come. */
  receive(messages: number): Promise<Received>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

export const names = ["bare", "subscription", "filtered", "message-in", "send-only"] as const;
export type Name = (typeof names)[number];

export async function startReceiver(name: Name, port: number): Promise<Receiver> {
  if (name === "message-in") return startFlow(messageFlow(port));
  if (name === "send-only") return startFlow(sendOnlyFlow(port));
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

async function startFlow(flows: FlowNode[]): Promise<Receiver> {
  const runtime = await startRuntime({
    version: 4,
    flows,
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

const sendOnlyFlow = (port: number): FlowNode[] => [
  { id: "tab", type: "tab", label: "bench" },
  at("in", "bench-receive", { port, wires: [["count"]] }),
  at("count", "bench-count", { wires: [] }),
];

interface MessageServer {
  ports: number[];
  /** Resolves once this receiver is connected. */
  opened(receiver: number): Promise<void>;
  send(receiver: number, count: number): void;
  stop(): Promise<void>;
}

/** A server with a port for each receiver. */
export async function startServer(receivers: number): Promise<MessageServer> {
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
