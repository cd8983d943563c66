import { configNodesOf } from "./config-node";
import type { StoredNode } from "./definition";

/**
 * The label of a configuration node, with a number where an earlier node of its type has the same one: `Simulator`,
 * `Simulator 2`.
 */
export function numberedLabel<Node extends StoredNode>(node: Node, labelOf: (node: Node) => string): string {
  const label = labelOf(node);
  let number = 1;
  for (const other of configNodesOf(node.type)) {
    if (other.id === node.id) break;
    if (labelOf(other as Node) === label) number++;
  }
  return number > 1 ? `${label} ${number}` : label;
}
