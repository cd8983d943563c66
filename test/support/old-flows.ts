import { readFileSync } from "node:fs";
import path from "node:path";
import type { FlowNode } from "./admin";
import { packageRoot } from "./npm";

/** Flows as 0.1.0 saved them: every node and every setting, and nodes that leave out whatever they can. */
export const oldFlows = { complete: read("flow-0.1.0"), first: read("flow-0.1.0-first") };

function read(name: string): FlowNode[] {
  const file = path.join(packageRoot, "test/fixtures", `${name}.json`);
  const flow: FlowNode[] = JSON.parse(readFileSync(file, "utf8"));
  return flow;
}

/** Each node as it would stand in a flow file, by its id: the order of the properties counts, that of nodes does not. */
export function linesOf(flow: readonly { id?: unknown }[]): string[] {
  return flow.map((node) => JSON.stringify(node)).toSorted();
}
