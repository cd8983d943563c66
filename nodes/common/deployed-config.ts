import type { NodeAPI } from "node-red";

/** A node's configuration in the deployed flow file, with the names of variables and not their values. */
export function deployedConfig(RED: NodeAPI, id: string): Record<string, unknown> | undefined {
  let found: Record<string, unknown> | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id) found = config as unknown as Record<string, unknown>;
  });
  return found;
}
