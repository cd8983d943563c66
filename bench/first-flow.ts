import { ask, type FlowNode } from "../test/support/admin";
import { startBench } from "./contenders";
import { accountNode, at, flow, invokeNode, ownCredentials } from "./flows";
import { args, service } from "./wire";

/** Starts Node-RED and ends it after its first call. @returns the milliseconds from the start of its flows to the answer */
export async function startFirst(endpoint: URL, isBare: boolean): Promise<number> {
  const runtime = await startBench(firstFlow(endpoint, isBare), ownCredentials);
  try {
    const milliseconds = JSON.parse(await ask(runtime, "bench/first")) as number | null;
    if (milliseconds === null) throw new Error("the first call failed");
    return milliseconds;
  } finally {
    await runtime.stop();
  }
}

/** One call as soon as the flows run, through our node or with a bare client. */
function firstFlow(endpoint: URL, bare: boolean): FlowNode[] {
  const [tab] = flow([]);
  const wires = bare ? [] : [["call"]];
  return [
    tab!,
    at("first", "bench-first", { bare, endpoint: endpoint.origin, payload: args, wires }),
    accountNode("account", endpoint),
    { ...invokeNode("call", "account", service, "error"), wires: [["first"], ["first"]] },
  ];
}
