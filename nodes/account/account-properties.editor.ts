import { type NodeOf, trimmed, valueOf } from "../../editor/index";

/** What the account's dialog saves in the flow file. */
export interface AccountProperties {
  name: string;
  platform: string;
  regionId: string;
  endpoint: string;
  instanceId: string;
  credentialType: string;
  roleArn: string;
  roleSessionName: string;
  externalId: string;
  roleName: string;
  oidcProviderArn: string;
  oidcTokenFile: string;
  /** Seconds; text where somebody typed it, as the other numbers are. */
  timeout: number | string;
  rate: number | string;
  concurrency: number | string;
  queueLimit: number | string;
  queueTtl: number | string;
  proxy: string;
  tls: string;
  simulation: string;
  /** `live` or `dry-run`. */
  mode: string;
  /** Rules, one a line. */
  allow: string;
  confirm: string;
  /** `off`, `log` or `file`. */
  audit: string;
  /** `full` or `hash`. */
  auditArgs: string;
}

export type Account = NodeOf<AccountProperties>;

export function isOnCloud(node: Account): boolean {
  return valueOf(node, "platform") === "cloud";
}

/** Whether a field is blank without which these kinds of credentials cannot do. */
export function isMissing(node: Account, value: unknown, kinds: readonly string[]): boolean {
  const isNeeded = isOnCloud(node) && kinds.includes(String(valueOf(node, "credentialType")));
  return isNeeded && trimmed(value) === "";
}
