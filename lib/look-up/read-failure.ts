import type { Failure, Text } from "../base/failure";

/** Messages about commands, and the ones to use for look-ups. */
const textsOfReads: Record<string, string> = {
  "errors.timeout-sent": "errors.read-timeout",
  "errors.connection-lost": "errors.read-lost",
  "errors.closed-in-flight": "errors.read-closed",
  "errors.closed-queued": "errors.read-closed",
};

/**
 * Why a look-up failed. Nothing can have been carried out, so the message must not suggest that; the outcome does not
 * change.
 */
export function readFailure(failure: Failure): Failure {
  const text = textOf(failure.text);
  if (failure.outcome === "unknown") return failure.inWords(text, hintOfUnknown(failure));
  return text === failure.text
    ? failure
    : failure.inWords(text, failure.category === "closed" ? undefined : failure.hint);
}

function textOf(text: Text | string): Text | string {
  const key = typeof text === "string" ? undefined : textsOfReads[text.key];
  return key === undefined || typeof text === "string" ? text : { ...text, key };
}

function hintOfUnknown({ code, statusCode = 0, category }: Failure): string | undefined {
  if (category === "closed") return undefined;
  if (code === "invalid-response") return "hints.odd-answer";
  return statusCode >= 500 || category === "platform" ? "hints.later" : "hints.no-answer";
}
