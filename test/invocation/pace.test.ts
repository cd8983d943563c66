import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Governor } from "../../lib/invocation/governor";
import { invoke } from "../../lib/invocation/invoke";
import { longRun } from "../support/long-run";
import { firstLine } from "../support/simulator";

const calls = longRun(5000);
const rate = 500;
const windowMs = 100;

describe(`${calls} messages at once, ${rate} calls a second allowed`, function () {
  this.timeout(60_000);
  // Both processes need their turn every few milliseconds, which a busy machine may not give them.
  this.retries(2);
  let child: ChildProcess;
  let client: Client;

  afterEach(async () => {
    await client.close();
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  it("are sent evenly, in order and at the allowed rate", async () => {
    const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
    child = fork(cli, ["--port", "0"], { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    const { endpoint, ...key } = JSON.parse(await firstLine(child)) as Record<string, string>;
    client = new Client({
      endpoint: new URL(endpoint!),
      credentials: typedCredentials({ credentialType: "access_key", ...key }),
      concurrency: 64,
      timeout: 15_000,
    });
    const target = { productKey: "a1BwAGV0001", deviceName: "light01" };
    const callOf = (governor: Governor) => (n: number) =>
      invoke(
        { client, governor, timeout: 15_000 },
        { target, service: "FadeTo", args: `{"Level":1.0,"DurationMs":${n},"Curve":0}` },
        { delivery: "at-most-once" },
      );
    // A call that has to open a connection is overtaken by those that find one open.
    const limits = { rate, concurrency: 64, queueLimit: calls, queueTtl: 0 };
    await Promise.all(numbers(64).map(callOf(new Governor({ ...limits, rate: 1_000_000 }))));
    await fetch(`${endpoint}/_simulator/executions`, { method: "DELETE" });
    const all = numbers(calls).map(callOf(new Governor(limits)));
    const settled = await Promise.all(all);
    assert.equal(settled.filter(({ ok }) => ok).length, calls);
    const response = await fetch(`${endpoint}/_simulator/executions`);
    const executions = (await response.json()) as { at: number; args: { DurationMs: number } }[];
    const times = executions.map(({ at }) => at);
    const order = executions.map(({ args }) => args.DurationMs);
    const outOfOrder = order.filter((n, index) => index > 0 && n < order[index - 1]!).length;
    const max = maxWithin(times, windowMs);
    const took = times.at(-1)! - times[0]!;
    const ideal = (1000 * (calls - 1)) / rate;
    console.log(
      `      at most ${max} within ${windowMs} ms, ${took} ms for ideal ${ideal} ms, ${outOfOrder} out of order`,
    );
    assert.equal(executions.length, calls);
    assert.equal(outOfOrder, 0);
    assert.ok(max <= 60, `${max} within ${windowMs} ms`);
    assert.ok(Math.abs(took - ideal) <= ideal / 10, `${took} ms`);
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_none, n) => n);
}

function maxWithin(times: number[], milliseconds: number): number {
  let max = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= milliseconds) first++;
    max = Math.max(max, last - first + 1);
  }
  return max;
}
