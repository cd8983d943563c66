import type { Credentials } from "../base/credentials";
import type { Deadline } from "../base/deadline";
import { Failure } from "../base/failure";
import { opaque } from "../base/opaque";
import { type Answer, readAnswer } from "./answer";
import type { HttpAnswer, ReceivedAnswer } from "./http-answer";
import type { PlatformClock } from "./platform-clock";
import type { Receiver } from "./transport";

/** What the client knows of a call that did not go well. */
export interface Recovery {
  readonly clock: PlatformClock;
  /** What something that was thrown means for the command. */
  failureOf(thrown: unknown, deadline: Deadline): Failure;
  /**
   * Recovers from a refusal for the next attempt, where that is possible. Never rejects.
   * @returns what the call ends with
   */
  afterRefusal(refusal: Failure, http: HttpAnswer, used: Credentials, deadline: Deadline): Promise<Failure>;
}

/**
 * A call that waits for its answer. One object and one promise, since thousands may wait; promises that wait for each other
 * take more memory, and time at each answer. Bench line: "own" in bench/check.ts.
 */
export class PendingCall implements Receiver {
  private credentials!: Credentials;
  private signature = "";
  private sentAt = 0;

  constructor(
    private readonly recovery: Recovery,
    readonly operation: string,
    readonly deadline: Deadline,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (failure: Failure) => void,
  ) {}

  /** It is about to be sent. */
  begun(credentials: Credentials, signature: string): void {
    this.credentials = credentials;
    this.signature = signature;
    this.sentAt = performance.now();
  }

  received(http: ReceivedAnswer): void {
    try {
      this.recovery.clock.heard(http.date, this.sentAt);
      const answer = readAnswer(http, this.operation, maskOf(this.credentials, this.signature));
      this.deadline.end();
      this.resolve(answer);
    } catch (error) {
      if (error instanceof Failure && error.retryable) void this.recover(error, http);
      else this.failed(error);
    }
  }

  failed(thrown: unknown): void {
    this.deadline.end();
    this.reject(this.recovery.failureOf(thrown, this.deadline));
  }

  private async recover(refusal: Failure, http: HttpAnswer): Promise<void> {
    this.failed(await this.recovery.afterRefusal(refusal, http, this.credentials, this.deadline));
  }
}

opaque(PendingCall);

/** Removes secret, token and signature from a text, also if they are percent-encoded. */
function maskOf(credentials: Credentials, signature: string): (text: string) => string {
  return (text) => {
    let rest = text;
    for (const secret of [credentials.accessKeySecret, credentials.securityToken, signature]) {
      // Most texts are too short for it.
      if (!secret || text.length < secret.length) continue;
      rest = rest.replaceAll(secret, "***");
      if (rest.includes("%")) rest = rest.replaceAll(encodeURIComponent(secret), "***");
    }
    return rest;
  };
}
