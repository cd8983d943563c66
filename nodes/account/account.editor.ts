import {
  closeForm,
  defaultsOf,
  type Definition,
  isEndpoint,
  numberBounds,
  numberedLabel,
  readBounded,
  registerType,
  translatorOf,
  trimmed,
  validator,
  valueOf,
} from "../../editor/index";
import { isRegionId } from "../../lib/base/identifiers";
import { accountDefaults, type AccountProperties } from "../defaults/account";
import { fillDialog } from "./account-dialog.editor";
import { type Account, isMissing, isOnCloud } from "./account-properties.editor";
import { addDryRunBadge } from "./dry-run-badge.editor";
import { describeInPalette } from "./palette.editor";
import { modeProblem, rulesProblem, type RulesProperty, saveRules } from "./safety-properties.editor";
import { keepSharedConfig } from "./shared-config.editor";

const t = translatorOf("account");

type NumberField = Extract<keyof AccountProperties, keyof typeof numberBounds>;

/** A blank number means the default, which the field shows as its placeholder. */
function numberField(property: NumberField, label: string, message: string) {
  const bounds = numberBounds[property];
  return {
    label,
    validate: validator<AccountProperties>((value) =>
      readBounded(value, bounds) === undefined ? message : undefined,
    ),
  };
}

/** A setting that some kinds of credentials require. */
function credentialField(label: string, message: string, ...kinds: string[]) {
  return {
    label,
    validate: validator<AccountProperties>((value, node) =>
      isMissing(node, value, kinds) ? message : undefined,
    ),
  };
}

function rulesField(property: RulesProperty, label: string) {
  return {
    label,
    validate: validator<AccountProperties>((_value, node) => rulesProblem(property, valueOf(node, property))),
  };
}

/** What tells an account without a name from others: region and instance, or the file of a simulator. */
function labelOf({ name, platform, regionId, instanceId, simulation }: Account): string {
  if (name) return name;
  const [what, detail] =
    platform === "simulator"
      ? [t("aliyun-iot-account.label.simulator"), trimmed(simulation).replace(/^.*[/\\](?=.)/, "")]
      : [regionId || t("aliyun-iot-account.label.palette"), trimmed(instanceId)];
  return detail ? `${what} · ${detail}` : what;
}

const definition: Definition<AccountProperties> = {
  category: "config",
  color: "#F4A460",
  icon: "account.svg",
  paletteLabel: () => t("aliyun-iot-account.label.palette"),
  defaults: defaultsOf<AccountProperties>(accountDefaults, {
    platform: { label: t("aliyun-iot-account.label.platform") },
    regionId: {
      label: t("aliyun-iot-account.label.regionId"),
      validate: validator((value, node) => {
        if (!isOnCloud(node) || value === undefined || isRegionId(trimmed(value))) return undefined;
        return t("aliyun-iot-account.validation.regionId");
      }),
    },
    endpoint: {
      label: t("aliyun-iot-account.label.endpoint"),
      validate: validator((value, node) => {
        if (!isOnCloud(node) || !value || isEndpoint(trimmed(value))) return undefined;
        return t("aliyun-iot-account.validation.endpoint");
      }),
    },
    instanceId: { label: t("aliyun-iot-account.label.instanceId") },
    credentialType: { label: t("aliyun-iot-account.label.credentialType") },
    roleArn: credentialField(
      t("aliyun-iot-account.label.roleArn"),
      t("aliyun-iot-account.validation.roleArn"),
      "ram_role_arn",
      "oidc_role_arn",
    ),
    roleSessionName: { label: t("aliyun-iot-account.label.roleSessionName") },
    externalId: { label: t("aliyun-iot-account.label.externalId") },
    roleName: { label: t("aliyun-iot-account.label.roleName") },
    oidcProviderArn: credentialField(
      t("aliyun-iot-account.label.oidcProviderArn"),
      t("aliyun-iot-account.validation.oidcProviderArn"),
      "oidc_role_arn",
    ),
    oidcTokenFile: credentialField(
      t("aliyun-iot-account.label.oidcTokenFile"),
      t("aliyun-iot-account.validation.oidcTokenFile"),
      "oidc_role_arn",
    ),
    timeout: numberField(
      "timeout",
      t("aliyun-iot-account.label.timeout"),
      t("aliyun-iot-account.validation.timeout"),
    ),
    rate: numberField("rate", t("aliyun-iot-account.label.rate"), t("aliyun-iot-account.validation.rate")),
    concurrency: numberField(
      "concurrency",
      t("aliyun-iot-account.label.concurrency"),
      t("aliyun-iot-account.validation.concurrency"),
    ),
    queueLimit: numberField(
      "queueLimit",
      t("aliyun-iot-account.label.queueLimit"),
      t("aliyun-iot-account.validation.queueLimit"),
    ),
    queueTtl: numberField(
      "queueTtl",
      t("aliyun-iot-account.label.queueTtl"),
      t("aliyun-iot-account.validation.queueTtl"),
    ),
    proxy: { type: "http proxy", required: false, label: t("aliyun-iot-account.label.proxy") },
    tls: { type: "tls-config", required: false, label: t("aliyun-iot-account.label.tls") },
    simulation: { label: t("aliyun-iot-account.label.simulation") },
    mode: {
      label: t("aliyun-iot-account.label.mode"),
      validate: validator((value) => modeProblem(value)),
    },
    allow: rulesField("allow", t("aliyun-iot-account.label.allow")),
    confirm: rulesField("confirm", t("aliyun-iot-account.label.confirm")),
    audit: { label: t("aliyun-iot-account.label.audit") },
    auditArgs: { label: t("aliyun-iot-account.label.auditArgs") },
    spareConnection: { label: t("aliyun-iot-account.label.spareConnection") },
    coordination: {
      type: "aliyun-iot-coordination",
      required: false,
      label: t("aliyun-iot-account.label.coordination"),
    },
  }),
  credentials: {
    accessKeyId: { type: "text" },
    accessKeySecret: { type: "password" },
    securityToken: { type: "password" },
  },
  label() {
    return this.name || numberedLabel(this, labelOf);
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    if (closeForm(this)) saveRules(this);
  },
};

describeInPalette("aliyun-iot-account.palette.description");
registerType("aliyun-iot-account", definition);
keepSharedConfig();
addDryRunBadge(t("aliyun-iot-account.badge.dry-run"), t("aliyun-iot-account.badge.dry-run-tip"));
