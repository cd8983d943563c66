import { deploy, type FlowNode } from "./admin";
import { type Runtime, type RuntimeOptions, startRuntime } from "./runtime";
import { shared } from "./shared";
import type { NodeRedVersion } from "./versions";

const runtimes = { 4: sharedBy(4), 5: sharedBy(5) };

function sharedBy(version: NodeRedVersion): () => Promise<Runtime> {
  return shared(
    () => startRuntime({ version, flows: [] }),
    (runtime) => runtime.stop(),
    // One that a test has ended, or has had to end, is no use to the next.
    (runtime) => runtime.isRunning(),
  );
}

/**
 * A Node-RED with these flows for tests that are not about its start: one of each version serves all files of a
 * process. Its log begins with these flows; `stop` takes them away and leaves Node-RED to the next file.
 */
export async function sharedRuntime(
  options: Pick<RuntimeOptions, "version" | "credentials"> & { flows: FlowNode[] },
): Promise<Runtime> {
  const flows = options.flows.map((node) => {
    const credentials = options.credentials?.[node.id];
    return credentials ? { ...node, credentials } : node;
  });
  // Whatever the file before has left behind, these flows get a Node-RED that takes them.
  const { runtime, since } = await deployed(options.version, flows).catch(() =>
    deployed(options.version, flows),
  );
  return {
    ...runtime,
    log: () => runtime.log().slice(since),
    stop: async () => {
      if (runtime.isRunning()) await deployed(options.version, []);
    },
  };
}

async function deployed(
  version: NodeRedVersion,
  flows: FlowNode[],
): Promise<{ runtime: Runtime; since: number }> {
  const runtime = await runtimes[version]();
  const since = runtime.log().length;
  try {
    await deploy(runtime, flows);
  } catch (error) {
    const log = runtime.log().slice(since);
    await runtime.stop();
    throw new Error(`Node-RED did not take the flows:\n${log}`, { cause: error });
  }
  return { runtime, since };
}
