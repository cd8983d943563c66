import { type NodeOf, trimmed, valueOf } from "../../editor/index";
import type { FleetProperties } from "../defaults/fleet";

export type FleetNode = NodeOf<FleetProperties>;

export const operations = ["service", "properties"] as const;
export const targetKinds = ["list", "product", "group", "tags"] as const;
export const strategies = ["single", "batch"] as const;
export const offlineChoices = ["try", "skip"] as const;

/** A choice of the dialog; undefined for one that this version does not know. */
function choiceOf<Choice extends string>(
  node: FleetNode,
  property: string,
  known: readonly Choice[],
): Choice | undefined {
  return known.find((choice) => choice === trimmed(valueOf(node, property)));
}

export const operationOf = (node: FleetNode) => choiceOf(node, "operation", operations);
export const targetsOf = (node: FleetNode) => choiceOf(node, "targets", targetKinds);
export const strategyOf = (node: FleetNode) => choiceOf(node, "strategy", strategies);

/** Whether a device is done only once it has replied. */
export const awaitsReply = (node: FleetNode): boolean => valueOf(node, "awaitReply") === true;
