import helper from "node-red-node-test-helper";

/** What the helper has, and does not hand out. */
interface Inside {
  _redNodes: {
    getFlows(): { flows: Record<string, unknown>[] };
    setFlows(flows: object[], credentials: undefined, type: "nodes"): Promise<unknown>;
  };
  _events: { once(event: "flows:started", listener: () => void): void };
  _sandbox: { resetHistory(): void };
}

/** Changes one node of the running flow and deploys what has changed, as the editor's "Modified nodes". */
export async function deploy(id: string, change: object): Promise<void> {
  const { _redNodes: nodes, _events: events } = helper as unknown as Inside;
  const started = new Promise<void>((resolve) => events.once("flows:started", resolve));
  const flows = nodes.getFlows().flows.map((node) => (node["id"] === id ? { ...node, ...change } : node));
  await nodes.setFlows(flows, undefined, "nodes");
  await started;
}

/** The helper remembers each call of a node, with its messages; a long run would fill the memory. */
export function forgetCalls(): void {
  (helper as unknown as Inside)._sandbox.resetHistory();
}
