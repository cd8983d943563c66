import type { FailureFields } from "../base/failure";
import { isObject } from "../base/json";
import { field } from "./field";

/** `iot:QueryDevice`, and nothing longer or of another form. */
const wellFormed = /^[a-z][a-z0-9-]{0,30}:[A-Za-z]\w{0,80}$/;
/** As RAM writes it in a detail that is text, or in the message. */
const inText = /AuthAction["'\s:=]+([\w:-]{1,120})/i;
/** An action in a sentence; not a part of a resource's name, such as `acs:iot:cn-shanghai:…`. */
const inMessage = /(?<![\w:./-])(?:iot|sts):[A-Za-z]\w{1,80}(?![\w:/-])/;

/**
 * The RAM action that was refused: the one that the answer names, else the one of the operation that was called.
 * @param body of the answer
 * @param operation such as `QueryDevice`
 * @param product that the operation belongs to, as RAM spells it
 */
export function refusedAction(body: Record<string, unknown>, operation: string, product = "iot"): string {
  const detail = field(body, "AccessDeniedDetail");
  const message = field(body, "Message");
  const candidates = [
    isObject(detail) ? field(detail, "AuthAction") : undefined,
    field(body, "AuthAction"),
    inText.exec(textOf(detail))?.[1],
    inText.exec(textOf(message))?.[1],
    inMessage.exec(textOf(message))?.[0],
    inMessage.exec(textOf(field(body, "ErrorMessage")))?.[0],
  ];
  for (const candidate of candidates) {
    if (typeof candidate !== "string") continue;
    const action = candidate.includes(":") ? candidate.trim() : `${product}:${candidate.trim()}`;
    if (wellFormed.test(action)) return action;
  }
  return `${product}:${operation}`;
}

/** A hint that names the action to allow. */
export function permissionHint(action: string): Pick<FailureFields, "hint" | "hintParams"> {
  return { hint: "hints.permission-action", hintParams: { action } };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 4000) : "";
}
