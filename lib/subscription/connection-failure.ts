import { Failure, type FailureFields } from "../base/failure";
import { isObject } from "../base/json";
import { UnknownRhea } from "../base/rhea";
import { codeOf } from "../base/system-code";
import { readable } from "../base/text";
import type { AmqpEndpoint } from "./amqp-socket";
import type { Login } from "./login";

/** The AMQP condition for a refused login or consumer group. */
const unauthorized = "amqp:unauthorized-access";

/** Whether the platform refused us, so that retrying soon is pointless. */
export function isRefusal({ code }: Failure): boolean {
  return code === unauthorized;
}

/** The refusal, with a hint for a machine whose clock is wrong; logins are signed with the platform's time. */
export function withClockHint({ code, category, text }: Failure): Failure {
  return failure({ code, category, text, hint: "hints.subscription-refused-clock" });
}

/** Why there was no connection. */
export function connectFailure(endpoint: AmqpEndpoint, context: unknown, login: Login): Failure {
  const cause = causeOf(context);
  const systemCode = codeOf(cause);
  if (conditionOf(cause, login) !== undefined || systemCode === "")
    return endFailure(endpoint, context, login);
  return unreachable(endpoint, systemCode);
}

/**
 * Why a connection ended.
 * @param context what rhea reported: an event or endpoint with an `error`, an error, or our own text
 */
export function endFailure(endpoint: AmqpEndpoint, context: unknown, login: Login): Failure {
  const cause = causeOf(context);
  const host = nameOf(endpoint);
  const condition = conditionOf(cause, login);
  const reason = reasonOf(cause, condition, login) || { key: "errors.subscription-no-reason" };
  if (condition === unauthorized) {
    return failure({
      code: unauthorized,
      category: "permission",
      text: { key: "errors.subscription-refused", params: { host, reason } },
      hint: "hints.subscription-refused",
    });
  }
  return failure({
    code: condition ?? "connection-lost",
    ...(condition !== undefined && { category: "platform" }),
    text: { key: "errors.subscription-ended", params: { host, reason } },
    hint: "hints.subscription-again",
  });
}

/** The peer sends nothing, or too little. */
export function silentFailure(endpoint: AmqpEndpoint, milliseconds: number): Failure {
  return failure({
    code: "request-timeout",
    category: "timeout",
    text: {
      key: "errors.subscription-silent",
      params: { host: nameOf(endpoint), seconds: Math.round(milliseconds / 1000) },
    },
    hint: "hints.subscription-network",
  });
}

function unreachable(endpoint: AmqpEndpoint, reason: string): Failure {
  return failure({
    code: "connection-failed",
    text: { key: "errors.connection-failed", params: { host: nameOf(endpoint), reason } },
    hint: connectHint(reason),
  });
}

function failure(fields: Pick<FailureFields, "code" | "text" | "hint"> & Partial<FailureFields>): Failure {
  return new Failure({ category: "network", outcome: "not-sent", retryable: true, ...fields });
}

function nameOf({ host, port }: AmqpEndpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function causeOf(context: unknown): unknown {
  return typeof context === "object" && context !== null && "error" in context ? context.error : context;
}

/** It becomes the failure's code. Masked first: a part of a credential that is cut off would not be recognized. */
function conditionOf(cause: unknown, login: Login): string | undefined {
  const condition = (cause as { condition?: unknown } | undefined)?.condition;
  return typeof condition === "string" ? readable(masked(condition, login), 100) || undefined : undefined;
}

/** One line without our credentials, which a server may repeat. */
function reasonOf(cause: unknown, condition: string | undefined, login: Login): string {
  const description = isObject(cause) ? cause["description"] : undefined;
  const words = [
    condition ?? codeOf(cause),
    typeof description === "string" ? description : "",
    condition === undefined && cause instanceof Error && codeOf(cause) === "" ? cause.message : "",
    typeof cause === "string" ? cause : "",
  ].filter((word) => word !== "");
  return readable(masked(words.join(": "), login), 200);
}

function masked(text: string, { username, password }: Login): string {
  const token = /securityToken=([^,|]+)/.exec(username)?.[1];
  return [username, password, token].reduce<string>(
    (rest, secret) => (secret ? rest.replaceAll(secret, "***") : rest),
    text,
  );
}

function connectHint(systemCode: string): string {
  if (/^(ENOTFOUND|EAI_)/.test(systemCode)) return "hints.subscription-host";
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/.test(systemCode)) return "hints.tls";
  return "hints.subscription-network";
}

/** Something failed on our side before there was a connection, such as fetching credentials or a TLS option. */
export function ownFailure(endpoint: AmqpEndpoint, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof UnknownRhea) {
    const params = { members: error.missing.join(", ") };
    return failure({
      code: "internal-error",
      category: "platform",
      text: { key: "errors.rhea-members", params },
    });
  }
  return unreachable(endpoint, codeOf(error) || (error instanceof Error ? error.name : typeof error));
}
