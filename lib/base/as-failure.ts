import { textOfError } from "./describe";
import { Failure } from "./failure";

/** Anything that was thrown, as a `Failure`; what is none is a bug of this package. */
export function asFailure(error: unknown, outcome: "not-sent" | "unknown" = "unknown"): Failure {
  return error instanceof Failure ? error : internalFailure(error, outcome);
}

/** A bug of this package. */
function internalFailure(error: unknown, outcome: "not-sent" | "unknown"): Failure {
  return new Failure({
    code: "internal-error",
    category: "platform",
    outcome,
    retryable: false,
    text: { key: "errors.internal", params: { reason: textOfError(error) } },
    hint: outcome === "unknown" ? "hints.unknown" : undefined,
  });
}
