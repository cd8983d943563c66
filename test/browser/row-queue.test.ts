import assert from "node:assert/strict";
import * as fc from "fast-check";
import { RowQueue, rowsInView } from "../../editor/device/row-queue";

/** A clock by which each row takes this long; timers run when the test says so. */
class RowClock {
  private time = 0;
  private timers: (() => void)[] = [];

  constructor(readonly msOfRow: number) {}

  now(): number {
    return this.time;
  }

  setTimeout(act: () => void): void {
    this.timers.push(act);
  }

  row(): void {
    this.time += this.msOfRow;
  }

  get isBusy(): boolean {
    return this.timers.length > 0;
  }

  /** Runs the timers that are due, and answers how long they have taken. */
  turn(): number {
    const before = this.time;
    for (const act of this.timers.splice(0)) act();
    return this.time - before;
  }
}

/** Adds a row with rows inside of it, and notes in which order they are built. */
function addRow(queue: RowQueue, clock: RowClock, built: string[], name: string, inside = 0): () => void {
  return queue.add(() => {
    clock.row();
    built.push(name);
    for (let n = 0; n < inside; n++) addRow(queue, clock, built, `${name}.${n}`);
  });
}

describe("a form with many rows", () => {
  it("has its first rows at once, and all of them soon, each once", () => {
    const shape = fc.record({
      rows: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 120 }),
      ms: fc.double({ min: 0.1, max: 20, noNaN: true }),
      atOnce: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(shape, ({ rows, ms, atOnce }) => {
        const clock = new RowClock(ms);
        const queue = new RowQueue(clock, atOnce);
        const built: string[] = [];
        for (const [index, inside] of rows.entries()) addRow(queue, clock, built, String(index), inside);
        const all = rows.length + rows.reduce((sum, inside) => sum + inside, 0);
        assert.equal(built.length, Math.min(all, atOnce));
        while (clock.isBusy) clock.turn();
        assert.equal(built.length, all);
        assert.equal(new Set(built).size, all);
        const outer = built.filter((name) => !name.includes("."));
        assert.deepEqual(outer, [...rows.keys()].map(String), "from top to bottom");
      }),
    );
  });

  it("builds at once what is to be seen of it, and nothing where it is hidden", () => {
    assert.equal(rowsInView({ top: 490, width: 400 }, 1000), 8);
    assert.equal(rowsInView({ top: 890, width: 400 }, 1000), 3);
    assert.equal(rowsInView({ top: 1200, width: 400 }, 1000), 0, "below the window");
    assert.equal(rowsInView({ top: 0, width: 0 }, 1000), 0, "hidden");
    const [top, height] = [fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 1, max: 4000 })];
    fc.assert(
      fc.property(top, height, (edge, window) => {
        const rows = rowsInView({ top: edge, width: 400 }, window);
        assert.ok(rows === 8 || rows * 44 >= window - edge);
      }),
    );
  });

  it("keeps the editor busy for no longer than one row beyond 8 ms at a time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100 }), (ms, inside) => {
        const clock = new RowClock(ms);
        const queue = new RowQueue(clock);
        for (let n = 0; n < 15; n++) addRow(queue, clock, [], String(n), inside);
        while (clock.isBusy) assert.ok(clock.turn() < 8 + ms);
      }),
    );
  });

  it("builds a row at once that has a problem to show, and not again", () => {
    const clock = new RowClock(1);
    const queue = new RowQueue(clock);
    const built: string[] = [];
    const ensure = Array.from({ length: 50 }, (_none, n) => addRow(queue, clock, built, String(n)));
    ensure[49]!();
    ensure[49]!();
    ensure[0]!();
    assert.equal(built.filter((name) => name === "49").length, 1);
    while (clock.isBusy) clock.turn();
    assert.equal(built.length, 50);
  });

  it("builds rows at once again that a user adds later", () => {
    const clock = new RowClock(1);
    const queue = new RowQueue(clock);
    const built: string[] = [];
    for (let n = 0; n < 30; n++) addRow(queue, clock, built, String(n));
    while (clock.isBusy) clock.turn();
    addRow(queue, clock, built, "added", 5);
    assert.deepEqual(built.slice(30), ["added", "added.0", "added.1", "added.2", "added.3", "added.4"]);
  });

  it("builds nothing more once it is gone", () => {
    const clock = new RowClock(1);
    const queue = new RowQueue(clock);
    const built: string[] = [];
    for (let n = 0; n < 30; n++) addRow(queue, clock, built, String(n));
    queue.stop();
    while (clock.isBusy) clock.turn();
    assert.equal(built.length, 8);
  });
});
