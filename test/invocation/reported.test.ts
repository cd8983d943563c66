import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Cancellation } from "../../lib/base/cancellation";
import { Failure } from "../../lib/base/failure";
import type { PropertyCommand } from "../../lib/invocation/property-operation";
import type { Confirmation, Expectation } from "../../lib/invocation/reply-source";
import type { PresentValues } from "../../lib/invocation/report-source";
import { ReportedValues } from "../../lib/invocation/reported";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { Replies } from "../../lib/subscription/replies";
import { Reports } from "../../lib/subscription/reports";
import { HeldWatches, Watches } from "../../lib/subscription/watches";

const target = { productKey: "a1", deviceName: "light01" };
const patience = 30_000;

function command(items: object): PropertyCommand {
  return {
    target,
    items: JSON.stringify(items),
    names: Object.keys(items),
    mode: "now",
    qos: 0,
    versions: "{}",
  };
}

describe("a property set that is confirmed by what the device reports", () => {
  let clock: SinonFakeTimers;
  let reports: Watches;
  let replies: Replies;
  let source: ReportedValues;
  /** How far the platform's clock is ahead of this machine's. */
  let ahead: number;
  let present: Record<string, { value: unknown; time: number | undefined }>;
  let reads: number;
  /** In place of what is present: an answer that takes its time. */
  let reading: Promise<Map<string, { value: unknown; time: number }>> | undefined;

  beforeEach(() => {
    clock = useFakeTimers({ now: 1_700_000_000_000 });
    ahead = 0;
    present = {};
    reads = 0;
    reports = new Watches();
    replies = new Replies({ isOurs: () => true, onForeign: () => undefined, now: () => Date.now() });
    reading = undefined;
    const read: PresentValues["read"] = async () => {
      reads++;
      return reading ?? new Map(Object.entries(present));
    };
    source = new ReportedValues({
      sets: { expect: (device) => replies.expectAnswerTo("property/set", device) },
      reports: new Reports(new HeldWatches(reports)),
      present: { read },
      clock: { at: (moment) => moment - performance.now() + Date.now() + ahead },
      models: undefined,
    });
  });

  afterEach(() => clock.restore());

  const platformTime = (): number => Date.now() + ahead;
  function post(items: object, generateTime: number | undefined = platformTime(), more: object = {}): void {
    const timed = Object.entries(items).map(([name, value]) => [name, { value, time: generateTime }]);
    reports.offer({
      kind: "property",
      topic: "/a1/light01/thing/event/property/post",
      productKey: "a1",
      deviceName: "light01",
      messageId: "m",
      generateTime,
      payload: { items: Object.fromEntries(timed) },
      format: "json",
      ...more,
    });
  }
  function reply(code: number, id = "7", generateTime = platformTime()): void {
    const message: DeviceMessage = {
      kind: "reply",
      topic: "/a1/light01/thing/downlink/reply/message",
      productKey: "a1",
      deviceName: "light01",
      identifier: "property/set",
      requestId: id,
      messageId: `reply-${id}`,
      generateTime,
      payload: { code, message: "jammed", data: {} },
      format: "json",
    };
    replies.offer(message);
  }
  function waiting(items: object, signal?: Cancellation): { expected: Expectation; end: Promise<string> } {
    const expected = source.expect(target, command(items));
    clock.tick(5);
    return { expected, end: endOf(expected.reply("7", patience, signal)) };
  }
  async function endOf(confirming: Promise<Confirmation>): Promise<string> {
    try {
      const { code, data } = await confirming;
      const { items } = data as { items: Record<string, { value: unknown }> };
      const values = Object.entries(items).map(([name, { value }]) => `${name}=${JSON.stringify(value)}`);
      return [String(code), ...values].join(" ");
    } catch (error) {
      assert.ok(error instanceof Failure, String(error));
      return `${error.code} ${error.outcome}`;
    }
  }
  /** Lets everything happen that is due without time passing. */
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  async function isOpen(end: Promise<string>): Promise<boolean> {
    let isSettled = false;
    void end.then(() => (isSettled = true));
    await settle();
    return !isSettled;
  }

  it("ends with the post that shows the value", async () => {
    const { end } = waiting({ A: 5 });
    assert.ok(await isOpen(end));
    post({ A: 4 });
    assert.ok(await isOpen(end));
    post({ A: 5, B: 1 });
    assert.equal(await end, "undefined A=5");
    assert.equal(reports.size, 0);
    assert.equal(replies.size, 0);
  });

  it("ends once every value has been shown, in however many posts", async () => {
    const { end } = waiting({ A: 5, B: [1, 2], C: { x: "y" } });
    post({ A: 5 });
    post({ C: { x: "y", z: 1 } });
    reply(200);
    assert.ok(await isOpen(end));
    post({ B: [1, 2] });
    assert.equal(await end, '200 A=5 C={"x":"y","z":1} B=[1,2]');
  });

  it("goes on where a value that was shown has changed again", async () => {
    const { end } = waiting({ A: 5, B: 6 });
    post({ A: 5 });
    clock.tick(1);
    post({ A: 4 });
    post({ B: 6 });
    assert.ok(await isOpen(end));
    clock.tick(1);
    post({ A: 5 });
    assert.equal(await end, "undefined A=5 B=6");
  });

  it("takes posts that come before the platform's answer, and those that overtake each other", async () => {
    const expected = source.expect(target, command({ A: 5 }));
    post({ A: 5 });
    // Of a command that was sent after it.
    clock.tick(1);
    post({ A: 6 });
    assert.equal(await endOf(expected.reply("7", patience)), "undefined A=5");
    const { end } = waiting({ A: 1 });
    const first = platformTime();
    clock.tick(10);
    post({ A: 2 });
    post({ A: 1 }, first);
    assert.equal(await end, "undefined A=1");
  });

  for (const [name, difference] of [
    ["the same as", 0],
    ["an hour behind", -3_600_000],
    ["a day ahead of", 86_400_000],
  ] as const) {
    it(`is not ended by an older post, where the platform's clock is ${name} this machine's`, async () => {
      ahead = difference;
      const before = platformTime();
      clock.tick(1);
      const { end } = waiting({ A: 5 });
      post({ A: 5 }, before);
      post({ A: 5 }, before - 60_000);
      assert.ok(await isOpen(end));
      post({ A: 5 });
      assert.equal(await end, "undefined A=5");
    });
  }

  it("is not ended by a post without a time, by one of the past, or by another device's", async () => {
    const { end } = waiting({ A: 5 });
    post({ A: 5 }, undefined, { generateTime: undefined });
    post({ A: 5 }, platformTime(), { topic: "/a1/light01/thing/event/property/history/post" });
    post({ A: 5 }, platformTime(), { deviceName: "light02" });
    post({ A: 5 }, platformTime(), { kind: "event" });
    assert.ok(await isOpen(end));
  });

  it("takes what was created after the device's reply, however wrong the clocks are", async () => {
    const { end } = waiting({ A: 5 });
    const platform = Date.now() - 3_600_000;
    post({ A: 5 }, platform + 20);
    assert.ok(await isOpen(end));
    reply(200, "7", platform + 10);
    assert.equal(await end, "200 A=5");
  });

  it("takes the newest value of a batch", async () => {
    const { end } = waiting({ A: 5 });
    const batch = (list: object[]): void => {
      post({}, platformTime(), {
        topic: "/a1/light01/thing/property/batch/post",
        payload: { items: { A: list } },
      });
    };
    batch([
      { value: 5, time: 1 },
      { value: 4, time: 2 },
    ]);
    assert.ok(await isOpen(end));
    batch([
      { value: 5, time: 4 },
      { value: 4, time: 3 },
    ]);
    assert.equal(await end, "undefined A=5");
  });

  it("fails at once with the device's error, also one that comes after a good reply's post of something else", async () => {
    const { end } = waiting({ A: 5 });
    post({ A: 4 });
    reply(100001);
    assert.equal(await end, "100001 failed");
    assert.equal(reports.size + replies.size, 0);
  });

  it("reads the present values once when the time is over, and takes equal ones that are not older", async () => {
    const { end } = waiting({ A: 5, B: 6 });
    reply(200);
    post({ A: 5 });
    await settle();
    present = { B: { value: "6", time: platformTime() } };
    await clock.tickAsync(patience - 10);
    assert.equal(reads, 0);
    await clock.tickAsync(10);
    assert.equal(await end, '200 A=5 B="6"');
    assert.equal(reads, 1);
  });

  it("ends as unknown where nothing was reported since, though the value is the same", async () => {
    const before = platformTime();
    clock.tick(1);
    const { end } = waiting({ A: 5 });
    present = { A: { value: 5, time: before } };
    await clock.tickAsync(patience);
    assert.equal(await end, "reply-timeout unknown");
    assert.equal(reads, 1);
  });

  it("fails where the device reports something else, by a post or by what is read", async () => {
    for (const [posted, read] of [
      [4, undefined],
      [undefined, 4],
      [4, 3],
    ]) {
      const { end } = waiting({ A: 5 });
      if (posted !== undefined) post({ A: posted });
      present = read === undefined ? {} : { A: { value: read, time: platformTime() } };
      await clock.tickAsync(patience);
      assert.equal(await end, "not-reported failed");
    }
  });

  it("judges by the posts where the present values cannot be read, or not in ten seconds", async () => {
    const broken = new ReportedValues({
      sets: replies,
      reports: new Reports(reports),
      present: { read: () => Promise.reject(new Error("no permission")) },
      clock: { at: () => 0 },
      models: undefined,
    });
    const silent = endOf(broken.expect(target, command({ A: 5 })).reply("7", 100));
    await clock.tickAsync(100);
    assert.equal(await silent, "reply-timeout unknown");
    const hung = new ReportedValues({
      sets: replies,
      reports: new Reports(reports),
      present: { read: () => new Promise(() => undefined) },
      clock: { at: () => 0 },
      models: undefined,
    });
    const late = endOf(hung.expect(target, command({ A: 5 })).reply("7", 100));
    await clock.tickAsync(100);
    assert.ok(await isOpen(late));
    await clock.tickAsync(10_000);
    assert.equal(await late, "reply-timeout unknown");
  });

  it("takes a post that comes while the present values are read", async () => {
    const { end } = waiting({ A: 5 });
    let answer: (values: Map<string, { value: unknown; time: number }>) => void = () => undefined;
    reading = new Promise((resolve) => (answer = resolve));
    await clock.tickAsync(patience);
    post({ A: 5 });
    assert.equal(await end, "undefined A=5");
    answer(new Map());
    await settle();
    assert.equal(reports.size + replies.size, 0);
  });

  it("is over at once where there is only something to clear", async () => {
    const { end } = waiting({ A: null });
    assert.equal(await end, "undefined");
  });

  it("ends as closed with its flow or with its subscription, at any time", async () => {
    const flow = new Cancellation();
    for (const happens of [() => undefined, () => reply(200)]) {
      const stopped = new Cancellation();
      const { end } = waiting({ A: 5 }, stopped);
      happens();
      await settle();
      stopped.abort();
      assert.equal(await end, "closed unknown");
      assert.equal(reports.size + replies.size, 0);
    }
    const { end } = waiting({ A: 5 }, flow);
    reports.close();
    assert.equal(await end, "closed unknown");
    assert.equal(
      await endOf(source.expect(target, command({ A: 5 })).reply("8", patience)),
      "closed unknown",
    );
  });

  it("leaves nothing behind where the call fails before the wait", () => {
    const expected = source.expect(target, command({ A: 5 }));
    post({ A: 5 });
    expected.end();
    expected.end();
    assert.equal(reports.size + replies.size, 0);
    assert.equal(clock.countTimers(), 0);
  });
});
