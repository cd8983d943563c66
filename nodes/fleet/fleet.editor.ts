import { timeoutField } from "../../editor/device/index";
import { closeForm, defaultsOf, type Definition, registerType, translatorOf } from "../../editor/index";
import { fleetDefaults, type FleetProperties } from "../defaults/fleet";
import {
  argsField,
  canaryField,
  choiceField,
  devicesField,
  groupField,
  growthField,
  itemsField,
  paceField,
  productField,
  serviceField,
  stopAfterField,
  stopAtField,
  subscriptionOfReply,
  tagsField,
  timeoutOfReply,
} from "./fleet-checks.editor";
import { fillDialog } from "./fleet-dialog.editor";
import { fleetLabel } from "./fleet-label.editor";
import { offlineChoices, operations, strategies, targetKinds } from "./fleet-node.editor";

const t = translatorOf("fleet");

const definition: Definition<FleetProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "fleet.svg",
  paletteLabel: () => t("aliyun-iot-fleet.label.palette"),
  defaults: defaultsOf<FleetProperties>(fleetDefaults, {
    account: { type: "aliyun-iot-account", required: true, label: t("aliyun-iot-fleet.label.account") },
    operation: { label: t("aliyun-iot-fleet.label.operation"), validate: choiceField(operations) },
    service: { label: t("aliyun-iot-fleet.label.service"), validate: serviceField },
    args: { label: t("aliyun-iot-fleet.label.args"), validate: argsField },
    items: { label: t("aliyun-iot-fleet.label.items"), validate: itemsField },
    targets: { label: t("aliyun-iot-fleet.label.targets"), validate: choiceField(targetKinds) },
    productKey: { label: t("aliyun-iot-fleet.label.productKey"), validate: productField },
    devices: { label: t("aliyun-iot-fleet.label.devices"), validate: devicesField },
    groupId: { label: t("aliyun-iot-fleet.label.groupId"), validate: groupField },
    tags: { label: t("aliyun-iot-fleet.label.tags"), validate: tagsField },
    offline: { label: t("aliyun-iot-fleet.label.offline"), validate: choiceField(offlineChoices) },
    strategy: { label: t("aliyun-iot-fleet.label.strategy"), validate: choiceField(strategies) },
    pace: { label: t("aliyun-iot-fleet.label.pace"), validate: paceField },
    canary: { label: t("aliyun-iot-fleet.label.canary"), validate: canaryField },
    growth: { label: t("aliyun-iot-fleet.label.growth"), validate: growthField },
    stopAt: { label: t("aliyun-iot-fleet.label.stopAt"), validate: stopAtField },
    stopAfter: { label: t("aliyun-iot-fleet.label.stopAfter"), validate: stopAfterField },
    awaitReply: { label: t("aliyun-iot-fleet.label.awaitReply") },
    subscription: {
      type: "aliyun-iot-subscription",
      required: false,
      label: t("aliyun-iot-fleet.label.subscription"),
      validate: subscriptionOfReply,
    },
    replyTimeout: { label: t("aliyun-iot-fleet.label.replyTimeout"), validate: timeoutOfReply },
    check: { label: t("aliyun-iot-fleet.label.check") },
    timeout: { label: t("aliyun-iot-fleet.label.timeout"), validate: timeoutField },
    delivery: { label: t("aliyun-iot-fleet.label.delivery") },
    keep: { label: t("aliyun-iot-fleet.label.keep") },
  }),
  inputs: 1,
  outputs: 3,
  outputLabels(port) {
    const labels = [
      this._("aliyun-iot-fleet.port.report"),
      this._("aliyun-iot-fleet.port.failure"),
      this._("aliyun-iot-fleet.port.device"),
    ];
    return labels[port] ?? "";
  },
  label() {
    return this.name || fleetLabel(this, this._("aliyun-iot-fleet.label.palette"));
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-fleet", definition);
