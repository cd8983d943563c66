import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as fc from "fast-check";
import { useFolder } from "../audit/support";
import { LampFleet } from "../support/fleet";
import { isFull, longRun } from "../support/long-run";
import { eventually } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { firstLine } from "../support/simulator";

/** How the devices are commanded, at how many moments it is killed, and how many are under way at most. */
interface Kind {
  strategy: "single" | "batch";
  awaitReply?: boolean;
  count: number;
  moments: number;
  window: number;
}

const kinds: Kind[] = [
  { strategy: "single", count: longRun(5000), moments: isFull ? 10 : 2, window: 1000 },
  {
    strategy: "batch",
    awaitReply: true,
    count: longRun(20_000) / 2,
    moments: isFull ? 10 : 1,
    window: 5000,
  },
];
// Those of which nobody awaits a reply end with the platform's answer, as single ones do.
if (isFull) kinds.push({ strategy: "batch", count: 10_000, moments: 10, window: 5000 });

for (const { strategy, awaitReply = false, count, moments, window } of kinds) {
  const how = `${strategy}${awaitReply ? ", replies awaited" : ""}`;
  describe(`a roll-out to ${count} devices, ${how}, killed at ${moments} random moments`, function () {
    this.timeout(600_000);
    const at = useFolder();
    let fleet: LampFleet;

    before(async () => {
      // Some answer at once, others while later batches are under way.
      fleet = await LampFleet.start(count, (n) => ({ data: { n }, delayMs: (n * 37) % 500 }));
    });
    after(() => fleet.close());

    function begin(isFirst: boolean): ReturnType<typeof spawn> {
      const script = path.join(packageRoot, "dist/test/nodes/kept-fleet-process.js");
      const { endpoint } = fleet.simulator;
      const order = JSON.stringify({ strategy, awaitReply, count, isFirst });
      const parameters = [endpoint, fleet.amqp, at("."), order];
      return spawn(process.execPath, [script, ...parameters], { stdio: ["pipe", "pipe", "inherit"] });
    }

    it("goes on after each restart, commands no device twice, and reports all of them", async () => {
      const parts = fc.sample(fc.integer({ min: 1, max: Math.floor(count / moments / 2) }), moments);
      const commanded: number[] = [];
      for (const [life, part] of parts.entries()) {
        const child = begin(life === 0);
        const exit = once(child, "exit");
        let hasReported = false;
        child.stdout!.on("data", () => (hasReported = true));
        const before = fleet.simulator.executions.length;
        const until = Math.min(before + part, count - 1);
        await eventually(
          () => hasReported || child.exitCode !== null || fleet.simulator.executions.length >= until,
          120_000,
        );
        child.kill("SIGKILL");
        await exit;
        commanded.push(fleet.simulator.executions.length - before);
        assert.ok(!hasReported, "it has ended before the last life");
      }
      const last = begin(false);
      const exit = once(last, "exit");
      const report = JSON.parse(await firstLine(last)) as {
        port: string;
        topic: string;
        fleet: Record<string, number>;
        outcomes: string[];
      };
      last.kill("SIGKILL");
      await exit;
      assert.deepEqual([report.port, report.topic, report.outcomes.length], ["result", "kept", count]);
      const { executed } = fleet;
      for (const [name, times] of executed) assert.equal(times, 1, `${name} has acted ${times} times`);
      const unknown = report.outcomes.filter((outcome) => outcome === "unknown").length;
      assert.ok(unknown <= window * moments, `${unknown} are unknown`);
      const sure = awaitReply ? "done" : "accepted";
      for (const [index, outcome] of report.outcomes.entries()) {
        assert.ok(outcome === sure || outcome === "unknown", outcome);
        if (outcome === sure) assert.ok(executed.has(`lamp${index}`), `lamp${index} is ${outcome}`);
      }
      if (isFull)
        console.log(
          `      ${JSON.stringify(report.fleet)}, commanded before each kill: ${commanded.join(" ")}`,
        );
    });
  });
}
