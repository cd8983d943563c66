import { chosen, type NodeOf } from "../../editor/index";
import type { SubscriptionProperties } from "../defaults/subscription";

export type SubscriptionNode = NodeOf<SubscriptionProperties>;

/** A simulator provides its own address, so no host is needed. */
export function isOnSimulator(node: SubscriptionNode): boolean {
  return chosen(node, "account")?.["platform"] === "simulator";
}
