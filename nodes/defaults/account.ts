import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The account's properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const accountDefaults = {
  name: "",
  platform: "cloud",
  regionId: "cn-shanghai",
  endpoint: "",
  instanceId: "",
  credentialType: "access_key",
  roleArn: "",
  roleSessionName: "",
  externalId: "",
  roleName: "",
  oidcProviderArn: "",
  oidcTokenFile: "",
  timeout: numberBounds.timeout.blank,
  rate: numberBounds.rate.blank,
  concurrency: numberBounds.concurrency.blank,
  queueLimit: numberBounds.queueLimit.blank,
  queueTtl: numberBounds.queueTtl.blank,
  proxy: "",
  tls: "",
  simulation: "",
  mode: "live",
  allow: "",
  confirm: "",
  audit: "off",
  auditArgs: "full",
  spareConnection: true,
  coordination: "",
} satisfies Defaults;

/** The values of the enumerated safety settings; the default first. */
export const safetyChoices = {
  mode: ["live", "dry-run"],
  audit: ["off", "log", "file"],
  auditArgs: ["full", "hash"],
} as const;

/** The safety settings: what prevents or records commands. */
export const safetyProperties = [
  "mode",
  "allow",
  "confirm",
  "audit",
  "auditArgs",
] as const satisfies readonly (keyof typeof accountDefaults)[];

/** What the account's dialog saves in the flow file; times are seconds. */
export type AccountProperties = Properties<typeof accountDefaults>;
/** The account as it stands in the flow file. */
export type AccountConfig = Config<typeof accountDefaults>;
export type AccountSettings = Settings<typeof accountDefaults, "proxy" | "tls" | "coordination">;

/** An account with defaults filled in. */
export function accountSettings(config: AccountConfig): AccountSettings {
  return fillIn(config, accountDefaults);
}
