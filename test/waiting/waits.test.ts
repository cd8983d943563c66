import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Cancellation } from "../../lib/base/cancellation";
import { Failure } from "../../lib/base/failure";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { SubscriptionState } from "../../lib/subscription/state";
import { Watches } from "../../lib/subscription/watches";
import type { Condition } from "../../lib/waiting/condition";
import { readSubject, type Subject } from "../../lib/waiting/value-path";
import type { WaitSources } from "../../lib/waiting/wait";
import { Waits } from "../../lib/waiting/waits";

const device = { productKey: "a1", deviceName: "light01" };

describe("a message that waits for a device", () => {
  let clock: SinonFakeTimers;
  let watches: Watches;
  let waits: Waits;
  let unread: unknown[];
  let state: SubscriptionState["name"];
  /** How far the platform's clock is ahead of this machine's, as far as this machine knows. */
  let ahead: number;
  let isKnown: boolean | undefined;

  beforeEach(() => {
    clock = useFakeTimers({
      now: 1_700_000_000_000,
      toFake: ["Date", "setTimeout", "clearTimeout", "performance"],
    });
    watches = new Watches();
    unread = [];
    state = "connected";
    ahead = 0;
    isKnown = undefined;
    waits = new Waits({ onUnread: (error) => unread.push(error), onUnevaluated: () => undefined });
  });
  afterEach(() => {
    waits.close();
    clock.restore();
  });

  const above30: Condition = { name: "gt", value: 30 };
  const temperature = readSubject("property", "Temperature")!;

  function begin(
    more: {
      condition?: Condition;
      subject?: Subject;
      readFirst?: WaitSources["readFirst"];
      probeClock?: WaitSources["probeClock"];
    } = {},
    signal = new Cancellation(),
  ): Promise<string> {
    const sources: WaitSources = {
      watches,
      clock: {
        at: (moment) => Date.now() - performance.now() + moment + ahead,
        ...(isKnown !== undefined && {
          get isKnown() {
            return isKnown!;
          },
        }),
      },
      typeOf: () => undefined,
      state: () => state,
      readFirst: more.readFirst,
      probeClock: more.probeClock,
    };
    const query = {
      device,
      subject: temperature,
      condition: above30,
      startedAt: performance.now(),
      milliseconds: 30_000,
      ...more,
    };
    return waits.begin(sources, query, signal).then(
      ({ payload }) => JSON.stringify((payload as { items: object }).items),
      (error: unknown) => {
        assert.ok(error instanceof Failure, String(error));
        const { code, outcome, retryable, hint, hintParams } = error;
        const value = hintParams?.["value"];
        const seen = typeof value === "string" ? ` ${value}` : "";
        return `${code} ${outcome} ${retryable} ${hint}${seen}`;
      },
    );
  }
  function posted(value: unknown, generateTime: number | undefined = Date.now()): DeviceMessage {
    return {
      kind: "property",
      topic: "/a1/light01/thing/event/property/post",
      ...device,
      messageId: "m",
      generateTime,
      payload: { items: { Temperature: { value } } },
      format: "json",
    };
  }
  const post = (value: unknown, generateTime?: number): void => watches.offer(posted(value, generateTime));
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  async function isOpen(end: Promise<string>): Promise<boolean> {
    let isSettled = false;
    void end.then(() => (isSettled = true));
    await settle();
    return !isSettled;
  }
  const nothingIsLeft = (): void => {
    assert.deepEqual([waits.size, watches.size, clock.countTimers()], [0, 0, 0]);
  };

  it("goes on with the message that meets the condition, and with no other", async () => {
    const end = begin();
    post(29);
    post(30);
    assert.ok(await isOpen(end));
    post(30.1);
    post(99);
    assert.equal(await end, '{"Temperature":{"value":30.1}}');
    nothingIsLeft();
  });

  it("takes what the device sends in the very millisecond in which it began, and nothing from before", async () => {
    const end = begin();
    post(50, Date.now() - 1);
    assert.ok(await isOpen(end));
    post(40, Date.now());
    assert.equal(await end, '{"Temperature":{"value":40}}');
  });

  it("takes messages in any order, if they were created after it began", async () => {
    const end = begin();
    clock.tick(100);
    post(10, Date.now());
    post(35, Date.now() - 50);
    assert.equal(await end, '{"Temperature":{"value":35}}');
  });

  it("says what was seen last where the time is over", async () => {
    const end = begin();
    clock.tick(50);
    post(12, Date.now());
    post(11, Date.now() - 10);
    clock.tick(29_949);
    assert.ok(await isOpen(end));
    clock.tick(2);
    assert.equal(await end, "wait-timeout unknown true hints.wait-timeout-seen 12");
    nothingIsLeft();
  });

  it("says what is wrong with the subscription where nothing was seen", async () => {
    for (const [name, hint] of [
      ["connected", "hints.wait-timeout"],
      ["disconnected", "hints.wait-timeout-disconnected"],
      ["refused", "hints.wait-timeout-refused"],
    ] as const) {
      state = name;
      const end = begin();
      clock.tick(30_001);
      assert.equal(await end, `wait-timeout unknown true ${hint}`);
    }
  });

  it("shows a large value cut, and keeps none", async () => {
    const end = begin();
    post("x".repeat(100_000));
    clock.tick(30_001);
    const shown = await end;
    assert.ok(shown.length < 200, shown);
  });

  describe("reading first", () => {
    it("goes on with the present value, however old", async () => {
      const end = begin({ readFirst: async () => posted(31, Date.now() - 86_400_000) });
      assert.equal(await end, '{"Temperature":{"value":31}}');
      nothingIsLeft();
      assert.deepEqual(unread, []);
    });

    it("listens before it reads: what comes meanwhile is not lost", async () => {
      let answer: (message: DeviceMessage) => void = () => undefined;
      const end = begin({ readFirst: () => new Promise((resolve) => (answer = resolve)) });
      post(31);
      assert.equal(await end, '{"Temperature":{"value":31}}');
      // An answer that comes in the same millisecond changes nothing.
      answer(posted(32));
      await settle();
      nothingIsLeft();
    });

    it("goes on once where the read and a message meet it in the same millisecond", async () => {
      let answer: (message: DeviceMessage) => void = () => undefined;
      const end = begin({ readFirst: () => new Promise((resolve) => (answer = resolve)) });
      answer(posted(32));
      post(31);
      assert.equal(await end, '{"Temperature":{"value":31}}');
    });

    it("goes on listening where there is nothing to read, or it cannot be read", async () => {
      const refusal = new Error("no permission");
      for (const readFirst of [async () => undefined, () => Promise.reject(refusal)]) {
        const end = begin({ readFirst });
        assert.ok(await isOpen(end));
        post(31);
        assert.equal(await end, '{"Temperature":{"value":31}}');
      }
      assert.deepEqual(unread, [undefined, refusal]);
    });

    it("knows the platform's time from then on, and looks again at messages that seemed too old", async () => {
      // This machine's clock is a minute fast, which only the answer tells.
      ahead = 0;
      let answer: (message: DeviceMessage | undefined) => void = () => undefined;
      const end = begin({ readFirst: () => new Promise((resolve) => (answer = resolve)) });
      post(31, Date.now() - 60_000);
      assert.ok(await isOpen(end));
      ahead = -60_000;
      answer(undefined);
      assert.equal(await end, '{"Temperature":{"value":31}}');
    });

    it("asks for the platform's time where nothing is read, and looks again as well", async () => {
      let answered: () => void = () => undefined;
      const end = begin({ probeClock: () => new Promise((resolve) => (answered = resolve)) });
      post(31, Date.now() - 60_000);
      assert.ok(await isOpen(end));
      ahead = -60_000;
      answered();
      assert.equal(await end, '{"Temperature":{"value":31}}');
      nothingIsLeft();
    });

    for (const isRead of [true, false]) {
      it(`asks for it again and again while no answer tells it (${isRead ? "after the read has failed" : "without a read"})`, async () => {
        const asked: { isAgain: boolean; answer: () => void }[] = [];
        isKnown = false;
        const end = begin({
          readFirst: isRead ? () => Promise.reject(new Error("no answer")) : undefined,
          probeClock: (isAgain) => new Promise((answer) => asked.push({ isAgain, answer })),
        });
        post(31, Date.now() - 60_000);
        for (const isAgain of [false, true, true]) {
          assert.ok(await isOpen(end));
          assert.equal(asked.at(-1)?.isAgain, isAgain);
          asked.at(-1)!.answer();
        }
        assert.ok(await isOpen(end));
        assert.equal(asked.length, 4);
        post(29, Date.now() - 60_000);
        [isKnown, ahead] = [true, -60_000];
        asked.at(-1)!.answer();
        assert.equal(await end, '{"Temperature":{"value":31}}');
        assert.equal(asked.length, 4);
        nothingIsLeft();
      });
    }

    it("does not ask for it where no message looks too old", async () => {
      isKnown = false;
      const end = begin({
        readFirst: () => Promise.reject(new Error("no answer")),
        probeClock: () => assert.fail("it was asked for"),
      });
      assert.ok(await isOpen(end));
      post(31);
      assert.equal(await end, '{"Temperature":{"value":31}}');
    });

    it("tells the reader when nobody waits any more", async () => {
      const signal = new Cancellation();
      let isOver: () => boolean = () => false;
      const end = begin(
        {
          readFirst: (asked) => {
            isOver = asked;
            return new Promise(() => undefined);
          },
        },
        signal,
      );
      assert.ok(!isOver());
      signal.abort();
      assert.match(await end, /^closed unknown/);
      assert.ok(isOver());
      nothingIsLeft();
    });
  });

  it("ends as closed, unknown, with its node, with its subscription, or where that has ended before", async () => {
    const signal = new Cancellation();
    const ends = [begin({}, signal), begin()];
    signal.abort();
    watches.close();
    ends.push(begin());
    for (const end of ends) assert.match(await end, /^closed unknown/);
    nothingIsLeft();
  });

  it("sees parts of structs, outputs of events and states", async () => {
    const red = begin({
      subject: readSubject("property", "Color.Red")!,
      condition: { name: "gte", value: 255 },
    });
    watches.offer({ ...posted(0), payload: { items: { Color: { value: { Red: 254 } } } } });
    assert.ok(await isOpen(red));
    watches.offer({ ...posted(0), payload: { items: { Color: { value: { Red: 255 } } } } });
    await red;

    const heat = begin({
      subject: readSubject("event", "Overheat.Temperature")!,
      condition: { name: "gt", value: 90 },
    });
    const event = (Temperature: number): DeviceMessage => ({
      ...posted(0),
      kind: "event",
      topic: "/a1/light01/thing/event/Overheat/post",
      identifier: "Overheat",
      payload: { identifier: "Overheat", value: { Temperature } },
    });
    watches.offer(event(89));
    assert.ok(await isOpen(heat));
    watches.offer(event(91));
    await heat;

    const online = begin({
      subject: { kind: "state", name: "", path: [] },
      condition: { name: "eq", value: "online" },
    });
    const status = (word: string): DeviceMessage => ({
      ...posted(0),
      kind: "status",
      topic: "/as/mqtt/status/a1/light01",
      payload: { status: word },
    });
    watches.offer(status("offline"));
    assert.ok(await isOpen(online));
    watches.offer(status("online"));
    await online;
    nothingIsLeft();
  });

  it("takes of a batch the latest value of a property, and each of an event", async () => {
    const end = begin();
    const batch = (...list: object[]): DeviceMessage => ({
      ...posted(0),
      topic: "/a1/light01/thing/property/batch/post",
      payload: { items: { Temperature: list } },
    });
    watches.offer(batch({ value: 40, time: 1 }, { value: 20, time: 2 }));
    assert.ok(await isOpen(end));
    watches.offer(batch({ value: 40, time: 2 }, { value: 20, time: 1 }));
    await end;
    const heat = begin({
      subject: readSubject("event", "Overheat.T")!,
      condition: { name: "gt", value: 90 },
    });
    const payload = { payload: { Overheat: [{ value: { T: 95 } }, { value: { T: 20 } }] } };
    watches.offer({ ...posted(0), kind: "event", topic: "/a1/light01/thing/event/batch/post", payload });
    await heat;
  });

  it("is one of 10,000 that a message finds by its device, with one timer for all", async () => {
    const count = 10_000;
    const ends = Array.from({ length: count }, (_none, n) => {
      const sources: WaitSources = {
        watches,
        clock: { at: (moment) => Date.now() - performance.now() + moment },
        typeOf: () => undefined,
        state: () => state,
      };
      const query = {
        device: { productKey: "a1", deviceName: `d${n}` },
        subject: temperature,
        condition: above30,
        startedAt: performance.now(),
        milliseconds: 60_000 + n,
      };
      return waits.begin(sources, query, new Cancellation());
    });
    assert.deepEqual([waits.size, clock.countTimers()], [count, 1]);
    for (let n = 0; n < count; n++) watches.offer({ ...posted(n % 2 === 0 ? 31 : 30), deviceName: `d${n}` });
    for (let n = 0; n < count; n += 2) await ends[n];
    assert.equal(waits.size, count / 2);
    clock.tick(80_000);
    const codes = await Promise.allSettled(ends);
    assert.equal(codes.filter(({ status }) => status === "rejected").length, count / 2);
    nothingIsLeft();
  });
});

