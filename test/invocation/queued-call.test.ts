import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once, setMaxListeners } from "node:events";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Governor } from "../../lib/invocation/governor";
import { type Account, invoke, type InvokeOptions, type Settled } from "../../lib/invocation/invoke";
import { Replies } from "../../lib/subscription/replies";
import { firstLine } from "../support/simulator";

const calls = 4000;
const lamp = { productKey: "a1BwAGV0001", deviceName: "light01" };

describe(`${calls} calls under way`, function () {
  this.timeout(120_000);
  let child: ChildProcess;
  let holding: ChildProcess;
  let endpoint: string;
  let holdingEndpoint: string;
  let account: Account & { client: Client; governor: Governor };

  before(async () => {
    const file = path.join(tmpdir(), `lamp-${process.pid}.json`);
    writeFileSync(file, JSON.stringify(lampFile));
    const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
    child = fork(cli, ["--port", "0", "--file", file], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    ({ endpoint } = JSON.parse(await firstLine(child)) as { endpoint: string });
    // However slow this machine is, no call ends before all have begun.
    holding = fork(path.join(__dirname, "holding-server.js"));
    const [{ port }] = (await once(holding, "message")) as [{ port: number }];
    holdingEndpoint = `http://127.0.0.1:${port}`;
    setFlagsFromString("--expose-gc");
  });

  function accountAt(url: string): typeof account {
    const client = new Client({
      endpoint: new URL(url),
      credentials: typedCredentials({
        credentialType: "access_key",
        accessKeyId: "testid",
        accessKeySecret: "testsecret",
      }),
      concurrency: calls,
      timeout: 60_000,
    });
    const governor = new Governor({ rate: 1500, concurrency: calls, queueLimit: 100_000, queueTtl: 0 });
    return { client, governor, timeout: 60_000 };
  }

  afterEach(() => account.client.close());

  after(async () => {
    child.kill("SIGTERM");
    holding.disconnect();
    await Promise.all([once(child, "exit"), once(holding, "exit")]);
  });

  const call = (service: string, n: number, options: Partial<InvokeOptions> = {}): Promise<Settled> =>
    invoke(account, { target: lamp, service, args: `{"n":${n}}` }, { delivery: "at-most-once", ...options });

  /** Resolves when so many calls wait for their answer. */
  function held(count: number): Promise<void> {
    return new Promise((resolve) => {
      holding.on("message", function listen(message: { held?: number }) {
        if (message.held !== count) return;
        holding.off("message", listen);
        resolve();
      });
    });
  }

  it("take less than 10 KB of memory each while their devices take 7.9 s to answer", async () => {
    account = accountAt(holdingEndpoint);
    // What the first calls load and compile is not the price of a call that waits.
    const warmUp = Promise.all(Array.from({ length: 64 }, (_none, n) => call("Wait", n)));
    await held(64);
    holding.send("answer");
    await warmUp;
    const before = inUse();
    const open = Promise.all(Array.from({ length: calls }, (_none, n) => call("Wait", n)));
    await held(calls);
    assert.equal(account.governor.inFlight, calls, "calls ended before all had begun");
    const each = await growth(before, calls);
    assert.equal(account.governor.inFlight, calls, "calls ended before all was measured");
    holding.send("answer");
    assert.equal((await open).filter(({ ok }) => ok).length, calls);
    assert.ok(each < 10, `${each} KB`);
  });

  it("take less than 4 KB of memory each, and no place in the quota, while they wait for replies", async () => {
    account = accountAt(endpoint);
    const replies = new Replies({ isOurs: () => true, onForeign: () => undefined, now: Date.now });
    let accepted = 0;
    let onAllAccepted = (): void => undefined;
    const options = {
      replies,
      replyTimeout: 60_000,
      progress: {
        begun: () => undefined,
        accepted: () => {
          if (++accepted === calls) onAllAccepted();
        },
      },
    };
    const first = new AbortController();
    setMaxListeners(0, first.signal);
    const warmUp = Array.from({ length: 64 }, (_none, n) =>
      call("Later", n, { replies, signal: first.signal }),
    );
    await executions(endpoint, 64);
    first.abort();
    await Promise.all(warmUp);
    const before = inUse();
    const allAccepted = new Promise<void>((resolve) => (onAllAccepted = resolve));
    const open = Promise.all(Array.from({ length: calls }, (_none, n) => call("Later", n, options)));
    await allAccepted;
    assert.equal(account.governor.inFlight, 0);
    assert.equal(replies.size, calls);
    const each = await growth(before, calls);
    replies.close();
    const outcomes = new Set((await open).map((settled) => !settled.ok && settled.failure.outcome));
    assert.deepEqual([...outcomes], ["unknown"]);
    assert.ok(each < 4, `${each} KB`);
  });
});

/** Bytes in use once everything is freed that can be. */
function inUse(): number {
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** KB that each of so many calls holds. What the sending left behind is freed in steps; what the calls hold stays. */
async function growth(before: number, count: number): Promise<number> {
  const samples = [inUse()];
  while (samples.length < 5) samples.push(await later(100, inUse));
  const each = (Math.min(...samples) - before) / count / 1024;
  console.log(`      ${each.toFixed(1)} KB for each call`);
  return each;
}

/** Resolves when the devices have been asked so many times. */
async function executions(endpoint: string, count: number): Promise<void> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const response = await fetch(`${endpoint}/_simulator/executions`);
    if (((await response.json()) as unknown[]).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function later<T>(milliseconds: number, take: () => T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(take()), milliseconds));
}

const lampFile = {
  accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
  products: [
    {
      productKey: "a1BwAGV0001",
      productName: "Lamp",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        services: [
          {
            identifier: "Later",
            name: "Later",
            callType: "async",
            inputData: [{ identifier: "n", name: "n", dataType: { type: "int", specs: {} } }],
            outputData: [],
          },
        ],
      },
      devices: [{ deviceName: "light01", status: "ONLINE" }],
    },
  ],
};
