import {
  chosen,
  closeForm,
  configNode,
  defaultsOf,
  type Definition,
  numberBounds,
  numberedLabel,
  readBounded,
  registerType,
  translatorOf,
  trimmed,
  validator,
  valueOf,
} from "../../editor/index";
import { isAccountNumber } from "../../lib/base/identifiers";
import { isAmqpEndpoint } from "../../lib/subscription/endpoint";
import { loginPartProblem } from "../../lib/subscription/login-part";
import { subscriptionDefaults, type SubscriptionProperties } from "../defaults/subscription";
import { fillDialog } from "./subscription-dialog.editor";
import { isOnSimulator, type SubscriptionNode } from "./subscription-properties.editor";

const t = translatorOf("subscription");

function labelOf({ name, account, consumerGroupId }: SubscriptionNode): string {
  if (name) return name;
  return configNode(account)?.["platform"] === "simulator"
    ? t("aliyun-iot-subscription.label.simulator")
    : consumerGroupId || t("aliyun-iot-subscription.label.palette");
}

const definition: Definition<SubscriptionProperties> = {
  category: "config",
  color: "#F4A460",
  icon: "subscription.svg",
  paletteLabel: () => t("aliyun-iot-subscription.label.palette"),
  defaults: defaultsOf<SubscriptionProperties>(subscriptionDefaults, {
    account: {
      type: "aliyun-iot-account",
      required: true,
      label: t("aliyun-iot-subscription.label.account"),
    },
    endpoint: {
      label: t("aliyun-iot-subscription.label.endpoint"),
      validate: validator((value, node) => {
        if (isOnSimulator(node) || !trimmed(value) || isAmqpEndpoint(trimmed(value))) return undefined;
        return t("aliyun-iot-subscription.validation.endpoint");
      }),
    },
    uid: {
      label: t("aliyun-iot-subscription.label.uid"),
      validate: validator((value, node) => {
        // The host comes from the account number where nothing is typed and the instance has no id.
        const account = chosen(node, "account");
        const isNeeded = account && !trimmed(valueOf(node, "endpoint")) && !trimmed(account["instanceId"]);
        if (isOnSimulator(node) || !isNeeded || isAccountNumber(trimmed(value))) return undefined;
        return trimmed(value)
          ? t("aliyun-iot-subscription.validation.uid")
          : t("aliyun-iot-subscription.validation.host");
      }),
    },
    consumerGroupId: {
      label: t("aliyun-iot-subscription.label.consumerGroupId"),
      validate: validator((value, node) => {
        const problem = isOnSimulator(node) ? undefined : loginPartProblem(trimmed(value));
        if (problem === undefined) return undefined;
        return problem === "blank"
          ? t("aliyun-iot-subscription.validation.consumerGroupId")
          : t("aliyun-iot-subscription.validation.characters");
      }),
    },
    clientId: {
      label: t("aliyun-iot-subscription.label.clientId"),
      validate: validator((value, node) => {
        const isSound =
          isOnSimulator(node) || !trimmed(value) || loginPartProblem(trimmed(value)) === undefined;
        return isSound ? undefined : t("aliyun-iot-subscription.validation.characters");
      }),
    },
    credits: {
      label: t("aliyun-iot-subscription.label.credits"),
      validate: validator((value, node) => {
        const isSound = isOnSimulator(node) || readBounded(value, numberBounds.credits) !== undefined;
        return isSound ? undefined : t("aliyun-iot-subscription.validation.credits");
      }),
    },
    tls: { type: "tls-config", required: false, label: t("aliyun-iot-subscription.label.tls") },
  }),
  label() {
    return this.name || numberedLabel(this, labelOf);
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-subscription", definition);
