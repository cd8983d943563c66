import {
  closeForm,
  defaultsOf,
  type Definition,
  inputOf,
  isVariable,
  registerType,
  translatorOf,
  trimmed,
  validator,
  valueOf,
} from "../../editor/index";
import { isName } from "../../lib/base/identifiers";
import { messageInDefaults, type MessageInProperties } from "../defaults/message-in";
import { fillDialog, kindInForm } from "./message-in-dialog.editor";
import { type Kind, namesSomething, readKind } from "./message-shape.editor";
import { offerTour } from "./tour-offer.editor";
import { tour } from "./tour.editor";

const t = translatorOf("message-in");

const shorts: Record<Kind, string> = {
  any: "aliyun-iot-message-in.short.any",
  property: "aliyun-iot-message-in.short.property",
  event: "aliyun-iot-message-in.short.event",
  reply: "aliyun-iot-message-in.short.reply",
  status: "aliyun-iot-message-in.short.status",
  lifecycle: "aliyun-iot-message-in.short.lifecycle",
  custom: "aliyun-iot-message-in.short.custom",
  other: "aliyun-iot-message-in.short.other",
};

/** A name, or blank for any. */
function isNameOrBlank(value: unknown): boolean {
  return !value || isVariable(value) || isName(trimmed(value));
}

const name = validator<MessageInProperties>((value) =>
  isNameOrBlank(value) ? undefined : t("aliyun-iot-message-in.validation.name"),
);

const definition: Definition<MessageInProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "message-in.svg",
  paletteLabel: () => t("aliyun-iot-message-in.label.palette"),
  defaults: defaultsOf<MessageInProperties>(messageInDefaults, {
    subscription: {
      type: "aliyun-iot-subscription",
      required: true,
      label: t("aliyun-iot-message-in.label.subscription"),
    },
    kind: { label: t("aliyun-iot-message-in.label.kind") },
    productKey: { label: t("aliyun-iot-message-in.label.productKey"), validate: name },
    deviceName: { label: t("aliyun-iot-message-in.label.deviceName"), validate: name },
    identifier: {
      label: t("aliyun-iot-message-in.label.identifier"),
      validate: validator((value, node) => {
        const kind = readKind(valueOf(node, "kind"));
        if (!namesSomething(kind)) return undefined;
        const isNeeded = kind === "property" && valueOf(node, "output") === "value";
        if (isNeeded && trimmed(value) === "") return t("aliyun-iot-message-in.validation.property");
        return isNameOrBlank(value) ? undefined : t("aliyun-iot-message-in.validation.identifier");
      }),
    },
    output: { label: t("aliyun-iot-message-in.label.output") },
    acknowledge: { label: t("aliyun-iot-message-in.label.acknowledge") },
  }),
  inputs: 0,
  outputs: 1,
  inputLabels() {
    return this._("aliyun-iot-message-in.port.done");
  },
  outputLabels() {
    return this._("aliyun-iot-message-in.port.message");
  },
  label() {
    if (this.name) return this.name;
    const what = this.identifier || this._(shorts[readKind(this.kind)]);
    return [what, this.deviceName || this.productKey].filter(Boolean).join(" · ");
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    // Only some kinds name something; for the others a name that is left over would match nothing.
    if (!closeForm(this)) return;
    if (!namesSomething(kindInForm())) inputOf(this, "identifier").val("");
    if (kindInForm() !== "property") inputOf(this, "output").val("message");
  },
};

registerType("aliyun-iot-message-in", definition);
offerTour(import.meta.url);

// oxlint-disable-next-line import/no-default-export -- Node-RED imports a tour from an address, and runs what is exported so
export default tour;
