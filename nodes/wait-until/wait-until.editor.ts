import { targetDetails } from "../../editor/device/index";
import { closeForm, defaultsOf, type Definition, registerType, translatorOf } from "../../editor/index";
import { waitUntilDefaults, type WaitUntilProperties } from "../defaults/wait-until";
import {
  conditionField,
  identifierField,
  kindField,
  resultField,
  subscriptionField,
  timeoutField,
  value2Field,
  valueField,
} from "./wait-checks.editor";
import { fillDialog } from "./wait-dialog.editor";
import { waitLabel } from "./wait-label.editor";

const t = translatorOf("wait-until");

const definition: Definition<WaitUntilProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "wait-until.svg",
  paletteLabel: () => t("aliyun-iot-wait-until.label.palette"),
  defaults: defaultsOf<WaitUntilProperties>(waitUntilDefaults, {
    subscription: {
      type: "aliyun-iot-subscription",
      required: true,
      label: t("aliyun-iot-wait-until.label.subscription"),
      validate: subscriptionField,
    },
    ...targetDetails(),
    kind: { label: t("aliyun-iot-wait-until.label.kind"), validate: kindField },
    identifier: { label: t("aliyun-iot-wait-until.label.identifier"), validate: identifierField },
    condition: { label: t("aliyun-iot-wait-until.label.condition"), validate: conditionField },
    value: { label: t("aliyun-iot-wait-until.label.value"), validate: valueField },
    value2: { label: t("aliyun-iot-wait-until.label.value2"), validate: value2Field },
    checkFirst: { label: t("aliyun-iot-wait-until.label.first") },
    timeout: { label: t("aliyun-iot-wait-until.label.timeout"), validate: timeoutField },
    result: { label: t("aliyun-iot-wait-until.label.result"), validate: resultField },
  }),
  inputs: 1,
  outputs: 2,
  outputLabels(port) {
    return port === 0
      ? this._("aliyun-iot-wait-until.port.result")
      : this._("aliyun-iot-wait-until.port.failure");
  },
  label() {
    return this.name || waitLabel(this, this._("aliyun-iot-wait-until.label.palette"));
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-wait-until", definition);
