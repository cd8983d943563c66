import { Client } from "../lib/cloud/client";
import { typedCredentials } from "../lib/cloud/credentials";
import { Governor } from "../lib/invocation/governor";
import { invoke } from "../lib/invocation/invoke";
import type { Call } from "./bare";
import { args, keys, service, target } from "./wire";

/** The package's client with its quota, outside Node-RED. */
export function ownClient(endpoint: URL, connections: number): Call {
  const credentials = typedCredentials({ credentialType: "access_key", ...keys });
  const governor: Governor = new Governor(
    { rate: 1_000_000, concurrency: connections, queueLimit: 10_000, queueTtl: 0 },
    () => client.givenUp,
  );
  const client = new Client({
    endpoint,
    credentials,
    concurrency: connections,
    timeout: 15_000,
    onFreed: () => governor.drain(),
  });
  const account = { client, governor, timeout: 15_000 };
  return async () => {
    const call = { target, service, args: JSON.stringify(args), areArgsComputed: true };
    const settled = await invoke(account, call, { delivery: "at-most-once" });
    if (!settled.ok) throw settled.failure;
    return settled.result;
  };
}
