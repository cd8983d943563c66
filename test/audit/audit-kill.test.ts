import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { packageRoot } from "../support/npm";
import { allLinesOf, isJson, useFolder } from "./support";

const moments = 10;

/** Commands devices until so many were executed, and then dies in the middle of whatever it is doing. */
async function commandAndDie(auditFile: string, executedFile: string, executions: number): Promise<void> {
  const script = path.join(packageRoot, "dist/test/audit/commander.js");
  const child = spawn(process.execPath, [script, auditFile, executedFile], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  let dots = 0;
  child.stderr.on("data", (data) => (errors += String(data)));
  child.stdout.on("data", (data: Buffer) => {
    dots += data.length;
    if (dots >= executions) child.kill("SIGKILL");
  });
  const [, signal] = (await once(child, "close")) as [number | null, string | null];
  assert.equal(signal, "SIGKILL", errors);
}

describe("an audit file of a process that is killed", () => {
  const at = useFolder();

  it(`has a record for every command that was executed, ${moments} times over`, async function () {
    this.timeout(60_000);
    const counts = fc.sample(fc.integer({ min: 1, max: 600 }), moments);
    for (const count of counts) await commandAndDie(at("audit.jsonl"), at("executed"), count);
    const executed = readFileSync(at("executed"), "utf8").trimEnd().split("\n");
    assert.ok(executed.length >= counts.reduce((sum, count) => sum + count, 0));
    const lines = allLinesOf(at("audit.jsonl"), isJson);
    const recorded = new Set(lines.filter(({ event }) => event === "sending").map(({ id }) => id));
    assert.deepEqual(
      executed.filter((id) => !recorded.has(id)),
      [],
    );
    assert.equal(new Set(executed).size, executed.length);
    assert.ok(readdirSync(at(".")).length > 10, "it was also killed between rotations");
    // Each death may cut one line off, and the next life begins a new one.
    const texts = readdirSync(at("."))
      .filter((name) => name.startsWith("audit"))
      .map((name) => readFileSync(at(name), "utf8"));
    const broken = texts.flatMap((text) => text.trimEnd().split("\n")).filter((line) => !isJson(line));
    assert.ok(broken.length <= moments, String(broken.length));
  });
});
