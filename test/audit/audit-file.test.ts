import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { Audit } from "../../lib/audit/audit";
import { auditFilePath, AuditFiles } from "../../lib/audit/audit-files";
import { outcomeRecord } from "../../lib/audit/record";
import { allLinesOf, linesOf, sendingOf, TroubledDisk, useFolder } from "./support";

const isUnix = process.platform !== "win32";
const done = { outcome: "done", attempts: 1, durationMs: 5 } as const;

const argsOf = (lines: { args?: string }[]): (string | undefined)[] => lines.map(({ args }) => args);
const texts = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => String(from + at));

/** Sends commands one after the other, each as soon as its record is written. */
async function sendOneByOne(audit: Audit, args: readonly string[]): Promise<void> {
  for (const each of args) await audit.sending(sendingOf(each));
}

describe("an audit file", () => {
  const at = useFolder();

  it("has the record before the command goes out, and then its outcome", async () => {
    const file = at("aliyun-iot/audit-a1.jsonl");
    const audit = new AuditFiles().open(file, assert.fail);
    assert.ok(!existsSync(at("aliyun-iot")), "nothing is made before the first command");
    const sending = sendingOf("1");
    await audit.sending(sending);
    assert.deepEqual(linesOf(file), [sending]);
    const ended = outcomeRecord(sending, done);
    audit.ended(ended);
    await audit.close();
    assert.deepEqual(linesOf(file), [sending, ended]);
  });

  it("belongs to its owner only", async function () {
    if (!isUnix) this.skip();
    const file = at("aliyun-iot/audit-a1.jsonl");
    const audit = new AuditFiles().open(file, assert.fail);
    await audit.sending(sendingOf());
    await audit.close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(path.dirname(file)).mode & 0o077, 0);
  });

  it("gets the records of commands that wait with one write, and they go out together", async () => {
    const disk = new TroubledDisk();
    disk.hang();
    const audit = new AuditFiles({}, disk).open(at("a"), assert.fail);
    const first = texts(0, 8).map((args) => audit.sending(sendingOf(args)));
    while (disk.writes === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = texts(8, 64).map((args) => audit.sending(sendingOf(args)));
    assert.equal(new Set(first).size, 1);
    assert.equal(new Set(others).size, 1);
    disk.goOn();
    await Promise.all([...first, ...others]);
    assert.equal(disk.writes, 2);
    assert.deepEqual(argsOf(linesOf(at("a"))), texts(0, 64));
    await audit.close();
  });

  it("goes on after a restart", async () => {
    for (let start = 0; start < 3; start++) {
      const audit = new AuditFiles().open(at("a"), assert.fail);
      await audit.sending(sendingOf(String(start)));
      await audit.close();
    }
    assert.deepEqual(argsOf(linesOf(at("a"))), texts(0, 3));
  });

  it("begins a new line after one that a killed process has left unfinished", async () => {
    writeFileSync(at("a"), '{"event":"sending"}\n{"event":"outc');
    const audit = new AuditFiles().open(at("a"), assert.fail);
    await sendOneByOne(audit, ["1", "2"]);
    await audit.close();
    const [whole, broken, ...written] = readFileSync(at("a"), "utf8").trimEnd().split("\n");
    assert.deepEqual([whole, broken], ['{"event":"sending"}', '{"event":"outc']);
    assert.deepEqual(argsOf(written.map((line) => JSON.parse(line) as { args: string })), ["1", "2"]);
  });

  it("rotates under load without losing or splitting a line; five files of limited size are kept", async () => {
    const limits = { maxBytes: 20_000, kept: 5 };
    const audit = new AuditFiles(limits).open(at("a"), assert.fail);
    const sent: string[] = [];
    const send = async (worker: number): Promise<void> => {
      for (let count = 0; count < 40; count++) {
        const args = `${worker}-${count}-${"x".repeat((worker * 37 + count * 13) % 200)}`;
        sent.push(args);
        const record = sendingOf(args);
        await audit.sending(record);
        if (count % 2 === 0) audit.ended(outcomeRecord(record, done));
      }
    };
    // 64 commands in flight, more than six files of records.
    await Promise.all(Array.from({ length: 64 }, async (_, worker) => send(worker)));
    await audit.close();
    const names = readdirSync(at(".")).sort();
    assert.deepEqual(names, ["a", "a.1", "a.2", "a.3", "a.4", "a.5"]);
    for (const name of names) assert.ok(statSync(at(name)).size <= limits.maxBytes, name);
    for (const name of names.slice(1)) assert.ok(statSync(at(name)).size > limits.maxBytes - 1000, name);
    const kept = allLinesOf(at("a"));
    // Nothing is missing between the oldest and the newest.
    const args = kept.filter(({ event }) => event === "sending").map((line) => line.args!);
    assert.deepEqual(args.toSorted(), sent.slice(-args.length).toSorted());
    assert.equal(new Set(kept.map(({ id, event }) => `${id} ${event}`)).size, kept.length);
  });

  it("keeps everything while there are not yet too many files", async () => {
    const audit = new AuditFiles({ maxBytes: 4000, kept: 50 }).open(at("a"), assert.fail);
    await Promise.all(texts(0, 200).map(async (args) => audit.sending(sendingOf(args))));
    await audit.close();
    assert.ok(readdirSync(at(".")).length > 10);
    const numbers = argsOf(allLinesOf(at("a"))).map(Number);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      texts(0, 200).map(Number),
    );
  });

  it("loses no file if a crash interrupts the rotation", async () => {
    for (const name of ["a.1", "a.3", "a.4", "a.5"]) writeFileSync(at(name), `${name}\n`);
    writeFileSync(at("a"), `${"x".repeat(1000)}\n`);
    const audit = new AuditFiles({ maxBytes: 1000 }).open(at("a"), assert.fail);
    await audit.sending(sendingOf());
    await audit.close();
    const found = ["a.2", "a.3", "a.4", "a.5"].map((name) => readFileSync(at(name), "utf8").trim());
    assert.deepEqual(found, ["a.1", "a.3", "a.4", "a.5"]);
    assert.equal(statSync(at("a.1")).size, 1001);
    assert.equal(linesOf(at("a")).length, 1);
  });

  it("puts a record larger than the size limit into a file of its own", async () => {
    const audit = new AuditFiles({ maxBytes: 1000 }).open(at("a"), assert.fail);
    await Promise.all(["1", "y".repeat(5000), "2"].map(async (args) => audit.sending(sendingOf(args))));
    await audit.close();
    assert.deepEqual(
      ["a.2", "a.1", "a"].map((name) => argsOf(linesOf(at(name)))[0]?.slice(0, 1)),
      ["1", "y", "2"],
    );
  });

  it("keeps working if another program rotates, removes or truncates it", async () => {
    const audit = new AuditFiles().open(at("in/a"), assert.fail);
    await sendOneByOne(audit, ["1"]);
    renameSync(at("in/a"), at("in/old"));
    await sendOneByOne(audit, ["2"]);
    assert.deepEqual([argsOf(linesOf(at("in/old"))), argsOf(linesOf(at("in/a")))], [["1"], ["2"]]);
    rmSync(at("in/a"));
    await sendOneByOne(audit, ["3"]);
    assert.deepEqual(argsOf(linesOf(at("in/a"))), ["3"]);
    // As logrotate does it, which makes the new file itself.
    renameSync(at("in/a"), at("in/older"));
    writeFileSync(at("in/a"), "");
    await sendOneByOne(audit, ["3a"]);
    assert.deepEqual(argsOf(linesOf(at("in/a"))), ["3a"]);
    rmSync(at("in"), { recursive: true });
    await sendOneByOne(audit, ["4"]);
    assert.deepEqual(argsOf(linesOf(at("in/a"))), ["4"]);
    // As logrotate's copytruncate does it.
    writeFileSync(at("in/a"), "");
    await sendOneByOne(audit, ["5"]);
    assert.deepEqual(argsOf(linesOf(at("in/a"))), ["5"]);
    appendFileSync(at("in/a"), '{"event":"note"}\n');
    await sendOneByOne(audit, ["6"]);
    assert.deepEqual(argsOf(linesOf(at("in/a"))), ["5", undefined, "6"]);
    await audit.close();
  });

  it("is one for each account", async () => {
    const files = new AuditFiles();
    const audits = ["a1", "b2"].map((id) => files.open(auditFilePath(at("."), id), assert.fail));
    await Promise.all(
      audits.map(async (audit, account) => sendOneByOne(audit, texts(account * 50, account * 50 + 50))),
    );
    await Promise.all(audits.map(async (audit) => audit.close()));
    assert.deepEqual(argsOf(linesOf(at("aliyun-iot/audit-a1.jsonl"))), texts(0, 50));
    assert.deepEqual(argsOf(linesOf(at("aliyun-iot/audit-b2.jsonl"))), texts(50, 100));
  });

  it("stays in its folder, whatever the id of the account is", () => {
    const ids = [
      "../../x",
      "..",
      "a/b",
      "a\\b",
      "",
      "阀门",
      "\ud800",
      "C:x",
      "a\0b",
      "x".repeat(5000),
      "x".repeat(4999),
    ];
    const paths = ids.map((id) => auditFilePath("/data", id));
    for (const each of paths) {
      assert.equal(path.dirname(each), path.join("/data", "aliyun-iot"));
      assert.match(path.basename(each), /^audit-[\w.%-]{0,120}\.jsonl$/);
    }
    assert.equal(new Set(paths).size, ids.length);
  });
});

