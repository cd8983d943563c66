// One of several Node-REDs that share an account: its calls to a simulator, at a given number a second. The args of each
// call name the process.
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { SharedQuota } from "../../lib/coordination/shared-quota";
import { Governor } from "../../lib/invocation/governor";
import { invoke } from "../../lib/invocation/invoke";
import { coordinationWith, isConnected, stateOf } from "../support/redis";

export interface MemberTask {
  redisPort: number;
  endpoint: string;
  key: Record<string, string>;
  productKey: string;
  /** How many, `light0` and so on. */
  devices: number;
  /** Names the process in the args of its calls. */
  number: number;
  callsPerSecond: number;
  rate: number;
}

export interface MemberReport {
  succeeded: number;
  /** Codes of what failed, except for calls that still waited in the end. */
  failed: string[];
  /** How often Redis was away for it, as where the machine is late by 300 ms. */
  away: number;
}

async function run(task: MemberTask): Promise<void> {
  const { rate, number } = task;
  const coordination = coordinationWith(task.redisPort);
  await stateOf(coordination, isConnected);
  const quota = { rate, concurrency: 64, queueLimit: 1_000_000, queueTtl: 0 };
  const shared = new SharedQuota(coordination, "account");
  const governor: Governor = new Governor(
    quota,
    () => client.givenUp,
    undefined,
    (demand) => shared.pace({ ...quota, name: "calls", isConcurrencyShared: true }, demand),
  );
  const credentials = typedCredentials({ credentialType: "access_key", ...task.key });
  const client = new Client({
    endpoint: new URL(task.endpoint),
    credentials,
    concurrency: 64,
    timeout: 15_000,
    onFreed: () => governor.drain(),
  });
  const { productKey, devices } = task;
  const args = `{"Member":${number}}`;
  const report: MemberReport = { succeeded: 0, failed: [], away: 0 };
  coordination.watch(({ name }) => name === "away" && report.away++);
  const call = async (n: number): Promise<void> => {
    const target = { productKey, deviceName: `light${n % devices}` };
    const options = { delivery: "at-most-once" } as const;
    const settled = await invoke(
      { client, governor, timeout: 15_000 },
      { target, service: "Blink", args },
      options,
    );
    if (settled.ok) report.succeeded++;
    else if (settled.failure.code !== "closed") report.failed.push(settled.failure.code);
  };
  process.send!("ready");
  await once(process, "message");
  const begun = performance.now();
  let calls = 0;
  const feeding = setInterval(() => {
    const due = ((performance.now() - begun) * task.callsPerSecond) / 1000;
    for (; calls < due; calls++) void call(calls);
  }, 5);
  await once(process, "message");
  clearInterval(feeding);
  governor.close();
  await client.close();
  await coordination.close();
  process.send!(report);
  process.disconnect();
}

void run(JSON.parse(process.argv[2]!) as MemberTask);
