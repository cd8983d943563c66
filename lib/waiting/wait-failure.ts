import { Failure, type Text } from "../base/failure";
import { readable } from "../base/text";
import type { SubscriptionState } from "../subscription/state";
import { type Subject, subjectText } from "./value-path";

/** The node is being closed; whether the device would have reported it is unknown, and waiting again does no harm. */
export function waitClosed(): Failure {
  return new Failure({
    code: "closed",
    category: "closed",
    outcome: "unknown",
    retryable: true,
    text: { key: "errors.wait-closed" },
    hint: "hints.wait-closed",
  });
}

/**
 * The condition was not met in time; waiting again does no harm.
 * @param seen the last value that did not meet the condition, if there was one
 * @param state of the subscription
 */
export function waitTimeout(
  subject: Subject,
  milliseconds: number,
  seen: { value: unknown } | undefined,
  state: SubscriptionState["name"],
): Failure {
  const seconds = Math.round(milliseconds / 100) / 10;
  const name: Text | string = subject.name === "" ? { key: nameKeys[subject.kind] } : subjectText(subject);
  return new Failure({
    code: "wait-timeout",
    category: "timeout",
    outcome: "unknown",
    retryable: true,
    text: { key: "errors.wait-timeout", params: { seconds, name } },
    hint: seen ? "hints.wait-timeout-seen" : hints[state],
    hintParams: seen && { name, value: typeof seen.value === "string" ? seen.value : shownValue(seen.value) },
  });
}

const nameKeys = {
  property: "errors.wait-any-property",
  event: "errors.wait-any-event",
  state: "errors.wait-state",
};

const hints: Record<SubscriptionState["name"], string> = {
  connected: "hints.wait-timeout",
  connecting: "hints.wait-timeout-disconnected",
  disconnected: "hints.wait-timeout-disconnected",
  refused: "hints.wait-timeout-refused",
  closed: "hints.wait-timeout-disconnected",
};

const maxShown = 60;

/** Many may wait for the same device: what it sends, which may be large, is put into words once for all of them. */
const shown = new WeakMap<object, string>();

/** A value as it stands in a hint. */
export function shownValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return inShort(value);
  let text = shown.get(value);
  if (text === undefined) shown.set(value, (text = inShort(value)));
  return text;
}

function inShort(value: unknown): string {
  return readable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""), maxShown);
}
