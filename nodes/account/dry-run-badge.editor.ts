import { configNode, type StoredNode, trimmed } from "../../editor/index";

/** Nodes that command devices, by the account in their property `account`. */
const commandNodes = ["aliyun-iot-invoke-service", "aliyun-iot-set-properties", "aliyun-iot-fleet"];
const accountType = "aliyun-iot-account";
const svg = "http://www.w3.org/2000/svg";
const font = "9px Helvetica Neue, Arial, Helvetica, sans-serif";
const [padding, height] = [4, 12];

/**
 * Marks the nodes in the workspace whose account sends nothing.
 * @param label of the badge
 * @param tip explains the badge
 */
export function addDryRunBadge(label: string, tip: string): void {
  RED.view.annotations.register("aliyun-iot-dry-run", {
    type: "badge",
    class: "aliyun-iot-dry-run-badge",
    filter: ({ type }) => commandNodes.includes(type),
    element: () => badge(label),
    tooltip: tip,
    show: isInDryRun,
  });
  // The editor does not redraw nodes when their account changes.
  for (const event of ["nodes:add", "nodes:change", "nodes:remove"]) {
    RED.events.on(event, (node: StoredNode) => {
      if (node.type === accountType) redrawNodesOf(node.id);
    });
  }
}

function isInDryRun(node: StoredNode): boolean {
  const account = configNode(node["account"]);
  return account?.type === accountType && trimmed(account["mode"]) === "dry-run";
}

function redrawNodesOf(accountId: string): void {
  for (const node of RED.view.getActiveNodes() as StoredNode[]) {
    if (node["account"] === accountId) node["dirty"] = true;
  }
  RED.view.redraw();
}

/** The editor places badges by their width, which has to be known before they are in the page. */
function badge(label: string): SVGElement {
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = font;
  const width = Math.ceil(context?.measureText(label).width ?? 9 * label.length) + 2 * padding;
  const group = document.createElementNS(svg, "g");
  const box = document.createElementNS(svg, "rect");
  const text = document.createElementNS(svg, "text");
  for (const [name, value] of Object.entries({ rx: 3, width, height })) box.setAttribute(name, String(value));
  for (const [name, value] of Object.entries({ x: padding, y: 9, style: `font: ${font}` })) {
    text.setAttribute(name, String(value));
  }
  text.textContent = label;
  group.append(box, text);
  return group;
}
