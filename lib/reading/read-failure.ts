import { Failure } from "../base/failure";
import { readFailure } from "../look-up/read-failure";
import { maxIdentifiers } from "./request";

/**
 * Why a read failed, in words that fit one. It can be repeated without any risk, unless it asks for what does not exist or
 * cannot be asked for.
 */
export function failureOfRead(failure: Failure): Failure {
  const isWrong = failure.category === "input" || failure.category === "not-found";
  return readFailure(failure).withRetryable(!isWrong && failure.code !== "internal-error");
}

/**
 * More than one read may hold.
 * @param key of the sentence
 * @param limit that it names
 */
export function tooMuch(key: string, limit: number): Failure {
  return new Failure({
    code: "invalid-input",
    category: "input",
    outcome: "refused",
    retryable: false,
    text: { key, params: { limit } },
    hint: "hints.read-less",
  });
}

/**
 * Where all are asked for, the platform's answers say which ones there are, and each takes calls of its own.
 * @throws {Failure} `invalid-input` where there are more than a message can name
 */
export function checkCount(identifiers: number): void {
  if (identifiers > maxIdentifiers) throw tooMuch("errors.read-too-many-names", maxIdentifiers);
}

/** The platform's pages lead nowhere. */
export function endless(): Failure {
  return new Failure({
    code: "invalid-response",
    category: "platform",
    outcome: "refused",
    retryable: true,
    text: { key: "errors.read-endless" },
    hint: "hints.read-less",
  });
}
