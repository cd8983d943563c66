import type { StoredNode } from "../../editor/index";
import { accountDefaults } from "../defaults/account";
import { subscriptionDefaults } from "../defaults/subscription";

/** Configuration nodes that several flows share, such as the examples, with their defaults. */
const shared: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "aliyun-iot-account": accountDefaults,
  "aliyun-iot-subscription": subscriptionDefaults,
};

interface ImportOptions {
  generateIds?: boolean;
  /** What the user has chosen for nodes whose id is taken. */
  importMap?: Record<string, string>;
}

interface View {
  importNodes(nodes: unknown, options?: ImportOptions): unknown;
}

/**
 * Lets flows that share an account or a subscription be imported one after another. Node-RED asks what to do about each
 * imported node whose id is taken; where that node is the same already, there is nothing to ask.
 */
export function keepSharedConfig(): void {
  // The published type is that of an older Node-RED.
  const view = RED.view as unknown as View;
  const importNodes = view.importNodes.bind(view);
  view.importNodes = (nodes, options) => importNodes(withoutPresent(nodes, options ?? {}), options);
}

/** The nodes to import, without configuration nodes that are there already. Copies are left to Node-RED. */
function withoutPresent(nodes: unknown, { generateIds, importMap }: ImportOptions): unknown {
  if (!Array.isArray(nodes) || generateIds) return nodes;
  const missing = (nodes as StoredNode[]).filter((node) => importMap?.[node.id] || !isPresent(node));
  return missing.length > 0 ? missing : nodes;
}

function isPresent(node: StoredNode): boolean {
  const defaults = shared[node.type];
  const present = RED.nodes.node(node.id) as unknown as StoredNode | null;
  if (!defaults || present?.type !== node.type) return false;
  return Object.entries(defaults).every(
    // A flow may lack a property, which then has its default. A name has no effect.
    ([name, value]) => name === "name" || String(present[name] ?? value) === String(node[name] ?? value),
  );
}
