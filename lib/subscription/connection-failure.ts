import { Failure, type FailureFields } from "../base/failure";
import { isObject } from "../base/json";
import { UnknownRhea } from "../base/rhea";
import { codeOf } from "../base/system-code";
import { readable } from "../base/text";
import type { AmqpEndpoint } from "./amqp-socket";
import type { Login } from "./login";

/** What AMQP calls a login or a consumer group that it does not want. */
const unauthorized = "amqp:unauthorized-access";

/** Whether the platform does not want us, so that trying again soon is of no use. */
export function isRefusal({ code }: Failure): boolean {
  return code === unauthorized;
}

/** A refusal of a machine whose clock is wrong; the login was signed with the platform's time. */
export function withClockHint({ code, category, text }: Failure): Failure {
  return failure({ code, category, text, hint: "hints.subscription-refused-clock" });
}

/** Why there was no connection. */
export function connectFailure(endpoint: AmqpEndpoint, context: unknown, login: Login): Failure {
  const cause = causeOf(context);
  const systemCode = codeOf(cause);
  if (conditionOf(cause) !== undefined || systemCode === "") return endFailure(endpoint, context, login);
  return unreachable(endpoint, systemCode);
}

/**
 * Why a connection ended.
 * @param context what rhea told of it: an event with an `error`, an endpoint with one, an error, or our own words
 */
export function endFailure(endpoint: AmqpEndpoint, context: unknown, login: Login): Failure {
  const cause = causeOf(context);
  const host = nameOf(endpoint);
  const condition = conditionOf(cause);
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

/** The other side says nothing, or not enough. */
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

function conditionOf(cause: unknown): string | undefined {
  const condition = (cause as { condition?: unknown } | undefined)?.condition;
  return typeof condition === "string" ? readable(condition, 100) || undefined : undefined;
}

/** One line, without what we logged in with: a server may repeat it. */
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

/** Something of ours failed before there was a connection: credentials that cannot be had, a TLS option. */
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
