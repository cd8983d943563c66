import { closed, Failure } from "../base/failure";
import { invalidResponse } from "./answer";
import type { TransportError } from "./transport";

/** Why there was no answer to a call, and what that means for the command. */
export function transportFailure(error: TransportError, host: string, isTimedOut: boolean): Failure {
  const outcome = error.sent ? "unknown" : "not-sent";
  const common = { outcome, retryable: !error.sent, statusCode: error.statusCode } as const;
  switch (error.reason) {
    case "aborted":
      return isTimedOut
        ? new Failure({
            ...common,
            code: "request-timeout",
            category: "timeout",
            text: { key: error.sent ? "errors.timeout-sent" : "errors.timeout-not-sent", params: { host } },
            hint: error.sent ? "hints.unknown" : "hints.network",
          })
        : closed(error.sent);
    case "too-large":
      return invalidResponse({ statusCode: error.statusCode ?? 0 }, "errors.response-too-large");
    case "connect":
      return new Failure({
        ...common,
        code: "connection-failed",
        category: "network",
        text: { key: "errors.connection-failed", params: { host, reason: error.systemCode || "?" } },
        hint: connectionHint(error.systemCode),
      });
    case "lost":
      return new Failure({
        ...common,
        code: "connection-lost",
        category: "network",
        text: { key: "errors.connection-lost", params: { host, reason: error.systemCode || "?" } },
        hint: "hints.unknown",
      });
    case "unsendable":
    default:
      return unsendable(error);
  }
}

/** No request can be made from the call. */
export function unsendable(error: unknown): Failure {
  return new Failure({
    code: "invalid-input",
    category: "input",
    outcome: "not-sent",
    retryable: false,
    text: {
      key: "errors.unsendable",
      params: { reason: error instanceof Error ? error.name : typeof error },
    },
  });
}

function connectionHint(systemCode: string): string {
  if (systemCode.startsWith("PROXY_"))
    return systemCode === "PROXY_407" ? "hints.proxy-login" : "hints.proxy";
  if (/^(ENOTFOUND|EAI_)/.test(systemCode)) return "hints.dns";
  // On a machine whose clock was never set, every certificate is valid only in the future.
  if (systemCode === "CERT_NOT_YET_VALID") return "hints.clock";
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO/.test(systemCode)) return "hints.tls";
  return "hints.network";
}
