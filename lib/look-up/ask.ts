import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../base/failure";
import type { Answer } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import { readFailure } from "./read-failure";

/** The part of the client that look-ups need. */
export interface Caller {
  call(operation: string, parameters: Parameters): Promise<Answer>;
}

const maxAttempts = 3;
const maxDelayMs = 2000;

/**
 * Calls an operation that only reads, which may always be repeated (docs/architecture.md, Invocation rules).
 * @throws {Failure} of the last attempt
 */
export async function ask(caller: Caller, operation: string, parameters: Parameters): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await caller.call(operation, parameters);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (attempt >= maxAttempts || !mayPass(error)) throw readFailure(error);
      const delay = error.retryAfterMs ?? Math.random() * 300 * 2 ** attempt;
      if (delay > maxDelayMs) throw readFailure(error);
      await sleep(delay);
    }
  }
}

/** A timeout is not retried: a user is waiting at a dialog. */
function mayPass({ category, retryable, code }: Failure): boolean {
  if (category === "timeout" || category === "closed") return false;
  return retryable || category === "throttled" || code === "connection-lost";
}
