import { Failure } from "../base/failure";

interface QueuedLookUp {
  go: () => void;
  fail: (error: unknown) => void;
}

/**
 * Lets so many look-ups go at a time, first in, first out. The time that a look-up has begins when it goes: thousands
 * that were asked for at once would otherwise use it up while they wait for a connection.
 */
export class LookUpLine {
  private readonly waiting: QueuedLookUp[] = [];
  private running = 0;
  private answers = 0;

  constructor(private readonly maxRunning: number) {}

  /**
   * Does a look-up when its turn comes.
   * @throws {unknown} what the look-up throws; also what another one did, where the platform answers nothing at all
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
      // Each of them would wait for as long, one after the other.
      else if (answers === this.answers) for (const { fail } of this.waiting.splice(0)) fail(error);
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next) next.go();
      else this.running--;
    }
  }
}

/** Whether nobody has answered. */
function isSilence(error: unknown): boolean {
  return error instanceof Failure && (error.category === "timeout" || error.category === "network");
}
