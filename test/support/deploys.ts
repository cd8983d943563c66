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
const names = { nodes: "_redNodes", events: "_events", sandbox: "_sandbox" } as const;

function inside<T>(name: keyof typeof names): T {
  return (helper as unknown as Record<string, T>)[names[name]]!;
}

/** Changes one node of the running flow and deploys what has changed, as the editor's "Modified nodes". */
export async function deploy(id: string, change: object): Promise<void> {
  const nodes = inside<Nodes>("nodes");
  const started = new Promise<void>((resolve) => inside<Events>("events").once("flows:started", resolve));
  const flows = nodes.getFlows().flows.map((node) => (node["id"] === id ? { ...node, ...change } : node));
  await nodes.setFlows(flows, undefined, "nodes");
  await started;
}

/** The helper remembers each call of a node, with its messages; a long run would fill the memory. */
export function forgetCalls(): void {
  inside<Sandbox>("sandbox").resetHistory();
}
