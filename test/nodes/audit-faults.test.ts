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
import { isFull } from "../support/long-run";
import { eventually, type FlowOptions, simulated, TestFlow, unload } from "../support/nodes";
import { furtherNode, nodeOf, operations, promptSample } from "../support/operations";
import { httpAnswer, RawServer } from "../support/raw-server";

for (const [index, operation] of operations.entries())
  describe(`${operation.name}: audit of an account with a failing file`, () => {
    const { payload } = operation;
    // All commands go through the same audit.
    const share = index === 0 || isFull ? 1 : 0.1;
    const many = 1000 * share;
    let simulator: Simulator;
    let options: FlowOptions;
    let userDir: string;
    let folder: string;
    const write = realDisk.write.bind(realDisk);

    beforeEach(async () => {
      userDir = mkdtempSync(path.join(tmpdir(), "audit-"));
      folder = path.join(userDir, "aliyun-iot");
      helper.settings({ userDir });
      ({ simulator, toIt: options } = await simulated({ definition: promptSample }));
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
      return TestFlow.load({ ...options, ...nodeOf(operation, more), account: audited });
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
        for (let n = 0; n < 20; n++) assert.equal((await flow.run({ payload })).port, "result");
        assert.equal(simulator.executions.length, 20);
        assert.equal(said().length, 1, said().join("\n"));
        assert.match(said()[0]!, /audit-account\.jsonl/);
      });
    }

    it("does not stop commands if the disk is full, reports it once and counts missing records", async () => {
      let isDiskFull = true;
      realDisk.write = (...all) =>
        isDiskFull ? Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })) : write(...all);
      const flow = await flowWith({});
      for (let n = 0; n < 10; n++) assert.equal((await flow.run({ payload })).port, "result");
      assert.equal(said().length, 1, said().join("\n"));
      isDiskFull = false;
      await flow.run({ payload });
      await unload();
      const [gap] = records();
      assert.ok(gap?.event === "gap" && gap.lost >= 19, JSON.stringify(gap));
      assert.equal(said().length, 2);
    });

    it(`lets ${many} commands pass in time if the disk does not respond`, async () => {
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      realDisk.write = async (...all) => {
        await gate;
        return write(...all);
      };
      // Shorter than the audit's patience; and few at a time, since a busy machine answers many of them late.
      const flow = await flowWith({ timeout: 2.5, concurrency: 16 });
      for (let n = 0; n < many; n++) flow.send({ payload });
      await flow.until(() => flow.arrivals.length === many);
      assert.deepEqual(new Set(flow.arrivals.map(({ msg }) => msg.error?.code)), new Set([undefined]));
      assert.equal(simulator.executions.length, many);
      assert.equal(said().length, 1, said().join("\n"));
      goOn();
      await unload();
      assertPaired(records(), many);
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
      for (let n = 0; n < 100; n++) flow.send({ payload });
      await eventually(() => writes > 0);
      await unload();
      assert.equal(simulator.executions.length, 0);
      goOn();
    }).timeout(60_000);

    it("has the outcome of every command at a deploy in the middle of them, whenever it comes", async () => {
      const moments = fc.sample(fc.integer({ min: 0, max: 300 }), Math.max(2, 10 * share));
      let count = 0;
      for (const moment of moments) {
        const before = simulator.executions.length;
        const flow = await flowWith({ concurrency: 32 });
        for (let n = 0; n < 400; n++) flow.send({ payload: operation.numbered(++count, 1) });
        await eventually(() => simulator.executions.length - before >= moment);
        await unload();
      }
      const all = records();
      const sent = all.flatMap((record) => (record.event === "sending" ? [record.args] : []));
      assertPaired(all, sent.length);
      const recorded = new Set(sent);
      for (const { args } of simulator.executions) {
        assert.ok(recorded.has(operation.carriedOut(args)));
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
      const flow = await flowWith(
        { name: "One" },
        {
          more: [second, { ...furtherNode(operation, "two"), account: "second" }],
          moreCredentials: { second: options.credentials! },
        },
      );
      for (let n = 0; n < 50; n++) {
        flow.send({ payload });
        helper.getNode("two").receive({ payload });
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
      await flow.run({ payload });
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
      for (const user of users) assert.equal((await flow.run({ payload, req: { user } })).port, "result");
      const req = new Proxy({}, { get: () => throwing, has: () => true });
      assert.equal((await flow.run({ payload, req })).port, "result");
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
          ...nodeOf(operation),
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
              return operation.answer(context(secret));
            };
            await flow.run({ payload });
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
