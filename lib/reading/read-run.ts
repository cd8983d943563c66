import { asFailure } from "../base/as-failure";
import { Cancellation, type CancelSignal } from "../base/cancellation";
import { closed, type Failure } from "../base/failure";
import { pause } from "../base/pause";
import type { Answer } from "../cloud/answer";
import type { CallOptions, Parameters } from "../cloud/client";
import type { ReadOperation, ReadPace } from "./limits";
import { endless, tooMuch } from "./read-failure";

/** The part of the client that reads need. */
export interface ReadCaller {
  call(operation: string, parameters: Parameters, options: CallOptions): Promise<Answer>;
}

/** How a read went; also a part of `msg.invocation`. */
export interface ReadStats {
  requestId?: string | undefined;
  /** The most that one of its calls took. */
  attempts: number;
  /** All properties were asked for, and the thing model, which may name further modules, could not be read. */
  modulesUnknown?: true;
}

const maxAttempts = 4;
/** No answer takes that long; another attempt may get one. */
const maxCallMs = 10_000;
const firstDelayMs = 200;
const maxDelayMs = 5000;
/** With less time left than this, another attempt would hardly get an answer. */
const minTimeMs = 200;
/** What one read may hold, so that no history fills the memory: text, and values, which take more memory than their text. */
const maxBytes = 32 * 1024 * 1024;
const maxValues = 1_000_000;
/** That many values need no more, and pages that hold nothing must not go on for ever. */
const maxCalls = 50_000;

/**
 * The calls of one read. They share its time, in which waiting for the account's pace does not count, and end together.
 * Operations that only read may always be repeated (docs/architecture.md, Invocation rules).
 */
export class ReadRun {
  /** Fires when the read ends, for whatever reason. */
  readonly ending = new Cancellation();
  /** Why it is not known which modules the device has, where that was asked for. */
  modulesFailure: unknown;
  private bytes = 0;
  private values = 0;
  private calls = 0;
  private running = 0;
  private runningSince = 0;
  private spentMs = 0;

  /**
   * @param timeout milliseconds for all calls
   * @param signal ends them as `closed`
   */
  constructor(
    private readonly caller: ReadCaller,
    private readonly pace: Pick<ReadPace, "gate">,
    private readonly stats: ReadStats,
    private readonly timeout: number,
    private readonly signal: CancelSignal | undefined,
  ) {
    signal?.addEventListener("abort", this, { once: true });
    if (signal?.aborted) this.handleEvent();
  }

  /** The signal fires. */
  handleEvent(): void {
    this.ending.abort();
  }

  /** Ends what is still under way. */
  end(): void {
    this.signal?.removeEventListener("abort", this);
    this.ending.abort();
  }

  /** @throws {Failure} of the last attempt; `invalid-response` after too many calls */
  async ask(operation: ReadOperation, parameters: Parameters): Promise<Answer> {
    if (++this.calls > maxCalls) throw endless();
    const gate = this.pace.gate(operation);
    const permit = await gate.enter(this.ending);
    this.started();
    try {
      for (let attempt = 1; ; attempt++) {
        this.stats.attempts = Math.max(this.stats.attempts, attempt);
        const begun = performance.now();
        const timeout = Math.min(maxCallMs, Math.max(1, this.leftMs));
        try {
          const answer = await this.caller.call(operation, parameters, { timeout, signal: this.ending });
          gate.speedUp();
          this.stats.requestId = answer.requestId;
          return answer;
        } catch (error) {
          const failure = asFailure(error);
          if (failure.category === "throttled") gate.slowDown(begun);
          else if (failure.outcome === "refused") gate.speedUp();
          await this.waitToRepeat(attempt, failure);
        }
      }
    } finally {
      this.ended();
      permit.release();
    }
  }

  /** Which modules the device has could not be read, so there may be more than are known. */
  lacksModules(reason: unknown): void {
    this.stats.modulesUnknown = true;
    this.modulesFailure = reason;
  }

  /**
   * Counts what the flow is to get.
   * @param bytes of its text
   * @param values that it consists of; see `countValues`
   * @throws {Failure} `invalid-input` where that is too much
   */
  count(bytes: number, values: number): void {
    this.bytes += bytes;
    this.values += values;
    if (this.bytes > maxBytes) throw tooMuch("errors.read-too-large", maxBytes / 1024 / 1024);
    if (this.values > maxValues) throw tooMuch("errors.read-too-many", maxValues);
  }

  /** @throws {Failure} the failure, if there is no further attempt */
  private async waitToRepeat(attempt: number, failure: Failure): Promise<void> {
    if (attempt >= maxAttempts || !mayPass(failure)) throw failure;
    const delay =
      failure.retryAfterMs ??
      (isRecovered(failure) ? 0 : Math.random() * Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1)));
    if (this.leftMs - delay < minTimeMs) throw failure;
    await pause(delay, this.ending);
    if (this.ending.aborted) throw closed(false);
  }

  private get leftMs(): number {
    const present = this.running > 0 ? performance.now() - this.runningSince : 0;
    return this.timeout - this.spentMs - present;
  }

  private started(): void {
    if (this.running++ === 0) this.runningSince = performance.now();
  }

  private ended(): void {
    if (--this.running === 0) this.spentMs += performance.now() - this.runningSince;
  }
}

/** A corrected clock or a renewed token. */
function isRecovered({ category, retryable }: Failure): boolean {
  return category === "credentials" && retryable;
}

/** Whether another attempt may get an answer. */
function mayPass({ category, retryable, outcome }: Failure): boolean {
  if (category === "credentials") return retryable;
  if (final.has(category)) return false;
  // Not what is wrong with this machine or its network, such as a certificate.
  return retryable || outcome === "unknown" || category === "throttled";
}

/** What another attempt does not change. */
const final: ReadonlySet<Failure["category"]> = new Set([
  "closed",
  "queue",
  "input",
  "not-found",
  "permission",
]);
