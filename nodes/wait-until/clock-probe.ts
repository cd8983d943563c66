import { Cancellation } from "../../lib/base/cancellation";
import { pause } from "../../lib/base/pause";
import type { UsableAccount } from "../common/account-node";

/** Where there was no answer, the platform is not asked again sooner. */
const pauseMs = 10_000;

interface ClockSource {
  client: { clock: Pick<UsableAccount["client"]["clock"], "isKnown"> };
  subscriptionAccess(): Promise<{ checkClock(): Promise<void> }>;
}

/** Asks for the platform's time, once for all waits that need it. */
export class ClockProbe {
  private probe: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private endedAt = Infinity;
  private readonly ending = new Cancellation();

  /** @param now a monotonic clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Any answer has the time; without one, a later wait asks again. Never rejects. */
  run(account: ClockSource): Promise<void> {
    if (!account.client.clock.isKnown && this.now() >= this.endedAt + pauseMs) this.probe = undefined;
    return (this.probe ??= this.ask(account));
  }

  /** As `run`, but where there was no answer, it resolves once the platform was asked again after the pause. */
  again(account: ClockSource): Promise<void> {
    return (this.next ??= this.askLater(account));
  }

  /** Nothing is asked from now on. */
  close(): void {
    this.ending.abort();
  }

  private async askLater(account: ClockSource): Promise<void> {
    const rest = this.endedAt + pauseMs - this.now();
    if (Number.isFinite(rest)) await pause(Math.max(Math.ceil(rest), 0), this.ending);
    this.next = undefined;
    if (!this.ending.aborted) await this.run(account);
  }

  private async ask(account: ClockSource): Promise<void> {
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
