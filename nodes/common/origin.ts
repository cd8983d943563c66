import type { Node } from "node-red";
import { userOf } from "../../lib/audit/record";
import type { Origin } from "../../lib/invocation/audit-trail";
import type { FlowMessage } from "./outcome";

/** Where a command comes from: the node, and the user of the HTTP request that led to the message, if any. */
export function originOf({ id, type, name, z }: Node, msg: FlowMessage): Origin {
  return { node: { id, type, name }, flow: z, user: userIn(msg) };
}

function userIn(msg: FlowMessage): string | undefined {
  try {
    const { req } = msg as unknown as { req?: { user?: unknown } };
    return userOf(req?.user);
  } catch {
    return undefined;
  }
}
