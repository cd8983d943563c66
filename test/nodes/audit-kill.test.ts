import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as fc from "fast-check";
import type { Simulator } from "../../lib/simulator/simulator";
import { allLinesOf, isJson, useFolder } from "../audit/support";
import { longRun } from "../support/long-run";
import { eventually, simulated } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { operations, promptSample } from "../support/operations";

const moments = Math.max(3, longRun(10));
/** So that each life can have its own. */
const seriesCount = 3;

for (const [index, operation] of operations.entries())
  describe(`${operation.name}: audit of a Node-RED that is killed at ${moments} random moments`, function () {
    this.timeout(240_000);
    const at = useFolder();
    let simulator: Simulator;

    before(async () => {
      ({ simulator } = await simulated({ definition: promptSample }));
    });
    after(() => simulator.close());

    /** Lets a Node-RED command until so many more commands were executed, and kills it. */
    async function liveAndDie(life: number, count: number): Promise<void> {
      const script = path.join(packageRoot, "dist/test/nodes/audited-process.js");
      const parameters = [simulator.endpoint, at("."), String(life % seriesCount), String(index)];
      const child = spawn(process.execPath, [script, ...parameters], {
        stdio: ["pipe", "ignore", "ignore"],
      });
      const exit = once(child, "exit");
      const before = simulator.executions.length;
      try {
        await eventually(
          () => child.exitCode !== null || simulator.executions.length >= before + count,
          60_000,
        );
      } finally {
        child.kill("SIGKILL");
      }
      assert.deepEqual(await exit, [null, "SIGKILL"]);
    }

    it("has a record for each command that was executed, from before it", async () => {
      const counts = fc.sample(fc.integer({ min: 1, max: 700 }), moments);
      for (const [life, count] of counts.entries()) {
        const begin = simulator.executions.length;
        await liveAndDie(life, count);
        const lines = allLinesOf(at("aliyun-iot/audit-account.jsonl"), isJson) as unknown as {
          event: string;
          time: string;
          args: string;
        }[];
        const times = new Map<string, number>();
        for (const { event, time, args } of lines) {
          if (event === "sending") times.set(args, Date.parse(time));
        }
        // The last record of the same args counts: those of earlier lives are in the file as well.
        for (const { args, at: executedAt } of simulator.executions.slice(begin)) {
          const text = operation.carriedOut(args);
          const recordedAt = times.get(text);
          assert.ok(
            recordedAt !== undefined,
            `${count} in life ${life}: no record of ${JSON.stringify(args)}`,
          );
          assert.ok(recordedAt <= executedAt);
        }
      }
    });
  });
