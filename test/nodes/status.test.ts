import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Node, NodeStatus } from "node-red";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Failure, type Outcome } from "../../lib/base/failure";
import { errorCatalog } from "../../lib/cloud/error-catalog";
import { StatusLine } from "../../nodes/common/status";
import { shortCode, wordsOf } from "../../nodes/common/status-words";
import { type Translate, translator } from "../../nodes/common/texts";
import { translate } from "../support/catalog";
import { unicode } from "../support/unicode";

const inLanguage = (language: string): Translate =>
  translator({
    _: (key: string, params: Record<string, string>) => translate(language, key, params),
  } as never);

function failure(code: string, outcome: Outcome = "refused"): Failure {
  return new Failure({ code, category: "device", outcome, retryable: false, text: code });
}

describe("the status line of an invoke node", () => {
  let clock: SinonFakeTimers;
  let shown: NodeStatus[];
  let isBroken: boolean;

  beforeEach(() => {
    shown = [];
    isBroken = false;
    // Two minutes past two in the afternoon, wherever the test runs.
    clock = useFakeTimers({
      now: new Date(2026, 0, 2, 14, 2, 11),
      toFake: ["setTimeout", "clearTimeout", "Date"],
    });
  });

  afterEach(() => {
    clock.restore();
  });

  function line(language = "en-US"): StatusLine {
    const status = (given: NodeStatus): void => {
      if (isBroken) throw new Error("a listener is broken");
      shown.push(given);
    };
    return new StatusLine({ status } as unknown as Node, inLanguage(language));
  }

  /** What is shown once nothing changes any more. */
  function settled(): NodeStatus | undefined {
    clock.tick(1000);
    return shown.at(-1);
  }

  const afterFailure = (given: Failure, durationMs?: number, language?: string): NodeStatus | undefined => {
    line(language).begin().failed(given, durationMs);
    return settled();
  };

  it("shows how the last call ended, even if Node-RED threw on an earlier update", () => {
    const call = line().begin();
    assert.equal(shown.at(-1)?.fill, "blue");
    clock.tick(1000);
    isBroken = true;
    assert.throws(() => call.begun(), /a listener is broken/);
    isBroken = false;
    call.succeeded(7);
    assert.deepEqual(settled(), { fill: "green", shape: "dot", text: "✓ 14:02:12 · 7 ms" });
  });

  it("shows the time at which a call ended, not the one at which that is shown", () => {
    const status = line();
    const call = status.begin();
    const other = status.begin();
    call.succeeded(27);
    clock.tick(60_000);
    other.succeeded(undefined);
    assert.equal(settled()?.text, "✓ 14:03:11 · accepted");
    status.begin().unsent();
    assert.deepEqual(settled(), { fill: "grey", shape: "ring", text: "14:03:12 · dry run" });
  });

  it("distinguishes refused, unknown and unsent calls in short words", () => {
    assert.deepEqual(afterFailure(failure("iot.messagebroker.OFFLINE")), {
      fill: "red",
      shape: "dot",
      text: "✗ 14:02 device offline",
    });
    assert.deepEqual(afterFailure(failure("iot.messagebroker.TIMEOUT", "unknown"), 8034), {
      fill: "yellow",
      shape: "dot",
      text: "? 14:02 no answer in 8 s",
    });
    assert.deepEqual(afterFailure(failure("queue-full", "not-sent")), {
      fill: "red",
      shape: "ring",
      text: "✗ 14:02 queue full",
    });
  });

  const texts: [given: Failure, durationMs: number | undefined, english: string, chinese: string][] = [
    [failure("iot.messageborker.offline"), 3, "✗ 14:02 device offline", "✗ 14:02 设备离线"],
    [failure("iot.messagebroker.TIMEOUT", "unknown"), 40, "? 14:02 no answer in 8 s", "? 14:02 8 秒内无应答"],
    [failure("request-timeout", "unknown"), 15_012, "? 14:02 no answer in 15 s", "? 14:02 15 秒内无应答"],
    [failure("request-timeout", "unknown"), 212, "? 14:02 no answer in 0.2 s", "? 14:02 0.2 秒内无应答"],
    [failure("request-timeout", "not-sent"), 212, "✗ 14:02 timed out", "✗ 14:02 请求超时"],
    [failure("reply-timeout", "unknown"), 30_049, "? 14:02 no reply in 30 s", "? 14:02 30 秒内无回复"],
    [failure("Throttling.User"), 3, "✗ 14:02 throttled", "✗ 14:02 被限流"],
    [failure("460", "failed"), 3, "✗ 14:02 device error 460", "✗ 14:02 设备错误 460"],
    [failure("100001", "failed"), 3, "✗ 14:02 device error 100001", "✗ 14:02 设备错误 100001"],
    [failure("iot.device.Strange"), 3, "✗ 14:02 iot.device.Strange", "✗ 14:02 iot.device.Strange"],
    [failure("__proto__"), undefined, "✗ 14:02 __proto__", "✗ 14:02 __proto__"],
    [failure("constructor"), undefined, "✗ 14:02 constructor", "✗ 14:02 constructor"],
  ];
  for (const [given, durationMs, english, chinese] of texts) {
    it(`says “${english}”, in the language of Node-RED`, () => {
      assert.equal(afterFailure(given, durationMs)?.text, english);
      assert.equal(afterFailure(given, durationMs, "zh-CN")?.text, chinese);
    });
  }

  it("counts calls in flight, replies and waiting calls", () => {
    const status = line();
    const calls = Array.from({ length: 15 }, () => status.begin());
    assert.equal(settled()?.text, "⇄ 0 · 15 waiting");
    for (const call of calls.slice(0, 3)) call.begun();
    assert.deepEqual(settled(), { fill: "blue", shape: "dot", text: "⇄ 3 · 12 waiting" });
    calls[0]?.accepted();
    assert.equal(settled()?.text, "⇄ 2 · ↩ 1 · 12 waiting");
    for (const call of calls.slice(1)) call.succeeded(1);
    assert.equal(settled()?.text, "waiting for reply");
    calls[0]?.failed(failure("closed", "unknown"));
    const chinese = line("zh-CN");
    chinese.begin();
    assert.equal(settled()?.text, "调用中");
    chinese.begin().begun();
    assert.equal(settled()?.text, "⇄ 1 · 1 条排队");
  });

  it("shows before the first call why it would fail", () => {
    const status = line();
    status.foresee("missing-credentials");
    assert.deepEqual(settled(), { fill: "red", shape: "ring", text: "no credentials" });
    status.begin().succeeded(1);
    assert.match(settled()?.text ?? "", /^✓/);
  });

  it("changes at most ten times a second, and makes no text that it does not show", () => {
    let made = 0;
    const status = new StatusLine(
      { status: (given: NodeStatus) => shown.push(given) } as unknown as Node,
      (text) => {
        made++;
        return inLanguage("en-US")(text);
      },
    );
    for (let second = 0; second < 10; second++) {
      for (let call = 0; call < 100; call++) status.begin().failed(failure("queue-full", "not-sent"));
      clock.tick(100);
    }
    assert.ok(shown.length <= 11, `${shown.length} updates`);
    assert.ok(made <= shown.length, `${made} texts`);
  });
});

