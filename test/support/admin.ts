import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "./npm";
import type { Runtime } from "./runtime";

export const packageName = "@thing-service/node-red-aliyun-iot";

/** A node of a flow file. */
export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** Asks the admin API; an answer other than 2xx is an error with the answer's text. */
export async function ask(runtime: Runtime, address: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${runtime.url}/${address}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${text}`);
  return text;
}

/** As `ask`, read as JSON. */
export async function askJson<T>(runtime: Runtime, address: string): Promise<T> {
  const answer: T = JSON.parse(await ask(runtime, address, { headers: { accept: "application/json" } }));
  return answer;
}

/** Replaces all flows, and resolves when they run. */
export async function deploy(runtime: Runtime, flows: FlowNode[]): Promise<void> {
  const started = runtime.flowsStarted();
  await ask(runtime, "flows", {
    method: "POST",
    headers: { "content-type": "application/json", "node-red-deployment-type": "full" },
    body: JSON.stringify(flows),
  });
  await started;
}

/** An example, as the menu Import > Examples of this Node-RED serves it. */
export function example(runtime: Runtime, name: string): Promise<FlowNode[]> {
  return askJson(runtime, `library/examples/flows/${packageName}/${name}`);
}

/** The sets in package.json: name to path. */
export function declaredSets(): Record<string, string> {
  const manifest: { "node-red": { nodes: Record<string, string> } } = JSON.parse(
    readFileSync(path.join(packageRoot, "package.json"), "utf8"),
  );
  return manifest["node-red"].nodes;
}
