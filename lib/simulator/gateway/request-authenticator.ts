import { type AccessKeyDefinition, isExpired } from "../definition/access-key";
import { GatewayFailure } from "./failures";
import type { Call } from "./gateway";
import { Nonces } from "./nonces";

/** How far a request's clock may be off, and how long a nonce is remembered (docs/protocol.md, 2.1 and 4.1). */
const windowMs = 15 * 60_000;

/** Authenticates and authorizes calls: checks key, clock, signature, nonce, token and policy, in this order. */
export class RequestAuthenticator {
  private readonly keys: Map<string, AccessKeyDefinition>;
  private readonly nonces = new Nonces(windowMs);

  constructor(
    keys: readonly AccessKeyDefinition[],
    private readonly now: () => number,
  ) {
    this.keys = new Map(keys.map((key) => [key.accessKeyId, key]));
  }

  /** Adds a key, or replaces the one with the same id. */
  add(key: AccessKeyDefinition): void {
    this.keys.set(key.accessKeyId, key);
  }

  find(accessKeyId: string): AccessKeyDefinition | undefined {
    return this.keys.get(accessKeyId);
  }

  /**
   * `isTimely` returns whether the request's time agrees with the platform's clock.
   * @throws {GatewayFailure}
   */
  admit(call: Call, isTimely: (timestamp: number) => boolean): void {
    const key = this.keyOf(call);
    if (!isTimely(readTimestamp(call.timestamp))) {
      throw refusal("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
    }
    call.verify(key.accessKeySecret);
    if (!this.nonces.take(call.accessKeyId, call.nonce, this.now())) {
      throw refusal("SignatureNonceUsed", "Specified signature nonce was used already.");
    }
    checkToken(key, call.securityToken, this.now());
    if (key.deny?.includes(call.action)) throw denied(call.action);
  }

  private keyOf(call: Call): AccessKeyDefinition {
    const key = this.keys.get(call.accessKeyId);
    if (!key) {
      throw new GatewayFailure(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
    }
    if (key.inactive) throw refusal("InvalidAccessKeyId.Inactive", "Specified access key is disabled.");
    return key;
  }
}

/** Within 15 minutes of a clock. */
export function agrees(timestamp: number, clock: number): boolean {
  return Math.abs(timestamp - clock) <= windowMs;
}

function readTimestamp(text: string): number {
  const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(timestamp)) return timestamp;
  throw refusal("InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.");
}

function checkToken(key: AccessKeyDefinition, token: string | undefined, now: number): void {
  if (key.securityToken === undefined) {
    if (token === undefined) return;
    throw refusal(
      "InvalidSecurityToken.MismatchWithAccessKey",
      "Specified SecurityToken mismatch with the AccessKey.",
    );
  }
  if (!token) throw refusal("MissingSecurityToken", "SecurityToken is mandatory for this action.");
  if (token !== key.securityToken) {
    throw refusal("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
  }
  if (isExpired(key, now))
    throw refusal("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
}

function refusal(code: string, message: string): GatewayFailure {
  return new GatewayFailure(400, code, message);
}

function denied(action: string): GatewayFailure {
  const detail = {
    AuthAction: `iot:${action}`,
    AuthPrincipalType: "SubUser",
    AuthPrincipalDisplayName: "200000000000000001",
    AuthPrincipalOwnerId: "100000000000000001",
    NoPermissionType: "ImplicitDeny",
    PolicyType: "AccountLevelIdentityBasedPolicy",
  };
  const message =
    "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
  return new GatewayFailure(403, "Forbidden.RAM", message, { body: { AccessDeniedDetail: detail } });
}
