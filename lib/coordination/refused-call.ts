import type { Redis } from "ioredis";
import { timedOut } from "../base/with-timeout";
import { answerInTime, runScript } from "./run-script";
import type { Script } from "./scripts";

interface Call {
  script: Script;
  keys: readonly string[];
  args: readonly (string | number)[];
}

/**
 * A call that Redis has refused although it answers heartbeats, such as a script whose key belongs to another program. Redis
 * counts as usable again once it takes that call; otherwise the state would change with each heartbeat. To run a script twice
 * is harmless: starts that nobody uses lapse, claims are this member's own, and a message that is published twice is answered
 * twice.
 */
export class RefusedCall {
  private call: Call | undefined;

  note(script: Script, keys: readonly string[], args: readonly (string | number)[]): void {
    this.call ??= { script, keys, args };
  }

  /**
   * Makes the call again, if there is one.
   * @throws {Error} what Redis has answered: it refuses it again
   */
  async again(redis: Redis): Promise<typeof timedOut | undefined> {
    if (!this.call) return undefined;
    const { script, keys, args } = this.call;
    const answer = await answerInTime(runScript(redis, script, keys, args));
    if (answer === timedOut) return timedOut;
    this.call = undefined;
    return undefined;
  }
}
