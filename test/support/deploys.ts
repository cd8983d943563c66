import helper from "node-red-node-test-helper";

/** What the helper has, and does not hand out. */
interface Nodes {
  getFlows(): { flows: Record<string, unknown>[] };
  setFlows(flows: object[], credentials: undefined, type: "nodes"): Promise<unknown>;
}
interface Events {
  once(event: "flows:started", listener: () => void): void;
}
interface Sandbox {
  resetHistory(): void;
}
const parts = helper as unknown as Record<string, unknown>;

/** Changes one node of the running flow and deploys what has changed, as the editor's "Modified nodes". */
export async function deploy(id: string, change: object): Promise<void> {
  const nodes = parts["_redNodes"] as Nodes;
  const events = parts["_events"] as Events;
  const started = new Promise<void>((resolve) => events.once("flows:started", resolve));
  const flows = nodes.getFlows().flows.map((node) => (node["id"] === id ? { ...node, ...change } : node));
  await nodes.setFlows(flows, undefined, "nodes");
  await started;
}

/** The helper remembers each call of a node, with its messages; a long run would fill the memory. */
export function forgetCalls(): void {
  (parts["_sandbox"] as Sandbox).resetHistory();
}
