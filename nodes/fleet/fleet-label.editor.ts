import { shownValue } from "../../editor/device/index";
import { membersOf, trimmed } from "../../editor/index";
import { readFixedList } from "./fixed-targets.editor";
import type { FleetNode } from "./fleet-node.editor";

/** The property that says which devices, by the choice of targets. */
const named: Readonly<Record<string, string>> = {
  list: "devices",
  product: "productKey",
  group: "groupId",
  tags: "tags",
};
const maxLength = 30;
/** More properties would not fit on the canvas. */
const maxNames = 2;

/**
 * What a node does with which devices, as far as they are named: `FadeTo · msg.devices`.
 * @param fallback what it does, where its settings do not show it
 */
export function fleetLabel(node: FleetNode, fallback: string): string {
  const isService = (node.operation ?? "service") === "service";
  const what = (isService ? shownValue(node, "service") : propertiesOf(node)) || fallback;
  const devices = listed(node) || shownValue(node, named[node.targets ?? "list"] ?? "");
  return devices ? `${shortened(what)} · ${shortened(devices)}` : shortened(what);
}

/** The properties in the form; blank where they come from elsewhere. */
function propertiesOf(node: FleetNode): string {
  const names = node["itemsType"] === "form" ? [...(membersOf(trimmed(node["items"]))?.keys() ?? [])] : [];
  return names.length > maxNames ? `${names.slice(0, maxNames).join(", ")}, …` : names.join(", ");
}

/** The names in a list that was typed as JSON; blank where there are none. */
function listed(node: FleetNode): string {
  if ((node.targets ?? "list") !== "list" || node.devicesType !== "json") return "";
  const names = (readFixedList("json", trimmed(node.devices)) ?? []).filter(
    (name) => typeof name === "string",
  );
  return names.join(", ");
}

function shortened(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}
