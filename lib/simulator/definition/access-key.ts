import type { Value } from "./checks";

/** An AccessKey in a simulator file. */
export interface AccessKeyDefinition {
  accessKeyId: string;
  accessKeySecret: string;
  /** Makes it a temporary (STS) key: requests must carry this token. */
  securityToken?: string;
  /** The token has expired. */
  expired?: boolean;
  /** When the token expires, in UTC milliseconds. */
  expiresAt?: number;
  /** The key is disabled. */
  inactive?: boolean;
  /** Actions that the RAM policy does not allow. */
  deny?: string[];
}

/** The action of the RAM policy that a subscription needs (docs/protocol.md, 8.2). */
export const subscribeAction = "sub";

/** Whether a temporary key has expired. */
export function isExpired(key: AccessKeyDefinition, now: number): boolean {
  return key.expired === true || (key.expiresAt !== undefined && now >= key.expiresAt);
}

/**
 * Checks one key.
 * @throws {SimulatorInputError}
 */
export function readAccessKey(key: Value, actions: readonly string[]): AccessKeyDefinition {
  key.object(["accessKeyId", "accessKeySecret", "securityToken", "expired", "expiresAt", "inactive", "deny"]);
  key.child("accessKeyId").name();
  key.child("accessKeySecret").name();
  key.child("securityToken").optional((field) => field.name());
  for (const flag of ["expired", "inactive"]) key.child(flag).optional((field) => field.flag());
  const expiresAt = key.child("expiresAt");
  expiresAt.optional((field) => field.integer(0, 8.64e15));
  if (!expiresAt.missing && key.child("securityToken").missing)
    expiresAt.fail("only a key with a securityToken expires");
  for (const action of key.child("deny").list()) action.oneOf([...actions, subscribeAction]);
  return { ...(key.raw as AccessKeyDefinition) };
}
