import { callLabel, shownValue } from "../../editor/device/index";
import { conditionOf, kindOf, type WaitNode } from "./wait-node.editor";

const signs: Record<string, string> = { eq: "=", neq: "≠", lt: "<", lte: "≤", gt: ">", gte: "≥" };
const maxValueLength = 30;

/**
 * What a node waits for, as far as its settings show it: `Temperature ≥ 30 · light01`, `online · light01`.
 * @param fallback the label where they do not show it
 */
export function waitLabel(node: WaitNode, fallback: string): string {
  return callLabel(node, conditionText(node) || fallback);
}

function conditionText(node: WaitNode): string {
  const name = kindOf(node) === "state" ? "" : shownValue(node, "identifier");
  const condition = conditionOf(node);
  if (kindOf(node) !== "state" && name === "") return "";
  const value = shortened(shownValue(node, "value"));
  const other = shortened(shownValue(node, "value2"));
  if (condition === "true" || condition === "false") return `${name} = ${condition}`;
  if (condition === "between") return value && other ? `${name} ${value} … ${other}` : name;
  const sign = condition === undefined ? undefined : signs[condition];
  if (sign === undefined || value === "") return name;
  return kindOf(node) === "state" && condition === "eq" ? value : `${name} ${sign} ${value}`.trim();
}

function shortened(text: string): string {
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text;
}
