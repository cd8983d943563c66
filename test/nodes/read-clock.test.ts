import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { ReadFlows } from "../support/read-flow";

/** The true time, whatever this machine's clock is made to say. */
const trueTime = (): number => Math.floor(performance.timeOrigin + performance.now());
const day = 86_400_000;

describe("read-device node: a machine whose clock is wrong", () => {
  let clock: SinonFakeTimers;
  let home: ReadFlows;
  beforeEach(async () => {
    clock = useFakeTimers({ now: Date.now(), toFake: ["Date"] });
    home = await ReadFlows.start({ now: trueTime });
  });
  afterEach(async () => {
    clock.restore();
    await home.close();
  });

  for (const [name, wrongTime] of [
    ["two days ahead", () => trueTime() + 2 * day],
    ["forty days ahead", () => trueTime() + 40 * day],
    ["two days behind", () => trueTime() - 2 * day],
    ["never set", () => 0],
  ] as const) {
    it(`${name}: reads the histories that are asked for, from the first one on`, async () => {
      const time = trueTime() - 3_600_000;
      home.post({ Count: { value: 6, time: time - 25 * 3_600_000 } });
      home.post({ Count: { value: 7, time } });
      clock.setSystemTime(wrongTime());
      const history = { what: "property-history", identifiers: "Count" };
      const test = await home.flow({ ...history, from: "begin", fromType: "msg", to: "end", toType: "msg" });
      const iso = (moment: number): string => new Date(moment).toISOString();
      for (const period of [
        {},
        { begin: "PT24H" },
        { begin: iso(time - 1000) },
        { begin: "P1D", end: "PT1M" },
        { begin: iso(time - 1000), end: iso(time + 1000) },
      ]) {
        const { port, msg } = await test.run(period);
        assert.equal(port, "result", `${JSON.stringify(period)} ${msg.error?.message}`);
        assert.deepEqual(msg.payload, { Count: [{ value: 7, time }] }, JSON.stringify(period));
      }
      const { code, outcome } = await test.failureOf({ begin: iso(trueTime() - 31 * day) });
      assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
      await test.failureOf({ begin: iso(trueTime() + day) });
    });
  }
});
