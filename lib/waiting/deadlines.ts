import { maxTimerMs } from "../base/deadline";

/** Something that ends at a time. */
export interface Timed {
  /** Where it stands among the others; -1 where it does not. */
  index: number;
  /** When it ends, by `performance.now()`. */
  endsAt: number;
  /** The time has come; must not throw. */
  expire(): void;
}

/**
 * Ends any number of things in time, with one timer: a heap, whose first member is the next to end. A timer for each would
 * take more memory than what it ends.
 */
export class Deadlines {
  private readonly heap: Timed[] = [];
  private timer: NodeJS.Timeout | undefined;
  private timerEndsAt = Infinity;

  get size(): number {
    return this.heap.length;
  }

  add(timed: Timed): void {
    this.heap.push(timed);
    this.rise(this.heap.length - 1, timed);
    this.setTimer();
  }

  /** May be called again. */
  remove(timed: Timed): void {
    const { index } = timed;
    if (index < 0) return;
    timed.index = -1;
    const last = this.heap.pop()!;
    if (last !== timed) {
      this.sink(index, last);
      this.rise(last.index, last);
    }
    if (this.heap.length === 0) this.stop();
  }

  private setTimer(): void {
    const next = this.heap[0];
    // A timer that is too early finds nothing to do, and sets the next one.
    if (!next || this.timerEndsAt <= next.endsAt) return;
    clearTimeout(this.timer);
    this.timerEndsAt = next.endsAt;
    const delay = Math.ceil(Math.max(next.endsAt - performance.now(), 0));
    this.timer = setTimeout(() => this.expire(), Math.min(delay, maxTimerMs));
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerEndsAt = Infinity;
  }

  private expire(): void {
    this.stop();
    const now = performance.now();
    for (let next = this.heap[0]; next && next.endsAt <= now; next = this.heap[0]) {
      this.remove(next);
      next.expire();
    }
    this.setTimer();
  }

  private rise(from: number, timed: Timed): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = this.heap[above]!;
      if (other.endsAt <= timed.endsAt) break;
      this.put(index, other);
      index = above;
    }
    this.put(index, timed);
  }

  private sink(from: number, timed: Timed): void {
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [this.heap[below], this.heap[below + 1]];
      if (!left) break;
      if (right && right.endsAt < left.endsAt) below++;
      const other = this.heap[below]!;
      if (other.endsAt >= timed.endsAt) break;
      this.put(index, other);
      index = below;
    }
    this.put(index, timed);
  }

  private put(index: number, timed: Timed): void {
    this.heap[index] = timed;
    timed.index = index;
  }
}
