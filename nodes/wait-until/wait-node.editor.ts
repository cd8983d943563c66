import { type NodeOf, trimmed, valueOf } from "../../editor/index";
import { type ConditionName, conditionNames } from "../../lib/waiting/condition-names";
import type { WaitUntilProperties } from "../defaults/wait-until";

export type WaitNode = NodeOf<WaitUntilProperties>;

export const kinds = ["property", "event", "state"] as const;

/** What the dialog waits for; a property where a flow file has something else. */
export function kindOf(node: WaitNode): (typeof kinds)[number] {
  return kinds.find((kind) => kind === trimmed(valueOf(node, "kind"))) ?? "property";
}

/** The condition of the dialog; undefined for one that this version does not know. */
export function conditionOf(node: WaitNode): ConditionName | undefined {
  return conditionNames.find((name) => name === trimmed(valueOf(node, "condition")));
}
