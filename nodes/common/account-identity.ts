import { createHash } from "node:crypto";

interface IdentitySettings {
  credentialType: unknown;
  roleArn: unknown;
  roleName: unknown;
}

/**
 * What tells an account from others where several Node-REDs share one. An instance belongs to one account, whichever
 * key is used for it. Old public instances have no id; there the role or the AccessKey ID stands for the account.
 * @returns a hash, since it becomes part of the names of keys
 */
export function accountIdentity(
  endpoint: URL,
  instanceId: string,
  { credentialType, roleArn, roleName }: IdentitySettings,
  accessKeyId: string | undefined,
): string {
  const owner = instanceId === "" ? [credentialType, ownerOf()] : [];
  return createHash("sha256")
    .update(JSON.stringify([endpoint.host, instanceId, ...owner]))
    .digest("hex")
    .slice(0, 32);

  function ownerOf(): unknown {
    if (credentialType === "ram_role_arn" || credentialType === "oidc_role_arn") return roleArn;
    if (credentialType === "ecs_ram_role") return roleName;
    return credentialType === "default" ? "" : accessKeyId;
  }
}
