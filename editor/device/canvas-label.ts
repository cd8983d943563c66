import type { StoredNode } from "../index";

/** How a typed field reads on the canvas: `light01`, `msg.topic`. */
export function shownValue(node: StoredNode, property: string): string {
  const [value, type] = [node[property], node[`${property}Type`]];
  if (typeof value !== "string" || value === "") return "";
  if (type === "msg") return `msg.${value}`;
  if (type === "flow" || type === "global") return `${type}.${RED.utils.parseContextKey(value).key}`;
  return type === "env" ? `\${${value}}` : value;
}

/** What a node does with which device, as far as they are named: `FadeTo · light01`. */
export function callLabel(node: StoredNode, call: string): string {
  const device = shownValue(node, node["target"] === "iotId" ? "iotId" : "deviceName");
  return device ? `${call} · ${device}` : call;
}
