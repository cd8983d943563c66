import {
  callLabel,
  objectField,
  replyTimeoutField,
  resultField,
  subscriptionField,
  targetDetails,
  timeoutField,
} from "../../editor/device/index";
import {
  closeForm,
  defaultsOf,
  type Definition,
  isKnownChoice,
  registerType,
  translatorOf,
  type Validator,
  validator,
  valueOf,
} from "../../editor/index";
import { setPropertiesDefaults, type SetPropertiesProperties } from "../defaults/set-properties";
import { namesInForm } from "./item-names.editor";
import { isAwaited } from "./properties-node.editor";
import { fillDialog } from "./set-properties-dialog.editor";

const t = translatorOf("set-properties");
/** More would not fit on the canvas. */
const maxNamesInLabel = 2;

/** Of a choice that this version does not know: it acts differently, so a node with it sends nothing. */
function choiceProblem(value: unknown, known: readonly string[]): string | undefined {
  return isKnownChoice(value, known) ? undefined : t("aliyun-iot-set-properties.validation.choice");
}

function choiceField(known: readonly string[]): Validator<SetPropertiesProperties> {
  return validator((value) => choiceProblem(value, known));
}

const definition: Definition<SetPropertiesProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "set-properties.svg",
  paletteLabel: () => t("aliyun-iot-set-properties.label.palette"),
  defaults: defaultsOf<SetPropertiesProperties>(setPropertiesDefaults, {
    account: {
      type: "aliyun-iot-account",
      required: true,
      label: t("aliyun-iot-set-properties.label.account"),
    },
    ...targetDetails(),
    items: {
      label: t("aliyun-iot-set-properties.label.items"),
      validate: objectField("items", {
        missing: t("aliyun-iot-set-properties.validation.items"),
        json: t("aliyun-iot-set-properties.validation.items-json"),
        object: t("aliyun-iot-set-properties.validation.items-object"),
      }),
    },
    mode: {
      label: t("aliyun-iot-set-properties.label.mode"),
      validate: choiceField(["now", "desired"]),
    },
    qos: {
      label: t("aliyun-iot-set-properties.label.qos"),
      validate: choiceField(["0", "1"]),
    },
    versions: {
      label: t("aliyun-iot-set-properties.label.versions-from"),
      validate: objectField("versions", {
        json: t("aliyun-iot-set-properties.validation.versions"),
        object: t("aliyun-iot-set-properties.validation.versions"),
      }),
    },
    confirm: {
      label: t("aliyun-iot-set-properties.label.confirm"),
      validate: validator((value, node) =>
        value === "reply" && valueOf(node, "mode") === "desired"
          ? t("aliyun-iot-set-properties.validation.desired-reply")
          : choiceProblem(value, ["accepted", "reply", "reported"]),
      ),
    },
    subscription: {
      type: "aliyun-iot-subscription",
      required: false,
      label: t("aliyun-iot-set-properties.label.subscription"),
      validate: subscriptionField(isAwaited),
    },
    replyTimeout: {
      label: t("aliyun-iot-set-properties.label.replyTimeout"),
      validate: replyTimeoutField(isAwaited),
    },
    result: { label: t("aliyun-iot-set-properties.label.result"), validate: resultField },
    timeout: { label: t("aliyun-iot-set-properties.label.timeout"), validate: timeoutField },
    delivery: { label: t("aliyun-iot-set-properties.label.delivery") },
    check: { label: t("aliyun-iot-set-properties.label.check") },
  }),
  inputs: 1,
  outputs: 2,
  outputLabels(port) {
    return port === 0
      ? this._("aliyun-iot-set-properties.port.result")
      : this._("aliyun-iot-set-properties.port.failure");
  },
  label() {
    if (this.name) return this.name;
    const names = this.itemsType === "form" ? namesInForm(this.items) : [];
    if (names.length === 0) return callLabel(this, this._("aliyun-iot-set-properties.label.palette"));
    const rest = names.length > maxNamesInLabel ? ", …" : "";
    return callLabel(this, `${names.slice(0, maxNamesInLabel).join(", ")}${rest}`);
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-set-properties", definition);
