import { Failure } from "../../base/failure";

/** What is looked at before any of the devices is. */
const beforeDevices: ReadonlySet<Failure["category"]> = new Set([
  "credentials",
  "permission",
  "throttled",
  "input",
]);

/**
 * What the failure of a batch means for each of its devices. It is not known whether the platform looks at all names before
 * it sends anything, so a refusal says something only where it was given before the devices were looked at.
 */
export function failureOfEach(failure: Failure): Failure {
  const { outcome, code, category, text, requestId, statusCode } = failure;
  if (outcome === "not-sent" || outcome === "unknown" || isBeforeDevices(failure)) return failure;
  return new Failure({
    code,
    category,
    outcome: "unknown",
    retryable: false,
    text,
    hint: "hints.fleet-batch-refused",
    requestId,
    statusCode,
  });
}

/** Numbers and codes of the message broker come from behind the gateway, where devices are commanded. */
function isBeforeDevices({ outcome, category, code }: Failure): boolean {
  return (
    outcome === "refused" && beforeDevices.has(category) && !/^(?:\d+$|iot\.messagebroker\.)/i.test(code)
  );
}