describe("the words of codes", () => {
  it("are there for the forty most frequent ones, and agree with the catalogue of codes", () => {
    const byWords = new Map<string, Set<string>>();
    let count = 0;
    for (const { code, category, outcome } of errorCatalog) {
      const words = wordsOf(code);
      if (!words) continue;
      count++;
      byWords.set(words, (byWords.get(words) ?? new Set()).add(`${category} ${outcome}`));
    }
    assert.ok(count >= 40, `${count} codes`);
    assert.deepEqual(
      [...byWords].filter(([, meanings]) => meanings.size > 1),
      [],
    );
  });

  it("cover every code of a kind that has words", () => {
    const kinds = ["hints.throttled", "hints.offline", "hints.device-timeout", "hints.args", "hints.arrears"];
    const silent = errorCatalog.filter(({ code, hint }) => kinds.includes(hint) && !wordsOf(code));
    assert.deepEqual(silent, []);
  });

  it("never cut a code in the middle: a long one loses its first parts", () => {
    assert.equal(shortCode("iot.device.LongDevicePropertiesString"), "iot.device.LongDevicePropertiesString");
    assert.equal(
      shortCode("iot.messagebroker.MessageContentIsNotBase64Encode"),
      "…MessageContentIsNotBase64Encode",
    );
    assert.equal(
      shortCode("iot.x.TheVeryLongNameOfSomethingThatNobodyHasEverSeenBefore"),
      "…OfSomethingThatNobodyHasEverSeenBefore",
    );
    const part = fc.stringMatching(/^[A-Z][a-z]{0,12}$/);
    const code = fc
      .array(
        fc.array(part, { minLength: 1, maxLength: 6 }).map((words) => words.join("")),
        { minLength: 1 },
      )
      .map((parts) => parts.join("."));
    fc.assert(
      fc.property(code, (given) => {
        const short = shortCode(given);
        assert.ok(short.length <= 40);
        if (short === given) return;
        assert.match(short, /^…[A-Z]/);
        assert.ok(given.endsWith(short.slice(1)));
      }),
    );
  });

  it("fit below a node, whatever comes", () => {
    fc.assert(
      fc.property(unicode({ maxLength: 300 }), (given) => {
        const short = shortCode(given);
        assert.ok(short.length <= 40);
        assert.doesNotMatch(short, /[\r\n]/);
        assert.ok(short.isWellFormed());
      }),
    );
  });
});
