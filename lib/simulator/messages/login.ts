import { createHmac } from "node:crypto";
import { sameSignature } from "../common/same-signature";
import { type AccessKeyDefinition, isExpired, subscribeAction } from "../definition/access-key";

/** An accepted login of a subscriber. */
export interface Login {
  clientId: string;
  consumerGroupId: string;
  /** Bodies are sent as Base64, for clients that do not support binary ones: `encode=base64`. */
  encodesBase64: boolean;
}

/** What a login is checked against. */
export interface LoginRules {
  accessKey(accessKeyId: string): AccessKeyDefinition | undefined;
  instanceId: string;
  consumerGroups: readonly string[];
  /** UTC milliseconds. */
  now: () => number;
}

const maxClientIdLength = 64;
const digests = new Map([
  ["hmacmd5", "md5"],
  ["hmacsha1", "sha1"],
  ["hmacsha256", "sha256"],
]);

/**
 * Checks user name and password of SASL PLAIN (docs/protocol.md, 8.2).
 * @returns the login, or the reason for the refusal: one sentence for the log, without secrets
 */
export function readLogin(username: string, password: string, rules: LoginRules): Login | string {
  const { clientId, pairs } = readUsername(username);
  if (pairs === undefined) return "the username must be clientId|key=value,…|";
  if (clientId === "" || clientId.length > maxClientIdLength) {
    return `the clientId must have 1 to ${maxClientIdLength} characters`;
  }
  const key = rules.accessKey(pairs.get("authId") ?? "");
  if (!key) return "there is no such authId";
  return (
    wrongSignature(pairs, password, key) ??
    wrongKey(pairs, key, rules.now()) ??
    wrongTarget(pairs, rules) ?? {
      clientId,
      consumerGroupId: pairs.get("consumerGroupId") ?? "",
      encodesBase64: pairs.get("encode") === "base64",
    }
  );
}

/**
 * Base64 of the HMAC over the signed pairs in alphabetical order; undefined where the method is unknown. Exported
 * for tests, which log in.
 */
export function loginSignature(
  method: string,
  secret: string,
  signed: Record<string, string>,
): string | undefined {
  // The vendor's sample for Go writes Hmacsha1.
  const digest = digests.get(method.toLowerCase());
  if (digest === undefined) return undefined;
  const text = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join("&");
  return createHmac(digest, secret).update(text).digest("base64");
}

function readUsername(username: string): { clientId: string; pairs: Map<string, string> | undefined } {
  const match = /^([^|]*)\|(.*)\|$/s.exec(username);
  if (!match) return { clientId: "", pairs: undefined };
  const pairs = new Map<string, string>();
  for (const pair of (match[2] ?? "").split(",")) {
    const equals = pair.indexOf("=");
    if (equals < 1 || pairs.has(pair.slice(0, equals))) return { clientId: "", pairs: undefined };
    pairs.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return { clientId: match[1] ?? "", pairs };
}

function wrongSignature(
  pairs: ReadonlyMap<string, string>,
  password: string,
  key: AccessKeyDefinition,
): string | undefined {
  const authMode = pairs.get("authMode");
  if (authMode !== "aksign" && authMode !== "ststoken") return "authMode must be aksign or ststoken";
  const [authId, timestamp] = [pairs.get("authId") ?? "", pairs.get("timestamp") ?? ""];
  const token: Record<string, string> =
    authMode === "ststoken" ? { securityToken: pairs.get("securityToken") ?? "" } : {};
  const signed = { authId, timestamp, ...token };
  const expected = loginSignature(pairs.get("signMethod") ?? "", key.accessKeySecret, signed);
  if (expected === undefined) return `signMethod must be one of ${[...digests.keys()].join(", ")}`;
  return sameSignature(expected, password) ? undefined : "the password does not match";
}

function wrongKey(
  pairs: ReadonlyMap<string, string>,
  key: AccessKeyDefinition,
  now: number,
): string | undefined {
  if (key.inactive) return "the access key is disabled";
  const temporary = key.securityToken !== undefined;
  if (temporary !== (pairs.get("authMode") === "ststoken")) {
    return temporary ? "a temporary key needs authMode ststoken" : "authMode ststoken needs a temporary key";
  }
  if (temporary && pairs.get("securityToken") !== key.securityToken) return "the securityToken is wrong";
  if (isExpired(key, now)) return "the securityToken is expired";
  if (key.deny?.includes(subscribeAction)) return `the RAM policy does not allow iot:${subscribeAction}`;
  return undefined;
}

function wrongTarget(pairs: ReadonlyMap<string, string>, rules: LoginRules): string | undefined {
  // Any time is accepted: the vendor's samples use one of 2019, or only the milliseconds of the second.
  if (!/^\d{1,19}$/.test(pairs.get("timestamp") ?? ""))
    return "the timestamp must be milliseconds, digits only";
  if ((pairs.get("iotInstanceId") ?? "") !== rules.instanceId) {
    return rules.instanceId
      ? "iotInstanceId must be the id of the instance"
      : "this instance has no id; leave iotInstanceId out";
  }
  const group = pairs.get("consumerGroupId") ?? "";
  return rules.consumerGroups.includes(group) ? undefined : "there is no such consumer group";
}
