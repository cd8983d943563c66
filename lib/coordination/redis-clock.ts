/** How fast two clocks may drift apart, in ms per ms. */
const drift = 0.0005;

/**
 * The clock of Redis, expressed in this process's own. Each answer bounds the difference, since Redis read its clock
 * after the request was sent and before the answer came; the bounds of many answers together are tight.
 */
export class RedisClock {
  private min = Number.NEGATIVE_INFINITY;
  private max = Number.POSITIVE_INFINITY;
  private at = 0;

  /**
   * Takes an answer into account.
   * @param sent when the request was sent, by this process's clock
   * @param received when the answer came
   * @param redis what the clock of Redis said in between
   */
  heard(sent: number, received: number, redis: number): void {
    const slack = (received - this.at) * drift;
    const min = Math.max(this.min - slack, sent - redis);
    const max = Math.min(this.max + slack, received - redis);
    // The bounds contradict each other, so it is another Redis, or its clock was set.
    const isOther = min > max;
    this.min = isOther ? sent - redis : min;
    this.max = isOther ? received - redis : max;
    this.at = received;
  }

  /** @returns a moment of Redis by this process's clock */
  toLocal(redis: number): number {
    return redis + (this.min + this.max) / 2;
  }

  /** @returns a moment of this process by the clock of Redis */
  toRedis(local: number): number {
    return local - (this.min + this.max) / 2;
  }
}
