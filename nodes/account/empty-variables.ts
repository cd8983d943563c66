import type { Node, NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import type { SafetyConfig } from "../common/read-safety";

const names = ["mode", "allow", "confirm", "audit", "auditArgs"] as const satisfies (keyof SafetyConfig)[];

/**
 * Puts the names of environment variables back into what keeps commands from doing harm, where a variable is empty.
 * Node-RED fills in a blank for it, which would allow everything; somebody who names a variable wants its rules, and
 * nothing is sent until it has some.
 */
export function nameEmptyVariables(RED: NodeAPI, node: Node, config: SafetyConfig): void {
  const blank = names.filter((name) => {
    const value = config[name];
    return typeof value === "string" && value.trim() === "";
  });
  if (blank.length === 0) return;
  // In an instance of a subflow it has another id than in the flow file.
  const id = (node as Node & { _alias?: string })["_alias"] ?? node.id;
  RED.nodes.eachNode((written) => {
    if (written.id !== id) return;
    for (const name of blank) {
      const text = (written as SafetyConfig)[name];
      if (typeof text === "string" && unsetVariable(text.trim())) config[name] = text;
    }
  });
}
