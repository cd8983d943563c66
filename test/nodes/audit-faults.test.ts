import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import { realDisk } from "../../lib/audit/disk";
import type { AuditRecord } from "../../lib/audit/record";
import type { Simulator } from "../../lib/simulator/simulator";
import { eventually, fade, type FlowOptions, lamp, simulated, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer, success } from "../support/raw-server";

const onTab = { z: "tab", x: 1, y: 1 };

describe("audit of an account with a failing file", () => {
  let simulator: Simulator;
  let options: FlowOptions;
  let userDir: string;
  let folder: string;
  const write = realDisk.write.bind(realDisk);

  beforeEach(async () => {
    userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
    folder = path.join(userDir, "aliyun-iot");
    helper.settings({ userDir });
    ({ simulator, toIt: options } = await simulated());
  });
  afterEach(async () => {
    realDisk.write = write;
    await unload();
    helper.settings({});
    await simulator.close();
    rmSync(userDir, { recursive: true });
  });

  function flowWith(account: object, more: FlowOptions = {}): Promise<TestFlow> {
    const audited = { ...options.account, audit: "file", rate: 1_000_000, ...account };
    return TestFlow.load({ ...options, ...more, account: audited });
  }

  function records(name = "audit-account.jsonl"): AuditRecord[] {
    const text = readFileSync(path.join(folder, name), "utf8");
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as AuditRecord]));
  }

  /** Every sending record has its outcome. */
  function assertPaired(all: AuditRecord[], count: number): void {
    const idsOf = (wanted: string): string[] =>
      all.flatMap((record) => (record.event === wanted && "id" in record ? [record.id] : [])).toSorted();
    assert.equal(idsOf("sending").length, count);
    assert.deepEqual(idsOf("outcome"), idsOf("sending"));
  }

  /** What the account has said in the log, errors and what is over. */
  const said = (): string[] =>
    (helper.log().args as unknown as [{ level: number; msg: unknown; id?: string }][])
      .filter(([{ level, id }]) => (level === 20 || level === 40) && id === "account")
      .map(([{ msg }]) => String(msg));

  const blockAs: [what: string, make: (file: string) => void][] = [
    ["a folder", (file) => mkdirSync(file, { recursive: true })],
    ["a link to a device that is full", (file) => symlinkSync("/dev/full", file)],
  ];
  for (const [what, make] of blockAs) {
    it(`does not stop commands and reports once if ${what} is in the file's place`, async () => {
      mkdirSync(folder);
      make(path.join(folder, "audit-account.jsonl"));
      const flow = await flowWith({});
      for (let n = 0; n < 20; n++) assert.equal((await flow.run({ payload: fade })).port, "result");
      assert.equal(simulator.executions.length, 20);
      assert.equal(said().length, 1, said().join("\n"));
      assert.match(said()[0]!, /audit-account\.jsonl/);
    });
  }

  it("does not stop commands if the disk is full, reports it once and counts missing records", async () => {
    let isFull = true;
    realDisk.write = (...all) =>
      isFull ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : write(...all);
    const flow = await flowWith({});
    for (let n = 0; n < 10; n++) assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(said().length, 1, said().join("\n"));
    isFull = false;
    await flow.run({ payload: fade });
    await unload();
    const [gap] = records();
    assert.ok(gap?.event === "gap" && gap.lost >= 19, JSON.stringify(gap));
    assert.equal(said().length, 2);
  });

  it("lets a thousand commands pass in time if the disk does not respond", async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    realDisk.write = async (...all) => {
      await gate;
      return write(...all);
    };
    // Shorter than the audit's patience.
    const flow = await flowWith({ timeout: 1 });
    for (let n = 0; n < 1000; n++) flow.send({ payload: fade });
    await flow.until(() => flow.arrivals.length === 1000);
    assert.deepEqual(new Set(flow.arrivals.map(({ msg }) => msg.error?.code)), new Set([undefined]));
    assert.equal(simulator.executions.length, 1000);
    assert.equal(said().length, 1, said().join("\n"));
    goOn();
    await unload();
    assertPaired(records(), 1000);
  }).timeout(60_000);

  it("ends at a deploy while the disk does not respond, and what waited for it was not sent", async () => {
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let writes = 0;
    realDisk.write = async (...all) => {
      writes++;
      await gate;
      return write(...all);
    };
    const flow = await flowWith({});
    for (let n = 0; n < 100; n++) flow.send({ payload: fade });
    await eventually(() => writes > 0);
    await unload();
    assert.equal(simulator.executions.length, 0);
    goOn();
  }).timeout(60_000);

  it("has the outcome of every command at a deploy in the middle of them, whenever it comes", async () => {
    const moments = fc.sample(fc.integer({ min: 0, max: 300 }), 10);
    let count = 0;
    for (const moment of moments) {
      const before = simulator.executions.length;
      const flow = await flowWith({ concurrency: 32 });
      for (let n = 0; n < 400; n++) flow.send({ payload: `{"Level":1.0,"DurationMs":${++count},"Curve":1}` });
      await eventually(() => simulator.executions.length - before >= moment);
      await unload();
    }
    const all = records();
    const sent = all.flatMap((record) => (record.event === "sending" ? [record.args] : []));
    assertPaired(all, sent.length);
    const recorded = new Set(sent);
    for (const { args } of simulator.executions) {
      assert.ok(recorded.has(`{"Level":1.0,"DurationMs":${Number(args["DurationMs"])},"Curve":1}`));
    }
  }).timeout(60_000);

  it("keeps two accounts apart, in two files", async () => {
    const second = {
      ...options.account,
      id: "second",
      type: "aliyun-iot-account",
      audit: "file",
      name: "Two",
    };
    const invoke = { ...onTab, id: "two", type: "aliyun-iot-invoke-service", ...lamp, account: "second" };
    const flow = await flowWith(
      { name: "One" },
      {
        more: [second, { ...invoke, wires: [["result"], ["failure"]] }],
        moreCredentials: { second: options.credentials! },
      },
    );
    for (let n = 0; n < 50; n++) {
      flow.send({ payload: fade });
      helper.getNode("two").receive({ payload: fade });
    }
    await flow.until(() => flow.arrivals.length === 100);
    await unload();
    assert.deepEqual(readdirSync(folder).toSorted(), ["audit-account.jsonl", "audit-second.jsonl"]);
    for (const [file, name] of [
      ["audit-account.jsonl", "One"],
      ["audit-second.jsonl", "Two"],
    ] as const) {
      assertPaired(records(file), 50);
      for (const record of records(file)) assert.ok("account" in record && record.account.name === name);
    }
  });

  it("is rotated at 10 MB, and five older files are kept", async () => {
    mkdirSync(folder);
    const file = path.join(folder, "audit-account.jsonl");
    const full = `${" ".repeat(10 * 1024 * 1024 - 100)}\n`;
    writeFileSync(file, full);
    for (let older = 1; older <= 5; older++) writeFileSync(`${file}.${older}`, `${older}\n`);
    const flow = await flowWith({});
    await flow.run({ payload: fade });
    await unload();
    assertPaired(records(), 1);
    assert.equal(statSync(`${file}.1`).size, full.length);
    assert.deepEqual(
      [2, 3, 4, 5].map((older) => readFileSync(`${file}.${older}`, "utf8")),
      ["1\n", "2\n", "3\n", "4\n"],
    );
    assert.equal(readdirSync(folder).length, 6);
  });

  it("accepts any value as the user of a request", async () => {
    const flow = await flowWith({});
    const cyclic: Record<string, unknown> = {};
    cyclic["username"] = cyclic;
    const throwing = Object.defineProperty({}, "username", {
      get: () => {
        throw new Error("hostile");
      },
    });
    const users = [cyclic, throwing, "n".repeat(10_000_000), { username: "\u2028\n\u001b[31m" }, null, 5];
    for (const user of users) assert.equal((await flow.run({ payload: fade, req: { user } })).port, "result");
    const req = new Proxy({}, { get: () => throwing, has: () => true });
    assert.equal((await flow.run({ payload: fade, req })).port, "result");
    await unload();
    assertPaired(records(), users.length + 1);
    assert.ok(statSync(path.join(folder, "audit-account.jsonl")).size < 20_000);
  });

  it("never contains a secret, even if the platform returns one", async () => {
    const secrets = { accessKeyId: "testid", accessKeySecret: "S3cr3t/Key+", securityToken: "T0k3n==/x" };
    let signature = "none";
    let echo = (): string => "";
    const server = await RawServer.start((request, socket) => {
      signature = /Signature=(\w+)/.exec(request)?.[1] ?? "none";
      socket.write(httpAnswer(echo()));
    });
    try {
      const flow = await TestFlow.load({
        account: { endpoint: server.url.href, credentialType: "sts", audit: "file" },
        credentials: secrets,
      });
      const kind = fc.constantFrom("secret", "token", "signature");
      const where = fc.constantFrom("Code", "ErrorMessage", "RequestId", "MessageId");
      const wrap = fc.constantFrom(
        (text: string) => text,
        encodeURIComponent,
        (text: string) => `<${text}> ${text}`,
      );
      const seen: string[] = [];
      await fc.assert(
        fc.asyncProperty(kind, where, wrap, fc.boolean(), async (of, field, context, isFine) => {
          echo = () => {
            const secret = { secret: secrets.accessKeySecret, token: secrets.securityToken, signature }[of];
            seen.push(secret);
            if (!isFine)
              return JSON.stringify({
                RequestId: "R",
                Success: false,
                Code: "iot.x",
                [field]: context(secret),
              });
            return success({ code: 200, data: {}, id: "1" }, context(secret));
          };
          await flow.run({ payload: {} });
        }),
        { numRuns: 100 },
      );
      await unload();
      const text = readFileSync(path.join(folder, "audit-account.jsonl"), "utf8");
      assertPaired(records(), 100);
      for (const secret of [...seen, ...seen.map(encodeURIComponent)])
        assert.ok(!text.includes(secret), secret);
    } finally {
      await server.close();
    }
  });
});
