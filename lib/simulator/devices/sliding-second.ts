const lengthMs = 1000;

/** The moments of the last second. */
export class SlidingSecond {
  private moments: number[] = [];
  /** The first that is not too old. */
  private first = 0;

  /** How many there were in the second before `now`, in UTC milliseconds. */
  count(now: number): number {
    const { moments } = this;
    // The clock was put back.
    if (now < (moments.at(-1) ?? now)) this.first = moments.length;
    while (this.first < moments.length && moments[this.first]! <= now - lengthMs) this.first++;
    if (this.first === moments.length) {
      moments.length = 0;
      this.first = 0;
    } else if (this.first > 1000) {
      moments.splice(0, this.first);
      this.first = 0;
    }
    return moments.length - this.first;
  }

  /** Adds one. @returns how many there are then */
  add(now: number): number {
    const before = this.count(now);
    this.moments.push(now);
    return before + 1;
  }
}
