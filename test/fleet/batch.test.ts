import assert from "node:assert/strict";
import { Cancellation } from "../../lib/base/cancellation";
import { closed, Failure } from "../../lib/base/failure";
import type { Client, Parameters } from "../../lib/cloud/client";
import { classify } from "../../lib/cloud/error-catalog";
import { Batch } from "../../lib/fleet/batch/batch";
import { BatchLimits } from "../../lib/fleet/batch/batch-limits";
import { serviceCommand } from "../../lib/fleet/command";
import type { Ended } from "../../lib/fleet/ended";
import { OwnArgs } from "../../lib/fleet/own-args";
import type { DeviceRun } from "../../lib/fleet/strategy";
import type { AuditTrail } from "../../lib/invocation/audit-trail";
import { Governor } from "../../lib/invocation/governor";
import type { Account } from "../../lib/invocation/invoke";
import { devices } from "./fake-fleet";

type Answer = () => Promise<{ requestId?: string }>;

const words = (text: string | { key: string }): string => (typeof text === "string" ? text : text.key);

/** The platform's refusal with this code. */
function refusal(code: string): Failure {
  return new Failure({ ...classify(code), code, text: code, requestId: "r1" });
}

function lost(): Failure {
  return new Failure({
    code: "connection-lost",
    category: "network",
    outcome: "unknown",
    retryable: false,
    text: "lost",
  });
}

/** Commands ten lamps in a batch, with the answers of the platform as a test has them. */
class Bench {
  readonly calls: Parameters[] = [];
  readonly ended = new Map<number, Ended>();
  readonly withdrawn: number[] = [];
  readonly turn = new Cancellation();
  readonly closing = new Cancellation();
  readonly limits = new BatchLimits();
  /** Of the account. */
  more: Partial<Account> = {};
  /** How long the args are checked; undefined: not at all. */
  checking: Promise<void> | undefined;
  private readonly governor = new Governor({ rate: 1e6, concurrency: 8, queueLimit: 10, queueTtl: 0 });

  constructor(private readonly answers: Answer[]) {}

  async run(delivery: "at-most-once" | "at-least-once" = "at-most-once", list = devices(10)): Promise<void> {
    const client = {
      clock: { at: (moment: number) => moment },
      call: (_action: string, parameters: Parameters) => {
        this.calls.push(parameters);
        return (this.answers.shift() ?? (() => Promise.resolve({ requestId: "r2" })))();
      },
    };
    const account: Account = {
      client: client as unknown as Client,
      governor: this.governor.background,
      timeout: 15_000,
      ...this.more,
    };
    const check = {
      apply: <C>(_models: unknown, command: C): C | Promise<C> =>
        this.checking ? this.checking.then(() => command) : command,
      refused: () => undefined,
    };
    const command = serviceCommand("Blink", { text: '{"n":1}', isComputed: true }, check);
    const batch = new Batch(command, { account, devices: list, words, delivery, limits: this.limits });
    const run: DeviceRun = {
      turn: this.turn,
      closing: this.closing,
      begun: () => undefined,
      withdraw: (index) => this.withdrawn.push(index),
      ended: (index, ended) => {
        assert.ok(!this.ended.has(index), "ended twice");
        this.ended.set(index, ended);
      },
    };
    for (const unit of batch.divide([...list.keys()], Infinity)) await batch.carryOut(unit, run);
    this.governor.close();
    this.limits.close();
  }

  /** How all of them ended, which is the same for all. */
  get outcome(): string {
    const outcomes = new Set(
      Array.from(this.ended.values(), ({ outcome, code }) => `${outcome} ${code ?? ""}`.trim()),
    );
    assert.equal(outcomes.size, 1, [...outcomes].join());
    return [...outcomes][0]!;
  }
}

const failsWith = (failure: Failure) => (): Promise<never> => Promise.reject(failure);

