import {
  callLabel,
  identifierField,
  objectField,
  replyTimeoutField,
  resultField,
  shownValue,
  subscriptionField,
  targetDetails,
  timeoutField,
} from "../../editor/device/index";
import {
  closeForm,
  defaultsOf,
  type Definition,
  registerType,
  translatorOf,
  valueOf,
} from "../../editor/index";
import { invokeDefaults, type InvokeProperties } from "../defaults/invoke-service";
import { fillDialog } from "./invoke-dialog.editor";
import type { InvokeNode } from "./invoke-properties.editor";

const t = translatorOf("invoke-service");

const awaitsReply = (node: InvokeNode): boolean => valueOf(node, "awaitReply") === true;

const definition: Definition<InvokeProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "invoke-service.svg",
  paletteLabel: () => t("aliyun-iot-invoke-service.label.palette"),
  defaults: defaultsOf<InvokeProperties>(invokeDefaults, {
    account: {
      type: "aliyun-iot-account",
      required: true,
      label: t("aliyun-iot-invoke-service.label.account"),
    },
    ...targetDetails(),
    service: {
      label: t("aliyun-iot-invoke-service.label.service"),
      validate: identifierField("service", t("aliyun-iot-invoke-service.validation.service")),
    },
    args: {
      label: t("aliyun-iot-invoke-service.label.args"),
      validate: objectField("args", {
        missing: t("aliyun-iot-invoke-service.validation.args"),
        json: t("aliyun-iot-invoke-service.validation.args-json"),
        object: t("aliyun-iot-invoke-service.validation.args-object"),
      }),
    },
    result: {
      label: t("aliyun-iot-invoke-service.label.result"),
      validate: resultField,
    },
    awaitReply: { label: t("aliyun-iot-invoke-service.label.awaitReply") },
    subscription: {
      type: "aliyun-iot-subscription",
      required: false,
      label: t("aliyun-iot-invoke-service.label.subscription"),
      validate: subscriptionField(awaitsReply),
    },
    replyTimeout: {
      label: t("aliyun-iot-invoke-service.label.replyTimeout"),
      validate: replyTimeoutField(awaitsReply),
    },
    timeout: {
      label: t("aliyun-iot-invoke-service.label.timeout"),
      validate: timeoutField,
    },
    delivery: { label: t("aliyun-iot-invoke-service.label.delivery") },
    check: { label: t("aliyun-iot-invoke-service.label.check") },
  }),
  inputs: 1,
  outputs: 2,
  outputLabels(port) {
    return port === 0
      ? this._("aliyun-iot-invoke-service.port.result")
      : this._("aliyun-iot-invoke-service.port.failure");
  },
  label() {
    if (this.name) return this.name;
    const service = shownValue(this, "service");
    return service ? callLabel(this, service) : this._("aliyun-iot-invoke-service.label.palette");
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-invoke-service", definition);
