import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as fc from "fast-check";
import { useFolder } from "../audit/support";
import { LampFleet } from "../support/fleet";
import { longRun } from "../support/long-run";
import { eventually } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { firstLine } from "../support/simulator";

const count = longRun(5000);
const moments = Math.max(3, longRun(10));
/** Devices under way at most, as the strategy has it. */
const window = 1000;

describe(`a roll-out to ${count} devices, killed at ${moments} random moments`, function () {
  this.timeout(240_000);
  const at = useFolder();
  let fleet: LampFleet;

  before(async () => {
    fleet = await LampFleet.start(count, (n) => ({ data: { n } }));
  });
  after(() => fleet.close());

  function begin(isFirst: boolean): ReturnType<typeof spawn> {
    const script = path.join(packageRoot, "dist/test/nodes/kept-fleet-process.js");
    const parameters = [
      fleet.simulator.endpoint,
      at("."),
      "single",
      String(count),
      isFirst ? "first" : "again",
    ];
    return spawn(process.execPath, [script, ...parameters], { stdio: ["pipe", "pipe", "inherit"] });
  }

  it("goes on after each restart, commands no device twice, and reports all of them", async () => {
    const parts = fc.sample(fc.integer({ min: 1, max: Math.floor(count / moments / 2) }), moments);
    let unknown = 0;
    for (const [life, part] of parts.entries()) {
      const child = begin(life === 0);
      const exit = once(child, "exit");
      let hasReported = false;
      child.stdout!.on("data", () => (hasReported = true));
      const before = fleet.simulator.executions.length;
      const until = Math.min(before + part, count - 1);
      await eventually(
        () => hasReported || child.exitCode !== null || fleet.simulator.executions.length >= until,
        60_000,
      );
      child.kill("SIGKILL");
      await exit;
      assert.ok(!hasReported, "it has ended before the last life");
      unknown += window;
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
    assert.deepEqual([report.port, report.topic], ["result", "kept"]);
    for (const [name, times] of fleet.executed) assert.equal(times, 1, `${name} has acted ${times} times`);
    for (const [index, outcome] of report.outcomes.entries()) {
      assert.ok(outcome === "accepted" || outcome === "unknown", outcome);
      if (outcome === "accepted") assert.ok(fleet.executed.has(`lamp${index}`));
      else assert.ok(report.fleet["unknown"]! <= unknown);
    }
  });
});
