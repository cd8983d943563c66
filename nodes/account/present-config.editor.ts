import { isObject } from "../../lib/base/json";
import { accountDefaults } from "../defaults/account";
import { subscriptionDefaults } from "../defaults/subscription";

type Fields = Readonly<Record<string, unknown>>;

/** Configuration nodes that several flows share, such as the examples, with their defaults. */
const shared: Readonly<Record<string, Fields>> = {
  "aliyun-iot-account": accountDefaults,
  "aliyun-iot-subscription": subscriptionDefaults,
};

/**
 * The nodes to import, without configuration nodes that are there already. Copies, and whatever is no flow, are left to
 * Node-RED.
 * @param nodes what is imported: anything
 * @param options those of the import, with what the user has chosen for nodes whose id is taken
 * @param find the node with an id in the editor, if there is one
 */
export function withoutPresent(nodes: unknown, options: unknown, find: (id: string) => unknown): unknown {
  const { generateIds, importMap } = isObject(options) ? options : {};
  if (!Array.isArray(nodes) || generateIds) return nodes;
  const chosen = isObject(importMap) ? importMap : {};
  const isThere = (node: unknown): boolean =>
    isObject(node) && typeof node["id"] === "string" && !chosen[node["id"]] && isSame(node, find(node["id"]));
  const missing = nodes.filter((node) => !isThere(node));
  return missing.length > 0 ? missing : nodes;
}

function isSame(node: Fields, present: unknown): boolean {
  const { type } = node;
  const defaults = typeof type === "string" && Object.hasOwn(shared, type) ? shared[type] : undefined;
  if (!defaults || !isObject(present) || present["type"] !== type) return false;
  // Keys of the import would get lost, and one that is disabled or of another tab does not serve the imported flow.
  if (node["credentials"] || present["d"] || (present["z"] || "") !== (node["z"] || "")) return false;
  return Object.entries(defaults).every(
    // A flow may lack a property, which then has its default. A name has no effect.
    ([name, value]) => name === "name" || textOf(present[name] ?? value) === textOf(node[name] ?? value),
  );
}

/** A setting as text, since numbers may have been typed; NaN, which equals nothing, where it is no setting. */
function textOf(value: unknown): string | number {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : NaN;
}
