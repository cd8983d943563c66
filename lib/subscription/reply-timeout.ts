import { Failure } from "../base/failure";
import type { SubscriptionState } from "./state";

const timeoutHints: Record<SubscriptionState["name"], string> = {
  connected: "hints.reply-timeout",
  connecting: "hints.reply-timeout-connecting",
  disconnected: "hints.reply-timeout-disconnected",
  refused: "hints.reply-timeout-refused",
  closed: "hints.reply-timeout-disconnected",
};

/** No reply in time; the hint depends on the state that the subscription is in. */
export function replyTimeout(
  messageId: string,
  milliseconds: number,
  state: SubscriptionState["name"],
): Failure {
  return new Failure({
    code: "reply-timeout",
    category: "timeout",
    outcome: "unknown",
    retryable: false,
    text: { key: "errors.reply-timeout", params: { seconds: Math.round(milliseconds / 100) / 10 } },
    hint: timeoutHints[state],
    messageId,
  });
}
