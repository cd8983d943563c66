import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Archive, type Entry, Series } from "../../../lib/simulator/devices/history";

describe("histories in memory", () => {
  it("stand in the order of their times, whatever the order in which they came", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (times) => {
        const series = new Series();
        for (const [at, time] of times.entries()) series.insert({ time, text: String(at) });
        const sorted = times.map((time, at) => ({ time, text: String(at) })).sort((a, b) => a.time - b.time);
        assert.deepEqual(series.entries, sorted);
      }),
    );
  });

  it("take no more than the limits, over all devices; what came first goes first", () => {
    const archive = new Archive({ entries: 3, characters: 100 });
    const [one, two] = [new Series(), new Series()];
    for (const [at, series] of [one, two, one, two, one].entries()) {
      archive.add(series, { time: 100 - at, text: "x" });
    }
    const timesOf = (series: Series): number[] => series.entries.map(({ time }) => time);
    assert.deepEqual([timesOf(one), timesOf(two)], [[96, 98], [97]]);
    archive.add<Entry>(two, { time: 1, text: "x".repeat(60), input: "y".repeat(40) });
    assert.deepEqual([timesOf(one), timesOf(two)], [[], [1]]);
  });

  it("stay within them over many entries", () => {
    const archive = new Archive({ entries: 50, characters: 1e9 });
    const series = new Series();
    for (let time = 0; time < 25_000; time++) archive.add(series, { time, text: "" });
    assert.deepEqual([series.entries.length, series.entries[0]?.time], [50, 24_950]);
  });
});
