import { canonicalQuery, encode } from "./signature";

/** API parameters; lists become `Name.1`, `Name.2`; undefined ones are left out. */
export type Parameters = Record<string, string | number | boolean | string[] | undefined>;

/**
 * The parameters of a call, with the instance's id, as `canonicalQuery` writes them. A command has few and no lists, and needs
 * no other object for them. Bench line: "own" in bench/check.ts.
 * @param instanceId sent as `IotInstanceId`; blank for old public instances
 */
export function writeParameters(parameters: Parameters, instanceId = ""): string {
  const names: string[] = instanceId === "" ? [] : [instanceName];
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (typeof value === "object" || name === instanceName)
      return canonicalQuery(flatten(parameters, instanceId));
    insert(names, name);
  }
  let query = "";
  for (const name of names) {
    const value = name === instanceName ? instanceId : String(parameters[name]);
    query += query === "" ? pairOf(name, value) : `&${pairOf(name, value)}`;
  }
  return query;
}

/** Longer values, as args, are seldom the same twice and are not kept. */
const maxKeptLength = 64;

/** The latest pair of each name: most calls name the same instance, device and service as the one before. */
const latest = new Map<string, { value: string; pair: string }>();

function pairOf(name: string, value: string): string {
  const known = latest.get(name);
  if (known?.value === value) return known.pair;
  const pair = `${encode(name)}=${encode(value)}`;
  if (value.length <= maxKeptLength) latest.set(name, { value, pair });
  return pair;
}

/** Keeps names sorted; `sort` takes longer for so few. */
function insert(names: string[], name: string): void {
  let at = names.length;
  for (; at > 0 && names[at - 1]! > name; at--) names[at] = names[at - 1]!;
  names[at] = name;
}

const instanceName = "IotInstanceId";

function flatten(parameters: Parameters, instanceId: string): Record<string, string> {
  const flat: Record<string, string> = {};
  if (instanceId) flat[instanceName] = instanceId;
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (!Array.isArray(value)) flat[name] = String(value);
    else value.forEach((item, index) => (flat[`${name}.${index + 1}`] = item));
  }
  return flat;
}
