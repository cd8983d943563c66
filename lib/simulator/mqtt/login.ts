import { createHmac } from "node:crypto";
import { sameSignature } from "../common/same-signature";

/** What a CONNECT packet says about its device (docs/protocol.md, 9.1). */
export interface DeviceLogin {
  productKey: string;
  deviceName: string;
  /** Synchronous services are called on `/ext/rrpc/…` instead of `/sys/…/rrpc/request/…` (docs/protocol.md, 9.3). */
  usesExtendedRrpc: boolean;
  /** Whether the password was made with this secret. */
  verify(deviceSecret: string): boolean;
}

const maxClientIdLength = 64;
const digests = new Map([
  ["hmacmd5", "md5"],
  ["hmacsha1", "sha1"],
  ["hmacsha256", "sha256"],
]);

/** @returns the login, or the reason for the refusal: one sentence for the log, without secrets */
export function readDeviceLogin(clientId: string, username: string, password: string): DeviceLogin | string {
  const match = /^([^|]{1,64})\|([^|]*)\|$/.exec(clientId);
  if (!match?.[1]) return `the client id must be 1 to ${maxClientIdLength} characters and |key=value,…|`;
  const [id, pairs] = [match[1], readPairs(match[2] ?? "")];
  const [deviceName, productKey, ...more] = username.split("&");
  if (!deviceName || !productKey || more.length > 0) return "the username must be deviceName&productKey";
  if (!["2", "3"].includes(pairs.get("securemode") ?? "")) return "securemode must be 2 or 3";
  const digest = digests.get((pairs.get("signmethod") ?? "").toLowerCase());
  if (!digest) return `signmethod must be one of ${[...digests.keys()].join(", ")}`;
  const ext = Number(pairs.get("ext") ?? 0);
  const content = contentToSign(id, deviceName, productKey, pairs.get("timestamp"));
  return {
    productKey,
    deviceName,
    usesExtendedRrpc: Number.isInteger(ext) && ext % 2 === 1,
    verify: (secret) => {
      const expected = createHmac(digest, secret).update(content).digest("hex");
      return sameSignature(expected, password.toLowerCase());
    },
  };
}

/**
 * The keys that are present, in alphabetical order, each followed directly by its value. Exported for tests, which
 * log in.
 */
export function contentToSign(
  clientId: string,
  deviceName: string,
  productKey: string,
  timestamp?: string,
): string {
  const time = timestamp === undefined ? "" : `timestamp${timestamp}`;
  return `clientId${clientId}deviceName${deviceName}productKey${productKey}${time}`;
}

function readPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const pair of text.split(",")) {
    const equals = pair.indexOf("=");
    if (equals > 0) pairs.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return pairs;
}