describe("a condition in JSONata", () => {
  let watches: Watches;
  let waits: Waits;
  let problems: string[];

  beforeEach(() => {
    watches = new Watches();
    problems = [];
    waits = new Waits({ onUnread: assert.fail, onUnevaluated: (reason) => problems.push(reason) });
  });
  afterEach(() => waits.close());

  function begin(expression: string, signal = new Cancellation(), milliseconds = 60_000): Promise<unknown> {
    const sources: WaitSources = {
      watches,
      clock: { at: () => 0 },
      typeOf: () => undefined,
      state: () => "connected",
    };
    const subject: Subject = { kind: "property", name: "", path: [] };
    const condition: Condition = { name: "jsonata", expression };
    return waits
      .begin(sources, { device, subject, condition, startedAt: performance.now(), milliseconds }, signal)
      .then(({ payload }) => payload);
  }
  const post = (items: object): void =>
    watches.offer({
      kind: "property",
      topic: "t",
      ...device,
      messageId: "",
      payload: { items },
      format: "json",
    });

  it("sees the device's message as payload", async () => {
    const end = begin("payload.items.A.value > 5 and payload.items.B.value = 1");
    post({ A: { value: 9 }, B: { value: 0 } });
    post({ A: { value: 6 }, B: { value: 1 } });
    assert.deepEqual(await end, { items: { A: { value: 6 }, B: { value: 1 } } });
  });

  it("has what a device sent put into words once, however many wait for it", async () => {
    const signal = new Cancellation();
    const many = Array.from({ length: 100 }, () => begin("false", signal));
    let times = 0;
    const toJSON = (): string => `${++times}`;
    const payload = Object.defineProperty({ items: {} }, "toJSON", { value: toJSON });
    watches.offer({ kind: "property", topic: "t", ...device, messageId: "", payload, format: "json" });
    assert.equal(times, 1);
    signal.abort();
    await Promise.allSettled(many);
  });

  it("may be another one for each of thousands that wait for the same device", async function () {
    this.timeout(60_000);
    const ends = Array.from({ length: 3000 }, (_none, n) => begin(`payload.items.A.value > ${n}`));
    post({ A: { value: 3000 } });
    await Promise.all(ends);
    assert.deepEqual(problems, []);
  });

  it("that is slower than messages come is told of once the oldest do not count", async () => {
    const signal = new Cancellation();
    let overruns = 0;
    waits.close();
    waits = new Waits({ onUnread: assert.fail, onUnevaluated: assert.fail, onOverrun: () => overruns++ });
    const end = begin("payload.items.A.value = 1", signal).catch(() => "closed");
    for (let value = 0; value > -1100; value--) post({ A: { value } });
    post({ A: { value: 1 } });
    assert.deepEqual(await end, { items: { A: { value: 1 } } });
    assert.ok(overruns > 0 && overruns < 200, `${overruns}`);
  });

  it("that fails, or never ends, does not count, and holds up neither the process nor other messages", async function () {
    this.timeout(30_000);
    const signal = new Cancellation();
    const stuck = [
      begin("($f := function($n) { $f($n + 1) }; $f(0))", signal),
      begin("payload.items.A.value ~> $match(/^(a+)+$/)", signal),
      begin("$error('no')", signal),
      // A small value with a billion parts.
      begin("($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, [[$a], [$a]]) }; $f(60, [[false]]))", signal),
      begin("function($x) { $x }", signal),
    ];
    const healthy = begin("payload.items.A.value = 'good'");
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 20);
    post({ A: { value: `${"a".repeat(40)}!` } });
    post({ A: { value: "good" } });
    await healthy;
    clearInterval(ticking);
    assert.ok(ticks > 20, "the process went on");
    assert.ok(problems.length >= 3, problems.join());
    signal.abort();
    for (const end of stuck) await assert.rejects(end, { code: "closed" });
    assert.equal(waits.size, 0);
  });
});
