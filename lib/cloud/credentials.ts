import type { Credentials } from "../base/credentials";
import { unsetVariable } from "../base/env-name";
import { Failure } from "../base/failure";
import { settingText } from "../base/setting-text";

/** Where a client gets its credentials from, asked before every attempt. */
export interface CredentialSource {
  /** @throws {Failure} `missing-credentials` */
  get(): Credentials | Promise<Credentials>;
  /**
   * Fetches new ones after the platform reported `used` as expired.
   * @throws {Failure} `missing-credentials`
   */
  renew?(used: Credentials): Promise<void>;
}

interface TypedCredentials {
  credentialType: string;
  accessKeyId?: string | undefined;
  accessKeySecret?: string | undefined;
  securityToken?: string | undefined;
}

/**
 * Credentials that a person typed in: a permanent key (`access_key`) or a temporary one (`sts`).
 * Surrounding white space, as from copying, is removed.
 * @throws {Failure} `missing-credentials`, naming what is missing or unusable.
 */
export function typedCredentials(typed: TypedCredentials): CredentialSource {
  if (typed.credentialType !== "access_key" && typed.credentialType !== "sts") {
    throw missing("errors.credential-type", { came: typed.credentialType.slice(0, 100) });
  }
  const key = readKey(typed);
  const securityToken =
    typed.credentialType === "sts" ? usable(typed.securityToken, "securityToken") : undefined;
  const credentials = { ...key, securityToken };
  return { get: () => credentials };
}

/**
 * A typed-in key without a token.
 * @throws {Failure} `missing-credentials`
 */
export function readKey(typed: Omit<TypedCredentials, "credentialType">): Credentials {
  return {
    accessKeyId: usable(typed.accessKeyId, "accessKeyId"),
    accessKeySecret: usable(typed.accessKeySecret, "accessKeySecret"),
  };
}

/** A setting that this kind of credentials needs is blank. */
export function missingCredential(field: string): Failure {
  return missing("errors.credential-missing", { field: { key: field } });
}

const fieldKeys = {
  accessKeyId: "errors.field-access-key-id",
  accessKeySecret: "errors.field-access-key-secret",
  securityToken: "errors.field-security-token",
};

function usable(value: string | undefined, name: keyof typeof fieldKeys): string {
  const text = settingText(value);
  const field = { key: fieldKeys[name] };
  // Does not quote the value, which may be most of a secret.
  if (text === undefined) throw missing("errors.credential-text", { field });
  if (text === "") throw missingCredential(fieldKeys[name]);
  const variable = unsetVariable(text);
  if (variable) throw missing("errors.credential-env", { field, variable });
  if (!isCredentialText(text)) throw missing("errors.credential-characters", { field });
  return text;
}

/** Keys and tokens have printable ASCII characters and no spaces. */
export function isCredentialText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function missing(key: string, params: Record<string, string | { key: string }>): Failure {
  return new Failure({
    code: "missing-credentials",
    category: "credentials",
    outcome: "not-sent",
    retryable: false,
    text: { key, params },
    hint: "hints.credentials",
  });
}
