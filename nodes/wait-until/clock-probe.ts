import type { UsableAccount } from "../common/account-node";

/** Where there was no answer, the platform is not asked again sooner. */
const pauseMs = 10_000;

type Teacher = {
  client: { clock: Pick<UsableAccount["client"]["clock"], "isKnown"> };
  subscriptionAccess(): Promise<{ checkClock(): Promise<void> }>;
};

/** Finds the platform's time out, once for all waits that want it. */
export class ClockLesson {
  private lesson: Promise<void> | undefined;
  private endedAt = Infinity;

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Any answer tells it; without one, a later wait asks again. Never rejects. */
  learn(account: Teacher): Promise<void> {
    if (!account.client.clock.isKnown && this.now() >= this.endedAt + pauseMs) this.lesson = undefined;
    return (this.lesson ??= this.ask(account));
  }

  private async ask(account: Teacher): Promise<void> {
    this.endedAt = Infinity;
    try {
      const access = await account.subscriptionAccess();
      await access.checkClock();
    } catch {
      // Then this machine's clock counts.
    }
    this.endedAt = this.now();
  }
}
