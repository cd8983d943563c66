import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { ask, type FlowNode } from "../test/support/admin";
import { nodeBinary, packageRoot } from "../test/support/npm";
import { type Runtime, startRuntime } from "../test/support/runtime";
import {
  coordinationCredentials,
  coordinationFlow,
  ownCredentials,
  ownFlow,
  passFlow,
  propertyFlow,
  safetyCredentials,
  safetyFlow,
  wholeFlow,
} from "./flows";
import type { Load, Measured, Memory } from "./load";
import { popFlow, requestFlow, sdkFlow } from "./other-flows";
import type { ServerCount } from "./server";

/** Something that makes calls, in a process of its own. */
export interface Contender {
  run(load: Load, output?: number): Promise<Measured>;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

/** The server that answers them all. */
export interface FixedServer {
  endpoint: URL;
  count(): Promise<ServerCount>;
  stop(): Promise<void>;
}

export type Scheme = "http" | "https";

const tls = (name: string): string => path.join(packageRoot, "test", "support", "tls", `${name}.pem`);
/** All contenders check the server's certificate, as they would the platform's. */
const trusting = { NODE_EXTRA_CA_CERTS: tls("ca") };

const flows = {
  pass: passFlow,
  own: ownFlow,
  whole: wholeFlow,
  sdk: sdkFlow,
  pop: popFlow,
  request: requestFlow,
};
export type Name = "lean" | "bare-http" | "bare-undici" | "signed" | "client" | keyof typeof flows;
/** Those of the table of calls; the others are only part of what is told of the rest of a call. */
export const names = [
  "lean",
  "bare-http",
  "bare-undici",
  "pass",
  "client",
  "own",
  "sdk",
  "pop",
  "request",
] as const satisfies Name[];

export async function startServer(scheme: Scheme): Promise<FixedServer> {
  const files = scheme === "https" ? [tls("key"), tls("cert")] : [];
  const child = await forked("server.js", files);
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    endpoint: new URL(`${scheme}://127.0.0.1:${port}`),
    count: () => asked(child, "count"),
    stop: () => ended(child),
  };
}

/** Starts a contender: in a bare process, or in a real Node-RED with the packed package installed. */
export async function start(name: Name, endpoint: URL): Promise<Contender> {
  return name in flows
    ? startFlow(flows[name as keyof typeof flows](endpoint))
    : startLoop(name, endpoint.origin);
}

async function startLoop(name: Name, endpoint: string): Promise<Contender> {
  const child = await forked("loop-process.js", [name, endpoint]);
  await once(child, "message");
  return {
    run: (load) => asked(child, load),
    memory: () => asked(child, "memory"),
    stop: () => ended(child),
  };
}

/** Starts our node with accounts whose rules and audit are off and on; see `safetyOutputs`. */
export async function startSafety(endpoint: URL): Promise<Contender> {
  return startFlow(safetyFlow(endpoint), safetyCredentials);
}

/** Starts our nodes that call a service and set properties; see `propertyOutputs`. */
export async function startProperties(endpoint: URL): Promise<Contender> {
  return startFlow(propertyFlow(endpoint));
}

/** A flow that answers over HTTP itself. */
export interface FlowContender extends Pick<Contender, "memory" | "stop"> {
  /** What one of its addresses answers, as JSON. */
  ask(path: string): Promise<unknown>;
}

/** Starts the nodes of a fleet, with the key of a simulator. */
export async function startFleet(
  nodes: FlowNode[],
  { accessKeyId, accessKeySecret }: { accessKeyId: string; accessKeySecret: string },
): Promise<FlowContender> {
  return flowContender(await startBench(nodes, { account: { accessKeyId, accessKeySecret } }));
}

/** @param runtime with a flow that answers over HTTP */
export function flowContender(runtime: Runtime): FlowContender {
  return {
    ask: async (address) => JSON.parse(await ask(runtime, address)) as unknown,
    memory: async () => JSON.parse(await ask(runtime, "bench/memory")) as Memory,
    stop: () => runtime.stop(),
  };
}

/** Starts our node with accounts whose quota is shared and not; see `coordinationOutputs`. */
export async function startCoordination(endpoint: URL, redis: string): Promise<Contender> {
  // The client of Redis is an optional package, which is not installed with ours.
  const env = { NODE_PATH: path.join(packageRoot, "node_modules") };
  return startFlow(coordinationFlow(endpoint, redis), coordinationCredentials, env);
}

async function startFlow(
  nodes: FlowNode[],
  credentials: object = ownCredentials,
  env: Record<string, string> = {},
): Promise<Contender> {
  const runtime = await startBench(nodes, credentials, env);
  return {
    async run(load, output = 0) {
      const query = new URLSearchParams({ output: String(output) });
      for (const [key, value] of Object.entries(load)) query.set(key, String(value));
      return JSON.parse(await ask(runtime, `bench?${query}`)) as Measured;
    },
    memory: async () => JSON.parse(await ask(runtime, "bench/memory")) as Memory,
    stop: () => runtime.stop(),
  };
}

/** Starts a Node-RED with the packed package and the nodes of the bench. */
export function startBench(
  nodes: FlowNode[],
  credentials: object,
  env: Record<string, string> = {},
): Promise<Runtime> {
  return startRuntime({
    version: 4,
    flows: nodes,
    credentials: credentials as typeof ownCredentials,
    settings: {
      functionExternalModules: true,
      nodesDir: path.join(__dirname, "nodes"),
      // Tests leave most of core's nodes out.
      ...(nodes.some(({ type }) => type === "http request") && { nodesExcludes: [] }),
    },
    env: { ...trusting, ...env },
  });
}

async function forked(file: string, parameters: string[]): Promise<ChildProcess> {
  return fork(path.join(__dirname, file), parameters, {
    execPath: await nodeBinary(20),
    env: { ...process.env, ...trusting },
  });
}

async function asked<T>(child: ChildProcess, question: Load | string): Promise<T> {
  const over = new AbortController();
  const answer = once(child, "message", { signal: over.signal });
  // One that has died answers nothing any more.
  const died = once(child, "exit", { signal: over.signal }).then(([code]) => {
    throw new Error(`A process of the bench ended with exit code ${String(code)}.`);
  });
  try {
    child.send(question);
    const [said] = (await Promise.race([answer, died])) as [T];
    return said;
  } finally {
    over.abort();
    await Promise.allSettled([answer, died]);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (!child.connected) return;
  const exit = once(child, "exit");
  child.disconnect();
  await exit;
}
