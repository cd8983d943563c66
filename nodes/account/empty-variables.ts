import type { Node, NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import type { AccountConfig } from "../defaults/account";

const names = ["mode", "allow", "confirm", "audit", "auditArgs"] as const satisfies (keyof AccountConfig)[];

/**
 * An account's configuration, where an empty environment variable leaves its name in what keeps commands back.
 * Node-RED fills in a blank for it, which would allow everything; somebody who names a variable wants its rules, and
 * nothing is sent until it has some.
 */
export function withEmptyVariables(RED: NodeAPI, node: Node, config: AccountConfig): AccountConfig {
  const blank = names.filter((name) => {
    const value = config[name];
    return typeof value === "string" && value.trim() === "";
  });
  if (blank.length === 0) return config;
  // In an instance of a subflow it has another id than in the flow file.
  const id = (node as Node & { _alias?: string })["_alias"] ?? node.id;
  const named: Partial<Record<keyof AccountConfig, unknown>> = {};
  RED.nodes.eachNode((written) => {
    if (written.id !== id) return;
    for (const name of blank) {
      const text = (written as AccountConfig)[name];
      if (typeof text === "string" && unsetVariable(text.trim())) named[name] = text;
    }
  });
  return { ...config, ...named };
}
