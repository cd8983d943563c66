import type { Failure } from "../base/failure";
import { readFailure } from "../look-up/read-failure";

/**
 * Why a read failed, in words that fit one. It can be repeated without any risk, unless it asks for what does not exist or
 * cannot be asked for.
 */
export function failureOfRead(failure: Failure): Failure {
  const isWrong = failure.category === "input" || failure.category === "not-found";
  return readFailure(failure).withRetryable(!isWrong && failure.code !== "internal-error");
}
