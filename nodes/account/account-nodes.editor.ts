import { nodesBelow, type StoredNode } from "../../editor/index";
import type { Account } from "./account-properties.editor";

/** The property by which a dialog opens that of a configuration node. */
const links: Readonly<Record<string, string>> = {
  "aliyun-iot-account": "account",
  "aliyun-iot-subscription": "subscription",
};

/**
 * All nodes of the editor, deployed or not. Those whose dialogs are open below the account's are as these show them,
 * with the account or subscription above chosen: the editor chooses a new one only once it is saved.
 */
export function nodesInEditor(account: Account): Record<string, unknown>[] {
  const below = nodesBelow(account);
  const nodes = below.map((node, index) => {
    const { id, type } = below[index + 1] ?? account;
    const link = links[String(type)];
    return link === undefined ? node : { ...node, [link]: id };
  });
  const open = new Set(nodes.map(({ id }) => id));
  const add = (node: unknown): true => {
    if (!open.has((node as StoredNode).id)) nodes.push(node as StoredNode);
    return true;
  };
  RED.nodes.eachNode(add);
  RED.nodes.eachConfig(add);
  return nodes;
}
