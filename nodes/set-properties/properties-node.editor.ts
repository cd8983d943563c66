import { type NodeOf, valueOf } from "../../editor/index";
import type { SetPropertiesProperties } from "../defaults/set-properties";

export type SetPropertiesNode = NodeOf<SetPropertiesProperties>;

/** Whether messages are held until it is known what became of their command. */
export function isAwaited(node: SetPropertiesNode): boolean {
  return ["reply", "reported"].includes(String(valueOf(node, "confirm")));
}
