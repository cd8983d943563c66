import { Failure } from "./failure";

/** No reply in time: whether the device has carried the command out is not known. */
export function replyTimeout(milliseconds: number, hint: string, messageId?: string): Failure {
  return new Failure({
    code: "reply-timeout",
    category: "timeout",
    outcome: "unknown",
    retryable: false,
    text: { key: "errors.reply-timeout", params: { seconds: Math.round(milliseconds / 100) / 10 } },
    hint,
    messageId,
  });
}
