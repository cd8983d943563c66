import { Failure } from "../../base/failure";

/** A failure to find out about a device, as that of the command which was therefore not sent. */
export function notSent(failure: Failure): Failure {
  if (failure.outcome === "not-sent") return failure;
  const { code, category, retryable, text, hint, hintParams, requestId, statusCode } = failure;
  return new Failure({
    code,
    category,
    outcome: "not-sent",
    retryable,
    text,
    hint,
    hintParams,
    requestId,
    statusCode,
  });
}
