// A process of its own: keeps so many of one thing, and tells how many bytes each of them takes.
import { Cancellation } from "../lib/base/cancellation";
import { RollOutState } from "../lib/fleet/roll-out-state";
import { invoke } from "../lib/invocation/invoke";
import { Listeners } from "../lib/subscription/listeners";
import { Replies } from "../lib/subscription/replies";
import { HeldWatches, Watches } from "../lib/subscription/watches";
import { readSubject } from "../lib/waiting/value-path";
import { Waits } from "../lib/waiting/waits";
import { memory } from "./load";
import { accountWith } from "./own-client";
import { args, service, target } from "./wire";

const { productKey } = target;
const hourMs = 3_600_000;

/** By what is kept: makes so many of them, and returns what holds them. */
const makers: Record<string, (count: number) => unknown> = { call, reply, wait, device, listener };

/** Calls that wait for their turn. */
function call(count: number): unknown {
  const account = accountWith(new URL("http://127.0.0.1:9"), {
    rate: 1e6,
    concurrency: 1,
    queueLimit: count,
    queueTtl: 0,
  });
  const taken = account.governor.enterNow();
  const one = (signal: Cancellation): unknown =>
    invoke(
      account,
      { target: { productKey, deviceName: target.deviceName }, service, args: JSON.stringify(args) },
      { delivery: "at-most-once", signal },
    );
  return [taken, Array.from({ length: count }, () => one(new Cancellation()))];
}

/** Calls whose device is to reply. */
function reply(count: number): unknown {
  const replies = new Replies({ isOurs: () => true, onForeign: () => undefined, now: Date.now });
  const one = (n: number): unknown =>
    replies
      .expect({ productKey, deviceName: `d${n}` })
      .reply(String(1_700_000_000_000_000 + n), hourMs, new Cancellation());
  return [replies, Array.from({ length: count }, (_none, n) => one(n))];
}

/** Messages that wait for what a device of theirs reports. */
function wait(count: number): unknown {
  const watches = new HeldWatches(new Watches());
  const waits = new Waits({ onUnread: () => undefined, onUnevaluated: () => undefined });
  const subject = readSubject("property", "n")!;
  const one = (n: number): unknown =>
    waits.begin(
      { watches, clock: { at: () => 0 }, typeOf: () => undefined, state: () => "connected" },
      {
        device: { productKey, deviceName: `d${n}` },
        subject,
        condition: { name: "eq", value: n },
        startedAt: performance.now(),
        milliseconds: hourMs,
      },
      new Cancellation(),
    );
  return [waits, Array.from({ length: count }, (_none, n) => one(n))];
}

/** Devices of a fleet that have answered, as they are kept for the report. */
function device(count: number): unknown {
  const devices = Array.from({ length: count }, (_none, n) => ({ productKey, deviceName: `d${n}` }));
  const state = new RollOutState(devices, { growth: 1, stopAfter: 10 }, String);
  for (let n = 0; n < count; n++) {
    const ids = { requestId: `57144BCF-09F4-4916-82B7-${n}`, messageId: String(1_700_000_000_000_000 + n) };
    state.end(n, { outcome: "done", ...ids, result: { Level: n }, durationMs: n });
  }
  return state;
}

/** Listeners of a subscription that hear one device each. */
function listener(count: number): unknown {
  const listeners = new Listeners();
  for (let n = 0; n < count; n++) {
    listeners.add({
      filter: { kind: "property", productKey, deviceName: `d${n}`, identifier: "" },
      acknowledge: "auto",
      take: () => undefined,
    });
  }
  return listeners;
}

/** Of few there are several, so that what else the process keeps hardly counts. */
const minKept = 50_000;

const [, , kind = "", counted = "1"] = process.argv;
const each = Number(counted);
const make = makers[kind]!;
// What the first ones load and compile is not the price of one.
const kept: unknown[] = [make(1000)];
const before = memory().inUse;
const times = Math.ceil(minKept / each);
for (let time = 0; time < times; time++) kept.push(make(each));
setImmediate(() => {
  process.send?.((memory().inUse - before) / times / each, () => process.exit(kept.length > 0 ? 0 : 1));
});
