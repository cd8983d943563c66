import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { eventually, listening, type Message, subscriptionAt, TestFlow, unload } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { TestRedis } from "../support/redis";
import { firstLine } from "../support/simulator";

const compose = readFileSync(path.join(packageRoot, "docs/side-by-side/compose.yaml"), "utf8");

/** The command of a service of the compose file. */
function commandOf(service: string): string[] {
  const [, text = ""] = new RegExp(`^  ${service}:\\n(?: {4}.*\\n)*? {4}command: (.*)$`, "m").exec(compose)!;
  return text.split(" ").map((word) => word.replaceAll('"', ""));
}

interface Lines {
  endpoint: string;
  accessKeyId: string;
  accessKeySecret: string;
  amqpEndpoint: string;
}

describe("two Node-REDs side by side, as the documentation sets them up", function () {
  this.timeout(60_000);
  let redis: TestRedis;
  let simulator: ChildProcess;
  let printed: Lines;

  before(async () => {
    const [program, ...options] = commandOf("redis");
    assert.equal(program, "redis-server");
    redis = await TestRedis.start(...options);
    const command = commandOf("simulator");
    const args = command.slice(command.indexOf("aliyun-iot-simulator") + 1);
    // Any free ports.
    const free = args.map((arg) => (/^\d+$/.test(arg) ? "0" : arg));
    simulator = fork(path.join(packageRoot, "dist/lib/simulator/cli.js"), free, {
      stdio: ["ignore", "pipe", "ignore", "ipc"],
    });
    printed = JSON.parse(await firstLine(simulator)) as Lines;
  });

  afterEach(() => unload());

  after(async () => {
    const ended = once(simulator, "exit");
    simulator.kill();
    await ended;
    await redis.stop();
  });

  it("get each its own replies, and each message once", async () => {
    const { endpoint, accessKeyId, accessKeySecret, amqpEndpoint } = printed;
    const account = { platform: "cloud", endpoint, credentialType: "access_key" };
    const more: Record<string, unknown>[] = [];
    for (const id of ["redis", "other-redis"]) {
      more.push({ id, type: "aliyun-iot-coordination", url: redis.url, prefix: "aliyun-iot" });
    }
    const other = { ...account, id: "other", type: "aliyun-iot-account", coordination: "other-redis" };
    more.push(other, subscriptionAt(amqpEndpoint, { clientId: "one" }));
    more.push(
      subscriptionAt(amqpEndpoint, { id: "other-subscription", account: "other", clientId: "other" }),
      ...listening("in", "heard", { kind: "reply" }),
      ...listening("other-in", "other-heard", { kind: "reply", subscription: "other-subscription" }),
    );
    const flow = await TestFlow.load({
      account: { ...account, coordination: "redis" },
      credentials: { accessKeyId, accessKeySecret },
      moreCredentials: { other: { accessKeyId, accessKeySecret } },
      invoke: {
        service: "LoadScenes",
        args: '{"Title":"Evening","Enabled":1,"ValidFrom":"1767225600000","Color":{"Red":255,"Green":160,"Gamma":2.2},"Levels":[10,40],"Steps":[{"At":64800,"Level":40}]}',
        argsType: "json",
        check: "error",
        awaitReply: true,
        subscription: "subscription",
      },
      more,
    });
    const heard: string[][] = [[], []];
    ["heard", "other-heard"].forEach((id, index) =>
      helper.getNode(id).on("input", (msg) => {
        heard[index]!.push((msg as Message & { message: { messageId: string } }).message.messageId);
      }),
    );
    const connections = async (): Promise<number> => {
      const response = await fetch(`${endpoint}/_simulator/subscription`);
      const { groups } = (await response.json()) as { groups: { connections: unknown[] }[] };
      return groups.reduce((sum, group) => sum + group.connections.length, 0);
    };
    while ((await connections()) < 2);
    const calls = 20;
    for (let n = 0; n < calls; n++) flow.send({ payload: {} });
    await flow.until(() => flow.arrivals.length === calls);
    assert.deepEqual(
      flow.arrivals.map(({ port, msg }) => [port, msg.error?.code]),
      Array.from({ length: calls }, () => ["result", undefined]),
    );
    await eventually(() => heard.flat().length >= calls);
    assert.equal(new Set(heard.flat()).size, calls);
    assert.ok(
      heard.every((ids) => ids.length > 0),
      "one connection has received everything",
    );
  });

  it("are described by the compose file that the page shows", () => {
    for (const name of ["docs/operations/side-by-side.md", "docs/zh/operations/side-by-side.md"]) {
      const page = readFileSync(path.join(packageRoot, name), "utf8");
      assert.ok(page.includes(compose.trim()), name);
    }
    // The simulator stays on the loopback, so all have to be in one network.
    assert.equal(compose.match(/network_mode: service:redis/g)?.length, 3);
  });
});
