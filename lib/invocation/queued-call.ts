import type { CancelSignal } from "../base/cancellation";
import { maxTimerMs } from "../base/deadline";
import { closed, Failure } from "../base/failure";
import type { Fifo, FifoMember } from "../base/fifo";

/** A permit in the quota; given back once, when the call is over. */
export interface Permit {
  release(): void;
}

/** A call in the queue. One object for each, because there may be a hundred thousand of them. */
export class QueuedCall implements FifoMember<QueuedCall> {
  previous: QueuedCall | undefined = undefined;
  next: QueuedCall | undefined = undefined;
  private readonly expiry: NodeJS.Timeout | undefined;

  constructor(
    /** Where it is to be added. */
    private readonly queue: Fifo<QueuedCall>,
    private readonly resolve: (permit: Permit) => void,
    private readonly reject: (failure: Failure) => void,
    private readonly signal: CancelSignal | undefined,
    queueTtl: number,
  ) {
    signal?.addEventListener("abort", this, { once: true });
    if (queueTtl > 0) this.expiry = setTimeout(expire, Math.min(queueTtl, maxTimerMs), this, queueTtl);
  }

  /** Its turn has come; from now on it is no longer in the queue. */
  take(permit: Permit): void {
    this.leave();
    this.resolve(permit);
  }

  /** It leaves the queue before its turn. */
  drop(failure: Failure): void {
    this.leave();
    this.reject(failure);
  }

  /** The signal fires. */
  handleEvent(): void {
    this.drop(closed(false));
  }

  private leave(): void {
    this.queue.remove(this);
    clearTimeout(this.expiry);
    this.signal?.removeEventListener("abort", this);
  }
}

/** Shared by all queued calls, to save memory. */
function expire(waiting: QueuedCall, queueTtl: number): void {
  waiting.drop(queueFailure("queue-expired", "hints.queue-expired", { seconds: queueTtl / 1000 }));
}

/** Why a call is not queued, or no longer. */
export function queueFailure(code: string, hint: string, params: Record<string, number>): Failure {
  const key = code === "queue-full" ? "errors.queue-full" : "errors.queue-expired";
  return new Failure({
    code,
    category: "queue",
    outcome: "not-sent",
    retryable: true,
    text: { key, params },
    hint,
  });
}