describe("an audit file at a deploy", () => {
  const at = useFolder();

  it("contains the last records of the old account and the first of the new one", async () => {
    const files = new AuditFiles({ maxBytes: 5000, kept: 100 });
    let audit = files.open(at("a"), assert.fail);
    const sent: string[] = [];
    const waits: Promise<void>[] = [];
    for (let deploy = 0; deploy < 10; deploy++) {
      const records = texts(0, 20).map((count) => sendingOf(`${deploy}-${count}`));
      sent.push(...records.map(({ args }) => args!));
      for (const record of records) waits.push(Promise.resolve(audit.sending(record)));
      const old = audit;
      waits.push(old.close());
      // Calls that are cut off by the deploy end a moment later.
      void Promise.resolve().then(() => {
        for (const record of records) old.ended(outcomeRecord(record, { ...done, outcome: "unknown" }));
      });
      audit = files.open(at("a"), assert.fail);
    }
    await Promise.all(waits);
    await audit.close();
    const lines = allLinesOf(at("a"));
    assert.deepEqual(
      lines
        .filter(({ event }) => event === "sending")
        .map(({ args = "" }) => args)
        .toSorted(),
      sent.toSorted(),
    );
    assert.equal(lines.filter(({ outcome }) => outcome === "unknown").length, sent.length);
  });

  it("contains the outcomes of calls that end because the account closes", async () => {
    const audit = new AuditFiles().open(at("a"), assert.fail);
    const record = sendingOf("1");
    await audit.sending(record);
    const closing = audit.close();
    const ending = (async () => {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      audit.ended(outcomeRecord(record, { ...done, outcome: "unknown" }));
    })();
    await Promise.all([closing, ending]);
    assert.deepEqual(
      linesOf(at("a")).map(({ event }) => event),
      ["sending", "outcome"],
    );
  });

  it("is not kept open, and may be opened again", async () => {
    const files = new AuditFiles();
    for (let deploy = 0; deploy < 3; deploy++) {
      const audit = files.open(at("a"), assert.fail);
      await audit.sending(sendingOf(String(deploy)));
      await Promise.all([audit.close(), audit.close()]);
      assert.equal(audit.sending(sendingOf("late")), undefined);
      if (process.platform !== "linux") continue;
      const open = readdirSync("/proc/self/fd").filter((fd) => existsSync(`/proc/self/fd/${fd}`));
      assert.equal(
        open.filter((fd) => statSync(`/proc/self/fd/${fd}`).ino === statSync(at("a")).ino).length,
        0,
      );
    }
    assert.deepEqual(argsOf(linesOf(at("a"))), texts(0, 3));
  });

  it("that is never used is never made", async () => {
    const audit = new AuditFiles().open(at("folder/a"), assert.fail);
    await audit.close();
    assert.ok(!existsSync(at("folder")));
  });
});
