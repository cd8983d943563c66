import type { Node, NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { Coordination } from "../../lib/coordination/coordination";
import { coordinationNodeOf } from "./coordination-node";
import { failureText } from "./outcome";
import type { Translate } from "./texts";

/**
 * The connection that an account names. Where there is none, this is reported, and calls go on with a fixed share of the
 * quota, as they do while Redis is away.
 */
export function coordinationOf(RED: NodeAPI, account: Node, id: string, translate: Translate): Coordination {
  const node = coordinationNodeOf(RED, id);
  if (node) return node.open();
  const problem = invalidInput({ key: "errors.coordination-missing" });
  account.error(failureText(problem, translate));
  return new Coordination(problem);
}
