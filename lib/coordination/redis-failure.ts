import { Failure, type Text } from "../base/failure";
import { codeOf } from "../base/system-code";
import { readable } from "../base/text";

/** What can be wrong with a Redis, and the texts that say so. */
const problems = {
  unreachable: { text: "errors.redis-unreachable", hint: "hints.redis-unreachable" },
  slow: { text: "errors.redis-slow", hint: "hints.redis-slow" },
  refused: { text: "errors.redis-refused", hint: "hints.redis-refused" },
  permission: { text: "errors.redis-permission", hint: "hints.redis-permission" },
  "read-only": { text: "errors.redis-read-only", hint: "hints.redis-read-only" },
  full: { text: "errors.redis-full", hint: "hints.redis-full" },
  loading: { text: "errors.redis-loading", hint: "hints.redis-loading" },
  old: { text: "errors.redis-old", hint: "hints.redis-old" },
  foreign: { text: "errors.redis-foreign", hint: "hints.redis-foreign" },
  cluster: { text: "errors.redis-cluster", hint: "hints.redis-cluster" },
  client: { text: "errors.redis-client", hint: "hints.redis-client" },
  error: { text: "errors.redis-error", hint: "hints.redis-error" },
} as const;

type RedisProblem = keyof typeof problems;

/** Parts of a secret that are shorter are not masked: they would be found in ordinary words. */
const shortestPart = 6;
const repeatedArgs = /,? ?with args beginning with:.*$/s;

/** The words with which Redis begins an error, and what they mean. */
const errorWords: [words: RegExp, problem: RedisProblem][] = [
  [/\bREADONLY\b/, "read-only"],
  [/\b(?:OOM|MISCONF|NOREPLICAS)\b/, "full"],
  [/\b(?:WRONGPASS|NOAUTH)\b|invalid password|without any password configured/i, "refused"],
  // Within a script, Redis says it in words.
  [/\bNOPERM\b|user executing the script can't/, "permission"],
  [/\bWRONGTYPE\b/, "foreign"],
  [/\b(?:LOADING|MASTERDOWN|BUSY)\b/, "loading"],
  [/\b(?:MOVED|ASK|CROSSSLOT|CLUSTERDOWN)\b/, "cluster"],
];

/** A problem as a failure. It is `not-sent`: no command reached the platform because of it. */
export function redisFailure(problem: RedisProblem, params: NonNullable<Text["params"]>): Failure {
  const { text, hint } = problems[problem];
  return new Failure({
    code: `redis-${problem}`,
    category: problem === "refused" || problem === "permission" ? "credentials" : "network",
    outcome: "not-sent",
    retryable: true,
    text: { key: text, params },
    hint,
  });
}

/** What goes wrong with one Redis, as failures. */
export class RedisFailures {
  /**
   * @param host of the Redis, as it is shown
   * @param secrets that must not appear, should the other side repeat them
   */
  constructor(
    private readonly host: string,
    private readonly secrets: readonly string[],
  ) {}

  /** Why a command, or the connection, failed. */
  of(error: unknown): Failure {
    return error instanceof Failure ? error : asRedisFailure(error, this.host, this.secrets);
  }

  unreachable(): Failure {
    return redisFailure("unreachable", { host: this.host, reason: "connection-lost" });
  }

  /** @param ms within which no answer has come */
  slow(ms: number): Failure {
    return redisFailure("slow", { host: this.host, ms });
  }
}

function asRedisFailure(error: unknown, host: string, secrets: readonly string[]): Failure {
  // Some servers repeat a command that they do not know, a part of its arguments included.
  const message = (error instanceof Error ? error.message : String(error)).replace(repeatedArgs, "");
  const systemCode = codeOf(error);
  const isReply = isAnswer(error);
  const problem = isReply ? errorWords.find(([words]) => words.test(message))?.[1] : undefined;
  const reason = readable(masked(isReply ? message : systemCode || message, secrets), 120);
  return redisFailure(problem ?? (isReply ? "error" : "unreachable"), { host, reason });
}

/** Whether Redis itself has answered with this error; otherwise it comes from the connection. */
export function isAnswer(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

/** Whether another connection may lead to a Redis that takes writes, as after a failover. */
export function asksForReconnection({ code }: Failure): boolean {
  return ["redis-read-only", "redis-unreachable", "redis-refused", "redis-permission"].includes(code);
}

/** Without secrets, nor the beginning of one that the other side has cut off. */
function masked(text: string, secrets: readonly string[]): string {
  let rest = text;
  for (const secret of secrets)
    for (let { length } = secret; length > 0 && length >= Math.min(secret.length, shortestPart); length--)
      rest = rest.replaceAll(secret.slice(0, length), "***");
  return rest;
}
