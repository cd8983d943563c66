import {
  closeForm,
  configNode,
  defaultsOf,
  type Definition,
  numberBounds,
  openForm,
  readBounded,
  registerType,
  showProblems,
  translatorOf,
  trimmed,
  typedInput,
  type Validator,
  validator,
  valueOf,
} from "../../editor/index";
import { setPropertiesDefaults, type SetPropertiesProperties } from "../defaults/set-properties";

const t = translatorOf("set-properties");

type OwnValidator = Validator<SetPropertiesProperties>;

function typedProblem(value: unknown, type: unknown): string | undefined {
  const kind = String(type);
  const isSound = (): boolean => RED.utils.validateTypedProperty(value, kind) === true;
  if (["msg", "flow", "global"].includes(kind) && !isSound()) {
    return t("aliyun-iot-set-properties.validation.property");
  }
  return kind === "jsonata" && !isSound() ? t("aliyun-iot-set-properties.validation.jsonata") : undefined;
}

/** A field that names the device, as long as the device is named in this way. */
function deviceField(target: "device" | "iotId", property: string): OwnValidator {
  return validator((value, node) => {
    if (valueOf(node, "target") !== target) return undefined;
    if (trimmed(value) === "") return t("aliyun-iot-set-properties.validation.missing");
    return typedProblem(value, valueOf(node, `${property}Type`));
  });
}

/** A typed field with a default of its own. */
function typedField(property: string): OwnValidator {
  return validator((value, node) => {
    if (value === undefined) return undefined;
    if (value === "") return t("aliyun-iot-set-properties.validation.missing");
    return typedProblem(value, valueOf(node, `${property}Type`));
  });
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
    target: { label: t("aliyun-iot-set-properties.label.target") },
    productKey: {
      label: t("aliyun-iot-set-properties.label.productKey"),
      validate: deviceField("device", "productKey"),
    },
    deviceName: {
      label: t("aliyun-iot-set-properties.label.deviceName"),
      validate: deviceField("device", "deviceName"),
    },
    iotId: { label: t("aliyun-iot-set-properties.label.iotId"), validate: deviceField("iotId", "iotId") },
    items: { label: t("aliyun-iot-set-properties.label.items"), validate: typedField("items") },
    mode: { label: t("aliyun-iot-set-properties.label.mode") },
    qos: { label: t("aliyun-iot-set-properties.label.qos") },
    versions: { label: t("aliyun-iot-set-properties.label.versions") },
    confirm: {
      label: t("aliyun-iot-set-properties.label.confirm"),
      validate: validator((value, node) =>
        value === "reply" && valueOf(node, "mode") === "desired"
          ? t("aliyun-iot-set-properties.validation.desired-reply")
          : undefined,
      ),
    },
    subscription: {
      type: "aliyun-iot-subscription",
      required: false,
      label: t("aliyun-iot-set-properties.label.subscription"),
      validate: validator((id, node) => {
        const confirm = valueOf(node, "confirm");
        if (confirm !== "reply" && confirm !== "reported") return undefined;
        const isOwn = configNode(id)?.["account"] === valueOf(node, "account");
        return configNode(id) && isOwn ? undefined : t("aliyun-iot-set-properties.validation.subscription");
      }),
    },
    replyTimeout: {
      label: t("aliyun-iot-set-properties.label.replyTimeout"),
      validate: validator((value) =>
        readBounded(value, numberBounds.replyTimeout) === undefined
          ? t("aliyun-iot-set-properties.validation.replyTimeout")
          : undefined,
      ),
    },
    result: { label: t("aliyun-iot-set-properties.label.result"), validate: typedField("result") },
    timeout: {
      label: t("aliyun-iot-set-properties.label.timeout"),
      validate: validator((value) =>
        readBounded(value, numberBounds.timeout) === undefined
          ? t("aliyun-iot-set-properties.validation.timeout")
          : undefined,
      ),
    },
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
    return this.name || this._("aliyun-iot-set-properties.label.palette");
  },
  oneditprepare() {
    openForm(this);
    for (const property of ["productKey", "deviceName", "iotId"]) {
      typedInput(this, property, ["str", "msg", "flow", "global", "env", "jsonata"]);
    }
    typedInput(this, "items", ["msg", "json", "jsonata", "flow", "global", "str", "env"]);
    typedInput(this, "versions", ["msg", "json", "jsonata", "flow", "global", "str", "env"]);
    typedInput(this, "result", ["msg", "flow", "global"]);
    showProblems(this, {
      account: (id) => configNode(id) !== undefined || t("aliyun-iot-set-properties.validation.account"),
    });
  },
  oneditsave() {
    closeForm(this);
  },
};

registerType("aliyun-iot-set-properties", definition);
