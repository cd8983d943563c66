import type { NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { type AccountNode, accountType, type UsableAccount } from "./account-node";

/**
 * The account that a node has chosen, ready for use.
 * @param id of the account node, as the flow file has it
 * @throws {Failure} where there is none, or where its settings are wrong; also as a rejection
 */
export function accountOf(RED: NodeAPI, id: string | undefined): UsableAccount | Promise<UsableAccount> {
  const node = accountNode(RED, id);
  if (!node) throw invalidInput({ key: "errors.account-missing" });
  return node.open();
}

/** Whether a chosen account has no credentials, as far as its settings tell; opens nothing. */
export function lacksCredentials(RED: NodeAPI, id: string | undefined): boolean {
  return accountNode(RED, id)?.lacksCredentials() ?? false;
}

function accountNode(RED: NodeAPI, id: string | undefined): AccountNode | undefined {
  const node = id ? RED.nodes.getNode(id) : undefined;
  return node?.type === accountType ? (node as AccountNode) : undefined;
}
