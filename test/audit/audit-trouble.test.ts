import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as fc from "fast-check";
import * as sinon from "sinon";
import type { Audit } from "../../lib/audit/audit";
import { AuditFiles } from "../../lib/audit/audit-files";
import { allLinesOf, isJson, linesOf, Report, sendingOf, TroubledDisk, useFolder } from "./support";

const isUnix = process.platform !== "win32";

async function send(audit: Audit, ...args: string[]): Promise<void> {
  for (const each of args) await audit.sending(sendingOf(each));
}

/** What the lines are: args of commands, and `gap N`. */
const contentOf = (file: string, isWhole?: (line: string) => boolean): string[] =>
  allLinesOf(file, isWhole).map(({ event, args, lost }) =>
    event === "gap" ? `gap ${lost}` : (args ?? event),
  );

describe("an audit file on a failing disk", () => {
  const at = useFolder();

  it("does not stop commands when the disk is full, and reports once how many records are missing", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    const audit = new AuditFiles({}, disk).open(at("a"), reports.hear);
    await send(audit, "1");
    // Room for one more record and a half.
    disk.room = Math.round(readFileSync(at("a")).length * 1.5);
    await send(audit, "2", "3", "4", "5");
    assert.deepEqual(reports.said, ["begins not-written"]);
    assert.equal(reports.param("reason"), "errors.audit-disk-full");
    disk.room = Infinity;
    await send(audit, "6", "7");
    assert.deepEqual(reports.said, ["begins not-written", "over works-again"]);
    assert.equal(reports.param("lost"), 3);
    assert.deepEqual(contentOf(at("a")), ["1", "2", "gap 3", "6", "7"]);
    await audit.close();
  });

  it("counts all missing records, including those that an earlier gap reported", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    const audit = new AuditFiles({}, disk).open(at("a"), reports.hear);
    disk.room = 0;
    await send(audit, "1", "2");
    // Room for the gap, but not for the record behind it.
    disk.room = 100;
    await send(audit, "3", "4");
    disk.room = Infinity;
    await send(audit, "5");
    assert.deepEqual(contentOf(at("a")), ["gap 2", "gap 2", "5"]);
    assert.equal(reports.param("lost"), 4);
    await audit.close();
  });

  it("contains whole lines even if each write stores only a part", async () => {
    const disk = new TroubledDisk();
    disk.maxBytes = 7;
    const audit = new AuditFiles({}, disk).open(at("a"), assert.fail);
    await send(audit, "1", "2");
    await audit.close();
    assert.deepEqual(contentOf(at("a")), ["1", "2"]);
  });

  it("contains or counts every record, wherever the disk fills up and is freed", async () => {
    let run = 0;
    const steps = fc.array(
      fc.record({ room: fc.integer({ min: 0, max: 1500 }), commands: fc.integer({ min: 1, max: 6 }) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 1, max: 400 }),
        fc.boolean(),
        async (plan, maxBytes, canTruncate) => {
          const file = at(`run-${run++}`);
          const disk = new TroubledDisk();
          disk.maxBytes = maxBytes;
          if (!canTruncate) disk.fails.set("ftruncate", "EPERM");
          const audit = new AuditFiles({ maxBytes: 1200, kept: 1000 }, disk).open(file, () => {});
          let sent = 0;
          for (const { room, commands } of plan) {
            disk.room = room;
            const records = Array.from({ length: commands }, () => sendingOf(`n${sent++}`));
            await Promise.all(records.map(async (record) => audit.sending(record)));
          }
          disk.room = Infinity;
          await audit.close();
          // Half lines are taken back; where the system refuses that, the next line still begins anew.
          const lines = contentOf(file, canTruncate ? undefined : isJson);
          const lost = lines.reduce((sum, line) => sum + Number(/^gap (\d+)$/.exec(line)?.[1] ?? 0), 0);
          const written = lines.filter((line) => line.startsWith("n"));
          assert.equal(new Set(written).size, written.length);
          assert.equal(written.length + lost, sent);
        },
      ),
      {
        numRuns: 40,
        // A line of which everything but its end was written, and which could not be taken back.
        examples: [[[1, 393, 0].map((room) => ({ room, commands: 1 })), 1, false]],
      },
    );
  });

  it("names the cause, does not stop commands, and resumes as soon as possible", async function () {
    const cases: [name: string, begin: () => void, end: () => void, reason: string][] = [
      [
        "folder",
        () => mkdirSync(at("folder")),
        () => rmSync(at("folder"), { recursive: true }),
        "not-a-file",
      ],
      ["below/a", () => writeFileSync(at("below"), ""), () => rmSync(at("below")), "not-a-file"],
    ];
    if (isUnix) {
      const pipe = (): void => void execFileSync("mkfifo", [at("pipe")]);
      cases.push(
        ["link", () => symlinkSync("/dev/full", at("link")), () => rmSync(at("link")), "not-a-file"],
        ["away", () => symlinkSync(at("elsewhere"), at("away")), () => rmSync(at("away")), "not-a-file"],
        ["pipe", pipe, () => rmSync(at("pipe")), "not-a-file"],
      );
    }
    for (const [name, begin, end, reason] of cases) {
      const reports = new Report();
      const audit = new AuditFiles().open(at(name), reports.hear);
      begin();
      await send(audit, "1", "2", "3");
      assert.deepEqual(reports.said, ["begins not-written"], name);
      assert.equal(reports.param("reason"), `errors.audit-${reason}`, name);
      end();
      await send(audit, "4");
      assert.deepEqual(reports.said, ["begins not-written", "over works-again"], name);
      assert.deepEqual(contentOf(at(name)), ["gap 3", "4"], name);
      await audit.close();
    }
    assert.ok(!existsSync(at("elsewhere")), "nothing is written through a link");
  });

  it("passes on the system's message about permissions, quotas and faults", async () => {
    const known: [call: "open" | "write" | "lstat" | "fstat", code: string, reason: string][] = [
      ["open", "EACCES", "errors.audit-no-permission"],
      ["open", "EROFS", "errors.audit-no-permission"],
      ["open", "EMFILE", "EMFILE"],
      ["fstat", "EIO", "EIO"],
      ["write", "EDQUOT", "errors.audit-quota"],
      ["write", "EIO", "EIO"],
    ];
    for (const [call, code, reason] of known) {
      const reports = new Report();
      const disk = new TroubledDisk();
      disk.fails.set(call, code);
      const audit = new AuditFiles({}, disk).open(at(call + code), reports.hear);
      await send(audit, "1", "2");
      assert.deepEqual([reports.said, reports.param("reason")], [["begins not-written"], reason], code);
      disk.fails.clear();
      await audit.close();
      assert.deepEqual(contentOf(at(call + code)), ["gap 2"], "the last chance to say so");
    }
  });

  it("that cannot rotate keeps every record in one file, and rotates later", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    disk.fails.set("rename", "EACCES");
    const audit = new AuditFiles({ maxBytes: 2000 }, disk).open(at("a"), reports.hear);
    const all = Array.from({ length: 30 }, (_, count) => String(count));
    await send(audit, ...all.slice(0, 20));
    assert.deepEqual(contentOf(at("a")), all.slice(0, 20));
    assert.deepEqual(reports.said, ["begins not-rotated"]);
    disk.fails.clear();
    await send(audit, ...all.slice(20));
    assert.deepEqual(reports.said, ["begins not-rotated", "over works-again"]);
    assert.deepEqual(contentOf(at("a")), all);
    assert.ok(existsSync(at("a.1")));
    await audit.close();
  });

  it("that does not respond delays the first commands for a limited time and later ones not at all", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    const clock = sinon.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const audit = new AuditFiles({ patienceMs: 3000 }, disk).open(at("a"), reports.hear);
      disk.hang();
      const waiting = [audit.sending(sendingOf("1")), audit.sending(sendingOf("2"))];
      assert.ok(waiting.every((each) => each instanceof Promise));
      await clock.tickAsync(3000);
      await Promise.all(waiting);
      assert.deepEqual(reports.said, ["begins stalled"]);
      assert.equal(audit.sending(sendingOf("3")), undefined);
      disk.goOn();
      await audit.close();
      assert.deepEqual(contentOf(at("a")), ["1", "2", "3"]);
      assert.deepEqual(reports.said, ["begins stalled", "over works-again"]);
    } finally {
      clock.restore();
    }
  });

  it("that does not respond delays neither a deploy nor the next account", async () => {
    const disk = new TroubledDisk();
    const clock = sinon.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const files = new AuditFiles({ patienceMs: 3000 }, disk);
      const audit = files.open(at("a"), () => {});
      disk.hang();
      const waiting = audit.sending(sendingOf("1"));
      const closing = audit.close();
      // The closing asks for a turn of the event loop, which the fake clock leaves alone.
      await new Promise((resolve) => setImmediate(resolve));
      const next = files.open(at("a"), () => {});
      await clock.tickAsync(3000);
      await Promise.all([waiting, closing]);
      assert.equal(next.sending(sendingOf("2")), undefined);
      disk.goOn();
      await next.close();
      assert.deepEqual(contentOf(at("a")), ["1", "2"]);
    } finally {
      clock.restore();
    }
  });

  it("that does not respond fills no memory: what does not fit is counted", async () => {
    const disk = new TroubledDisk();
    const audit = new AuditFiles({ maxPending: 20_000, patienceMs: 1e6 }, disk).open(at("a"), () => {});
    await send(audit, "0");
    disk.hang();
    const waiting = Array.from({ length: 500 }, async (_, count) => audit.sending(sendingOf(`${count + 1}`)));
    disk.goOn();
    await Promise.all(waiting);
    await audit.close();
    const lines = contentOf(at("a"));
    const gap = lines.find((line) => line.startsWith("gap "));
    assert.ok(lines.length < 100);
    assert.equal(lines.length - 1 + Number(gap?.slice(4)), 501);
  });

  it("that is nearly full is reported at most once a minute", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    const clock = sinon.useFakeTimers({ toFake: ["performance"] });
    try {
      const audit = new AuditFiles({}, disk).open(at("a"), reports.hear);
      for (let time = 0; time < 200; time++) {
        disk.room = time % 2 === 0 ? 0 : Infinity;
        await send(audit, String(time));
        clock.tick(1000);
      }
      await audit.close();
      assert.equal(reports.said.filter((text) => text.startsWith("begins")).length, 4);
      assert.equal(linesOf(at("a")).filter(({ event }) => event === "gap").length, 100);
    } finally {
      clock.restore();
    }
  });

  it("is synced within a second without delaying commands, and a failed sync is reported", async () => {
    const reports = new Report();
    const disk = new TroubledDisk();
    const clock = sinon.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const audit = new AuditFiles({}, disk).open(at("a"), reports.hear);
      await send(audit, "1", "2", "3");
      assert.equal(disk.syncs, 0);
      disk.fails.set("fdatasync", "EIO");
      await clock.tickAsync(1000);
      assert.equal(disk.syncs, 1);
      assert.deepEqual(reports.said, ["begins not-written"]);
      disk.fails.clear();
      await send(audit, "4");
      await audit.close();
      assert.equal(disk.syncs, 2);
      assert.deepEqual(contentOf(at("a")), ["1", "2", "3", "4"]);
    } finally {
      clock.restore();
    }
  });

  it("does not stop commands even if the failure cannot be reported", async () => {
    mkdirSync(at("a"));
    const audit = new AuditFiles().open(at("a"), () => {
      throw new Error("no");
    });
    await send(audit, "1", "2");
    await audit.close();
  });
});
