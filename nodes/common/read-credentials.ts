import { Failure } from "../../lib/base/failure";
import {
  type CredentialSource,
  missingCredential,
  readKey,
  typedCredentials,
} from "../../lib/cloud/credentials";
import { isProviderType, providedCredentials } from "../../lib/cloud/provided-credentials";
import type { AccountSettings } from "../defaults/account";
import type { AccountCredentials } from "./account-node";
import { readText } from "./settings";

/** The settings of an account that say where its credentials come from. */
type CredentialSettings = Pick<
  AccountSettings,
  | "credentialType"
  | "roleArn"
  | "roleSessionName"
  | "externalId"
  | "roleName"
  | "oidcProviderArn"
  | "oidcTokenFile"
>;

/**
 * Where an account gets its credentials from; none are fetched yet.
 * @throws {Failure} `missing-credentials`, or `invalid-input` where a setting is no text
 */
export function readCredentials(
  config: CredentialSettings,
  typed: AccountCredentials = {},
): CredentialSource {
  const type = readText(config.credentialType, { key: "errors.field-credential-type" });
  if (!isProviderType(type)) return typedCredentials({ credentialType: type, ...typed });
  if (type === "default") return providedCredentials({ type });
  if (type === "ecs_ram_role") {
    const roleName = readText(config.roleName, { key: "errors.field-role-name" });
    return providedCredentials({ type, roleName });
  }
  const sessionField = { key: "errors.field-role-session-name" };
  const roleSessionName = readText(config.roleSessionName, sessionField) || "node-red";
  const roleArn = readNeeded(config.roleArn, "errors.field-role-arn");
  if (type === "oidc_role_arn") {
    const oidcProviderArn = readNeeded(config.oidcProviderArn, "errors.field-oidc-provider-arn");
    const oidcTokenFile = readNeeded(config.oidcTokenFile, "errors.field-oidc-token-file");
    return providedCredentials({ type, roleArn, roleSessionName, oidcProviderArn, oidcTokenFile });
  }
  // The key that takes on the role.
  const key = readKey(typed);
  return providedCredentials({
    type,
    roleArn,
    roleSessionName,
    externalId: readText(config.externalId, { key: "errors.field-external-id" }),
    ...key,
  });
}

/** Whether an account cannot have any credentials, with the settings that it has. */
export function lacksCredentials(config: CredentialSettings, typed: AccountCredentials | undefined): boolean {
  try {
    readCredentials(config, typed);
    return false;
  } catch (error) {
    return error instanceof Failure && error.code === "missing-credentials";
  }
}

function readNeeded(value: unknown, field: string): string {
  const text = readText(value, { key: field });
  if (text === "") throw missingCredential(field);
  return text;
}
