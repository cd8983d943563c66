import assert from "node:assert/strict";
import { once } from "node:events";
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Governor } from "../../lib/invocation/governor";
import { invoke } from "../../lib/invocation/invoke";
import { firstLine } from "../support/simulator";

const calls = 4000;

describe(`${calls} calls in flight, each held 7.9 s by its device`, function () {
  this.timeout(120_000);

  it("take less than 10 KB of memory each", async () => {
    const file = path.join(tmpdir(), `slow-${process.pid}.json`);
    writeFileSync(file, JSON.stringify(slowLamp));
    const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
    const child = fork(cli, ["--port", "0", "--file", file], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    const { endpoint } = JSON.parse(await firstLine(child)) as { endpoint: string };
    const client = new Client({
      endpoint: new URL(endpoint),
      credentials: typedCredentials({
        credentialType: "access_key",
        accessKeyId: "testid",
        accessKeySecret: "testsecret",
      }),
      concurrency: calls,
      timeout: 60_000,
    });
    const governor = new Governor({ rate: 1500, concurrency: calls, queueLimit: 100_000, queueTtl: 0 });
    const account = { client, governor, timeout: 60_000 };
    const call = (n: number) =>
      invoke(
        account,
        { target: { productKey: "a1BwAGV0001", deviceName: "light01" }, service: "Wait", args: `{"n":${n}}` },
        { delivery: "at-most-once" },
      );
    // What the first calls load and compile is not the price of a call that waits.
    await Promise.all(Array.from({ length: 64 }, (_none, n) => call(n)));
    await fetch(`${endpoint}/_simulator/executions`, { method: "DELETE" });
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const inUse = (): number => {
      gc();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = inUse();
    const ends = Array.from({ length: calls }, (_none, n) => call(n));
    const open = Promise.all(ends);
    await Promise.race([executions(endpoint, calls), open]);
    assert.equal(governor.inFlight, calls, "calls ended before all had begun");
    // What the sending left behind is freed in steps; what the calls hold stays.
    const samples = [inUse()];
    while (samples.length < 5) samples.push(await after(100, inUse));
    assert.equal(governor.inFlight, calls, "calls ended before all was measured");
    const settled = await open;
    const each = (Math.min(...samples) - before) / calls / 1024;
    console.log(`      ${each.toFixed(1)} KB for each call`);
    assert.equal(settled.filter(({ ok }) => ok).length, calls);
    assert.ok(each < 10, `${each} KB`);
    await client.close();
    child.kill("SIGTERM");
    await once(child, "exit");
  });
});

/** Resolves when the devices have been asked so many times. */
async function executions(endpoint: string, count: number): Promise<void> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const response = await fetch(`${endpoint}/_simulator/executions`);
    if (((await response.json()) as unknown[]).length >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function after<T>(milliseconds: number, take: () => T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(take()), milliseconds));
}

const slowLamp = {
  accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
  products: [
    {
      productKey: "a1BwAGV0001",
      productName: "Lamp",
      thingModel: {
        profile: { productKey: "a1BwAGV0001" },
        services: [
          {
            identifier: "Wait",
            name: "Wait",
            callType: "sync",
            inputData: [{ identifier: "n", name: "n", dataType: { type: "int", specs: {} } }],
            outputData: [],
          },
        ],
      },
      devices: [
        {
          deviceName: "light01",
          iotId: "Q7uOhVRdZRRlDnTLv00100",
          status: "ONLINE",
          services: { Wait: { delayMs: 7900, data: {} } },
        },
      ],
    },
  ],
};
