import assert from "node:assert/strict";
import * as fc from "fast-check";
import { PlatformClock } from "../../lib/cloud/platform-clock";

/** A machine whose monotonic clock, own clock and platform's clock a test sets. */
class Machine {
  elapsed = 5000;
  platform = 1_700_000_000_000;
  /** How far this machine's clock is ahead of the platform's. */
  error = 0;
  readonly clock = new PlatformClock({ elapsed: () => this.elapsed, now: () => this.platform + this.error });

  wait(milliseconds: number): void {
    this.elapsed += milliseconds;
    this.platform += milliseconds;
  }

  /** A call that takes so long each way; the server keeps its date for as long as `stale`. */
  call(there: number, back: number, stale = 0): void {
    const sentAt = this.elapsed;
    this.wait(there);
    const date = new Date(Math.floor((this.platform - stale) / 1000) * 1000).toUTCString();
    this.wait(back);
    this.clock.heard(date, sentAt);
  }

  /** How far off the estimate is for now. */
  get off(): number {
    return this.clock.at(this.elapsed) - this.platform;
  }
}

describe("the platform's clock", () => {
  it("is this machine's until an answer says otherwise, and where both agree", () => {
    const machine = new Machine();
    assert.equal(machine.off, 0);
    machine.error = 400;
    machine.call(20, 20);
    assert.equal(machine.off, 400, "an answer has no milliseconds");
  });

  it("is never off by more than the answers leave open, whatever this machine's clock says", () => {
    const ms = fc.integer({ min: 0, max: 2000 });
    const calls = fc.array(fc.tuple(ms, ms, fc.integer({ min: 0, max: 1000 }), ms), { minLength: 1 });
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), calls, (error, made) => {
        const machine = new Machine();
        machine.error = error;
        let open = Infinity;
        for (const [there, back, stale, pause] of made) {
          machine.wait(pause);
          machine.call(there, back, stale);
          open = Math.min(open, 2000 + there + back);
        }
        const { off } = machine;
        assert.ok(Math.abs(off) <= Math.min(Math.abs(error), open) + 1, `${off} of ${error}`);
      }),
      {
        examples: [
          [
            2002,
            [
              [996, 0, 0, 4],
              [0, 0, 0, 0],
            ],
          ],
        ],
      },
    );
  });

  it("follows a machine that was asleep, and whose clock was set", () => {
    const machine = new Machine();
    machine.error = -3_600_000;
    machine.call(10, 10);
    assert.ok(Math.abs(machine.off) <= 2020);
    machine.platform += 8 * 3_600_000;
    machine.call(10, 10);
    assert.ok(Math.abs(machine.off) <= 2020);
    machine.error = 0;
    assert.equal(machine.off, 0);
  });

  it("learns nothing from what is no date", () => {
    const machine = new Machine();
    for (const date of [undefined, "", "yesterday", ["x"]]) machine.clock.heard(date, 0);
    assert.equal(machine.off, 0);
  });

  it("is never earlier than the earliest that it can be, and that is close after a few answers", () => {
    fc.assert(
      fc.property(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 1, max: 80 }), (error, back) => {
        const machine = new Machine();
        machine.error = error;
        for (let call = 0; call < 20; call++) {
          machine.call(10, back);
          machine.wait(97);
          const early = machine.platform - machine.clock.earliest(machine.elapsed);
          assert.ok(early > -1, `${early} ms too late`);
          assert.ok(machine.clock.earliest(machine.elapsed) <= machine.clock.at(machine.elapsed));
        }
        const early = machine.platform - machine.clock.earliest(machine.elapsed);
        assert.ok(early <= 300 + back || error < 0, `${early} ms too early`);
      }),
    );
  });
});
