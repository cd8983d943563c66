// One of several Node-REDs in one consumer group: makes asynchronous calls, and waits for the reply to each.
import { once } from "node:events";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { SharedMessages } from "../../lib/coordination/shared-messages";
import { Governor } from "../../lib/invocation/governor";
import { invoke } from "../../lib/invocation/invoke";
import { IssuedCalls } from "../../lib/invocation/issued-calls";
import { signLogin } from "../../lib/subscription/login";
import { Subscription } from "../../lib/subscription/subscription";
import { coordinationWith, isConnected, stateOf } from "../support/redis";

export interface GroupTask {
  redisPort: number;
  endpoint: string;
  amqpEndpoint: string;
  key: { accessKeyId: string; accessKeySecret: string };
  /** The numbers of its calls; each is an arg, and comes back in the reply. */
  from: number;
  calls: number;
  devices: number;
}

export interface GroupReport {
  /** Numbers of the calls that got their own reply. */
  answered: number[];
  /** What else has become of calls. */
  failed: string[];
  /** Ids of the messages that its flow has got. */
  heard: string[];
}

async function run(task: GroupTask): Promise<void> {
  const { key } = task;
  const coordination = coordinationWith(task.redisPort);
  await stateOf(coordination, isConnected);
  const group = new SharedMessages(coordination, "group", () => undefined);
  await group.joined();
  const { hostname, port } = new URL(task.amqpEndpoint);
  const login = { clientId: `member-${task.from}`, consumerGroupId: "DEFAULT_GROUP", instanceId: "" };
  const issued = new IssuedCalls();
  const subscription = new Subscription({
    endpoint: { host: hostname, port: Number(port), tls: undefined },
    login: () => Promise.resolve(signLogin(login, key, Date.now())),
    credits: 100,
    isOurs: (id) => issued.has(id),
    onForeignReply: () => undefined,
    onUnacknowledged: () => undefined,
    group,
    timings: { first: 1, maxMs: 20, perMinute: 1000 },
  });
  const report: GroupReport = { answered: [], failed: [], heard: [] };
  subscription.listen({
    filter: { kind: "any", productKey: "", deviceName: "", identifier: "" },
    acknowledge: "auto",
    take: ({ messageId }) => report.heard.push(messageId),
  });
  const { source } = subscription.replies();
  await new Promise<void>((resolve) => {
    subscription.watch(({ name }) => name === "connected" && resolve());
  });
  const quota = { rate: 1000, concurrency: 16, queueLimit: 1_000_000, queueTtl: 0 };
  const governor: Governor = new Governor(quota, () => client.givenUp);
  const credentials = typedCredentials({ credentialType: "access_key", ...key });
  const endpoint = new URL(task.endpoint);
  const client = new Client({
    endpoint,
    credentials,
    concurrency: 16,
    timeout: 15_000,
    onFreed: () => governor.drain(),
  });
  const call = async (n: number): Promise<void> => {
    const target = { productKey: "a1BwAGV0001", deviceName: `light${n % task.devices}` };
    const settled = await invoke(
      { client, governor, timeout: 60_000, issued },
      { target, service: "Blink", args: JSON.stringify({ n }) },
      { delivery: "at-most-once", replies: source, replyTimeout: 90_000 },
    );
    if (!settled.ok) report.failed.push(`${n}: ${settled.failure.code}, ${settled.failure.message}`);
    else if ((settled.result as { n?: number }).n !== n) report.failed.push(`${n}: reply of another call`);
    else report.answered.push(n);
    process.send!("settled");
  };
  process.send!("ready");
  await once(process, "message");
  await Promise.all(Array.from({ length: task.calls }, (_none, n) => call(task.from + n)));
  process.send!("all");
  await once(process, "message");
  await subscription.close();
  await group.close();
  governor.close();
  await client.close();
  await coordination.close();
  process.send!(report);
  process.disconnect();
}

void run(JSON.parse(process.argv[2]!) as GroupTask);
