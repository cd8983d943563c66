import { Failure } from "../base/failure";

interface QueuedLookUp {
  go: () => void;
  fail: (error: unknown) => void;
}

/**
 * Limits how many look-ups run at a time, first in, first out. The timeout of a look-up starts when it leaves the queue;
 * otherwise thousands that are requested at once would time out while they wait for a connection.
 */
export class LookUpLine {
  private readonly waiting: QueuedLookUp[] = [];
  private running = 0;
  private answers = 0;

  constructor(private readonly maxRunning: number) {}

  /**
   * Runs a look-up when its turn comes.
   * @throws {unknown} what the look-up throws, or what another one threw if the platform does not respond at all
   */
  async run<T>(lookUp: () => Promise<T>): Promise<T> {
    if (this.running < this.maxRunning) this.running++;
    else await new Promise<void>((go, fail) => this.waiting.push({ go, fail }));
    const { answers } = this;
    try {
      const answer = await lookUp();
      this.answers++;
      return answer;
    } catch (error) {
      if (!isSilence(error)) this.answers++;
      // Otherwise each of them would wait for its own timeout, one after the other.
      else if (answers === this.answers) for (const { fail } of this.waiting.splice(0)) fail(error);
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next) next.go();
      else this.running--;
    }
  }
}

/** Whether there was no response at all. */
function isSilence(error: unknown): boolean {
  return error instanceof Failure && (error.category === "timeout" || error.category === "network");
}
