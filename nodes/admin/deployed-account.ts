import type { NodeAPI } from "node-red";
import { textOf } from "../../lib/base/text";
import { accountDefaults } from "../defaults/account";

type Fields = Record<string, unknown>;

/** Whether an account has these settings in the flow file; what is left out counts as its default. */
export function isAsDeployed(RED: NodeAPI, id: string, settings: Fields): boolean {
  let deployed: Fields | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id) deployed = config as unknown as Fields;
  });
  if (!deployed) return false;
  const stored = deployed;
  const names = Object.keys(accountDefaults) as (keyof typeof accountDefaults)[];
  return names.every((name) => same(settings, name) === same(stored, name));
}

function same(fields: Fields, name: keyof typeof accountDefaults): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const text = (textOf(value) ?? (typeof value === "boolean" ? String(value) : "")).trim();
  return text === "" || text === "_ADD_" ? String(accountDefaults[name]) : text;
}
