import type { Failure } from "../base/failure";
import { replyTimeout } from "../base/reply-timeout";
import type { SubscriptionState } from "./state";

const timeoutHints: Record<SubscriptionState["name"], string> = {
  connected: "hints.reply-timeout",
  connecting: "hints.reply-timeout-connecting",
  disconnected: "hints.reply-timeout-disconnected",
  refused: "hints.reply-timeout-refused",
  closed: "hints.reply-timeout-disconnected",
};

/** No reply in time; the hint depends on the state that the subscription is in. */
export function replyTimeoutIn(
  state: SubscriptionState["name"],
  milliseconds: number,
  messageId: string,
): Failure {
  return replyTimeout(milliseconds, timeoutHints[state], messageId);
}