describe("a batch", () => {
  it("is accepted for each of its devices", async () => {
    const bench = new Bench([]);
    await bench.run();
    assert.equal(bench.outcome, "accepted");
    assert.deepEqual(bench.calls, [
      {
        ProductKey: "a1Lamp",
        DeviceName: devices(10).map(({ deviceName }) => deviceName),
        Identifier: "Blink",
        Args: '{"n":1}',
      },
    ]);
  });

  it("that is refused before anything was looked at is refused for each", async () => {
    for (const code of [
      "SignatureDoesNotMatch",
      "Forbidden.RAM",
      "iot.common.RamActionPermissionDeny",
      "MissingArgs",
    ]) {
      const bench = new Bench([failsWith(refusal(code))]);
      await bench.run();
      assert.equal(bench.outcome, `refused ${code}`);
      assert.equal(bench.calls.length, 1);
    }
  });

  it("that is refused for one of its devices is unknown for each, and is not repeated or divided", async () => {
    const codes = [
      "iot.device.NotExistedDevice",
      "iot.messagebroker.OFFLINE",
      "iot.device.InactiveDevice",
      "iot.messagebroker.RateLimit",
      "6300",
      "100001",
      "iot.something.New",
    ];
    for (const code of codes) {
      const bench = new Bench([failsWith(refusal(code))]);
      await bench.run();
      assert.equal(bench.outcome, `unknown ${code}`);
      assert.equal(bench.calls.length, 1, code);
    }
  });

  it("that may have arrived is repeated only if it may arrive twice", async () => {
    const once = new Bench([failsWith(lost())]);
    await once.run("at-most-once");
    assert.deepEqual([once.outcome, once.calls.length], ["unknown connection-lost", 1]);
    const twice = new Bench([failsWith(lost())]);
    await twice.run("at-least-once");
    assert.deepEqual([twice.outcome, twice.calls.length], ["accepted", 2]);
  });

  it("that was throttled is repeated, since nothing was looked at", async () => {
    const bench = new Bench([failsWith(refusal("Throttling.User"))]);
    await bench.run();
    assert.deepEqual([bench.outcome, bench.calls.length], ["accepted", 2]);
  });

  it("has a hundred names at most, of one product and with the same args", async () => {
    const list = devices(250).map((device, index) => ({
      ...device,
      productKey: index % 2 === 0 ? "a1Lamp" : "a1Valve",
      ...(index < 4 && { own: new OwnArgs(`{"n":${index + 5}}`, false) }),
    }));
    const bench = new Bench([]);
    await bench.run("at-most-once", list);
    const commanded = bench.calls.flatMap(({ ProductKey, DeviceName, Args }) =>
      (DeviceName as string[]).map((name) => `${String(ProductKey)}/${name} ${String(Args)}`),
    );
    const expected = list.map(
      ({ productKey, deviceName }, index) => `${productKey}/${deviceName} {"n":${index < 4 ? index + 5 : 1}}`,
    );
    assert.deepEqual(commanded.toSorted(), expected.toSorted());
    assert.ok(bench.calls.every(({ DeviceName }) => (DeviceName as string[]).length <= 100));
    assert.equal(bench.calls.length, 4 + 2 * 2);
  });

  it("whose turn is taken back while it waits was not sent", async () => {
    const bench = new Bench([]);
    bench.turn.abort();
    await bench.run();
    assert.equal(bench.calls.length, 0);
    assert.deepEqual(bench.withdrawn, [...devices(10).keys()]);
    assert.equal(bench.ended.size, 0);
  });

  it("that the node's closing finds anywhere before it is sent goes on after the restart", async () => {
    const before: Record<string, (bench: Bench, close: () => void) => void> = {
      "while args are checked": (bench, close) => {
        bench.more = { models: { get: () => new Promise(() => undefined) } as unknown as Account["models"] };
        bench.checking = new Promise(() => setImmediate(close));
      },
      "while the audit is written": (bench, close) => {
        const sending = (): unknown => ({ record: {}, written: Promise.resolve().then(close) });
        const trail = { sending, settled: () => undefined } as unknown as AuditTrail;
        bench.more = { safety: { isDryRun: false, trail } };
      },
    };
    for (const [moment, prepare] of Object.entries(before)) {
      const bench = new Bench([]);
      prepare(bench, () => {
        bench.turn.abort();
        bench.closing.abort();
      });
      await bench.run();
      assert.equal(bench.calls.length, 0, moment);
      assert.deepEqual(bench.withdrawn, [...devices(10).keys()], moment);
      assert.equal(bench.ended.size, 0, moment);
    }
  });

  it("that is under way when the node closes is unknown", async () => {
    const bench: Bench = new Bench([
      () => {
        bench.closing.abort();
        return Promise.reject(closed(true));
      },
    ]);
    await bench.run();
    assert.equal(bench.outcome, "unknown closed");
  });

  it("waits at the pace of its operation, which all nodes of the account share", async () => {
    const bench = new Bench([]);
    const begun: number[] = [];
    const gate = bench.limits.gate("InvokeThingsService");
    for (let n = 0; n < 12; n++) {
      const permit = await gate.enter();
      begun.push(performance.now());
      permit.release();
    }
    assert.ok(begun[11]! - begun[1]! >= 1000, `${begun[11]! - begun[1]!} ms`);
    assert.notEqual(bench.limits.gate("SetDevicesProperty"), gate);
  });
});
