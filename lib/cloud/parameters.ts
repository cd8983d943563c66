import { canonicalQuery, encode } from "./signature";

/** API parameters; lists become `Name.1`, `Name.2`; undefined ones are left out. */
export type Parameters = Record<string, string | number | boolean | string[] | undefined>;

/**
 * The parameters of a call, with the instance's id, as `canonicalQuery` writes them. Those of a command come sorted and without
 * lists, and are written as they come. Bench line: "own" in bench/check.ts.
 * @param instanceId sent as `IotInstanceId`; blank for old public instances
 */
export function writeParameters(parameters: Parameters, instanceId = ""): string {
  let query = "";
  let before = "";
  let isInstanceDue = instanceId !== "";
  for (const name in parameters) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (name <= before || typeof value === "object" || name === instanceName)
      return canonicalQuery(flatten(parameters, instanceId));
    if (isInstanceDue && name > instanceName) {
      query += `&${instanceName}=${encode(instanceId)}`;
      isInstanceDue = false;
    }
    query += `&${encode(name)}=${encode(String(value))}`;
    before = name;
  }
  if (isInstanceDue) query += `&${instanceName}=${encode(instanceId)}`;
  return query.slice(1);
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
