import { type NodeOf, trimmed, valueOf } from "../../editor/index";
import type { AccountProperties } from "../defaults/account";

export type Account = NodeOf<AccountProperties>;

export function isOnCloud(node: Account): boolean {
  return valueOf(node, "platform") === "cloud";
}

/** Whether a field that these kinds of credentials require is blank. */
export function isMissing(node: Account, value: unknown, kinds: readonly string[]): boolean {
  const isNeeded = isOnCloud(node) && kinds.includes(String(valueOf(node, "credentialType")));
  return isNeeded && trimmed(value) === "";
}
