import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Deadlines, type Timed } from "../../lib/waiting/deadlines";

class Entry implements Timed {
  index = -1;

  constructor(
    readonly endsAt: number,
    private readonly ended: (entry: Entry) => void,
  ) {}

  expire(): void {
    this.ended(this);
  }
}

describe("deadlines with one timer", () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = useFakeTimers({ now: 0 });
  });
  afterEach(() => clock.restore());

  it("end each at its time, in order, but for those that were removed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.boolean())), (planned) => {
        const deadlines = new Deadlines();
        const start = performance.now();
        const ended: Entry[] = [];
        const all = planned.map(
          ([after]) =>
            new Entry(start + after, (entry) => {
              assert.ok(performance.now() >= entry.endsAt && performance.now() <= entry.endsAt + 1);
              ended.push(entry);
            }),
        );
        for (const entry of all) deadlines.add(entry);
        assert.ok(clock.countTimers() <= 1);
        const removed = all.filter((_entry, index) => planned[index]![1]);
        for (const entry of removed) deadlines.remove(entry);
        for (const entry of removed) deadlines.remove(entry);
        assert.equal(deadlines.size, all.length - removed.length);
        clock.tick(1001);
        const expected = all.filter((entry) => !removed.includes(entry));
        assert.deepEqual(new Set(ended), new Set(expected));
        const times = ended.map(({ endsAt }) => endsAt);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.deepEqual([deadlines.size, clock.countTimers()], [0, 0]);
      }),
    );
  });

  it("of a month do not end at once, though timers cannot be that long", () => {
    const deadlines = new Deadlines();
    let isOver = false;
    const month = 30 * 86_400_000;
    deadlines.add(new Entry(performance.now() + month, () => (isOver = true)));
    clock.tick(month - 10);
    assert.ok(!isOver);
    clock.tick(20);
    assert.ok(isOver);
  });

  it("that end may set others and remove others", () => {
    const deadlines = new Deadlines();
    const ended: string[] = [];
    const other = new Entry(20, () => ended.push("other"));
    const first = new Entry(10, () => {
      ended.push("first");
      deadlines.remove(other);
      deadlines.add(new Entry(15, () => ended.push("next")));
    });
    deadlines.add(other);
    deadlines.add(first);
    clock.tick(30);
    assert.deepEqual(ended, ["first", "next"]);
  });
});
