import { invalidInput } from "../base/failure";
import { isLoopback } from "../base/loopback";
import { readable } from "../base/text";

/** Where a Redis is. */
export interface RedisAddress {
  host: string;
  port: number;
  /** Number of the database. */
  db: number;
  isEncrypted: boolean;
}

const usualPort = 6379;

/**
 * Reads `redis://host:port/db` or `rediss://…`. Used by the dialog as well.
 * @param mayBeUnencrypted whether `redis://` may lead to another host than this one
 * @throws {Failure} `invalid-input`
 */
export function redisAddressOf(typed: string, mayBeUnencrypted: boolean): RedisAddress {
  // A password does not belong here, and must not appear in a message.
  const came = readable(typed.replace(/[^/]*@/g, "***@"), 100);
  if (typed === "") throw invalidInput({ key: "errors.redis-url-missing" });
  const [, scheme = "", rest = ""] = /^(rediss?):\/\/(.*)$/is.exec(typed) ?? [];
  if (/@/.test(rest)) throw invalidInput({ key: "errors.redis-url-password", params: { came } });
  // Parsed as http, because URL validates hosts and ports of http.
  const text = `http://${rest}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const parts = /^[^/?#\\\s]+?(?::(\d+))?(?:\/(\d{1,5})?)?$/.exec(rest);
  if (!url || !parts || url.hostname === "" || parts[1] === "0")
    throw invalidInput({ key: "errors.redis-url", params: { came } });
  const isEncrypted = scheme.toLowerCase() === "rediss";
  if (!isEncrypted && !mayBeUnencrypted && !isLoopback(url))
    throw invalidInput({ key: "errors.redis-unencrypted", params: { host: url.host } });
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(parts[1] ?? usualPort),
    db: Number(parts[2] ?? 0),
    isEncrypted,
  };
}

/** What is wrong with a URL; undefined: nothing. */
export function redisUrlProblem(
  typed: string,
  mayBeUnencrypted: boolean,
): "missing" | "password" | "unencrypted" | "unreadable" | undefined {
  try {
    redisAddressOf(typed, true);
  } catch {
    if (typed === "") return "missing";
    return /@/.test(typed) ? "password" : "unreadable";
  }
  try {
    redisAddressOf(typed, mayBeUnencrypted);
    return undefined;
  } catch {
    return "unencrypted";
  }
}

/** Whether a prefix can begin the name of every key: no braces, which would change how names are hashed. */
export function isRedisPrefix(text: string): boolean {
  return /^[^\s{}\p{C}]{1,100}$/u.test(text);
}
