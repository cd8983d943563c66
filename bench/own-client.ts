import { Client } from "../lib/cloud/client";
import { typedCredentials } from "../lib/cloud/credentials";
import { Governor, type Quota } from "../lib/invocation/governor";
import { type Account, invoke } from "../lib/invocation/invoke";
import { readServiceAnswer } from "../lib/invocation/result";
import type { Call } from "./bare";
import { args, keys, service, target } from "./wire";

/** An account outside Node-RED, with its client and its quota. */
export function accountWith(endpoint: URL, quota: Quota): Account & { client: Client; governor: Governor } {
  const governor: Governor = new Governor(quota, () => client.givenUp);
  const client = new Client({
    endpoint,
    credentials: typedCredentials({ credentialType: "access_key", ...keys }),
    concurrency: quota.concurrency,
    timeout: 15_000,
    onFreed: () => governor.drain(),
  });
  return { client, governor, timeout: 15_000 };
}

/** The package's client with its quota, outside Node-RED. */
export function ownClient(endpoint: URL, connections: number): Call {
  const account = accountWith(endpoint, {
    rate: 1_000_000,
    concurrency: connections,
    queueLimit: 10_000,
    queueTtl: 0,
  });
  return async () => {
    const call = { target, service, args: JSON.stringify(args), areArgsComputed: true };
    const settled = await invoke(account, call, { delivery: "at-most-once" });
    if (!settled.ok) throw settled.failure;
    return settled.result;
  };
}

/** The package's client alone: it signs, sends and reads, within a time limit, and tells what a failure means. */
export function signedCall(endpoint: URL, connections: number): Call {
  const quota = { rate: 1_000_000, concurrency: connections, queueLimit: 10_000, queueTtl: 0 };
  const { client } = accountWith(endpoint, quota);
  const { productKey, deviceName } = target;
  return async () => {
    const parameters = {
      ProductKey: productKey,
      DeviceName: deviceName,
      Identifier: service,
      Args: JSON.stringify(args),
    };
    return readServiceAnswer(await client.call("InvokeThingService", parameters)).result;
  };
}
