import type { Node, NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import { deployedConfig } from "../common/deployed-config";
import { type AccountConfig, safetyProperties } from "../defaults/account";

/**
 * The configuration of an account, in which a safety setting with an empty environment variable keeps the variable's
 * name. Node-RED replaces it with blank text, which would allow everything. With the name, nothing is sent until the
 * variable has a value.
 */
export function withEmptyVariables(RED: NodeAPI, node: Node, config: AccountConfig): AccountConfig {
  const blank = safetyProperties.filter((name) => {
    const value = config[name];
    return typeof value === "string" && value.trim() === "";
  });
  if (blank.length === 0) return config;
  // In an instance of a subflow it has another id than in the flow file.
  const id = (node as Node & { _alias?: string })["_alias"] ?? node.id;
  const named: Partial<Record<keyof AccountConfig, unknown>> = {};
  const written = deployedConfig(RED, id);
  for (const name of blank) {
    const text = written?.[name];
    if (typeof text === "string" && unsetVariable(text.trim())) named[name] = text;
  }
  return { ...config, ...named };
}
