import { callLabel, resultField, targetDetails, timeoutField } from "../../editor/device/index";
import {
  closeForm,
  defaultsOf,
  type Definition,
  isKnownChoice,
  isVariable,
  numberBounds,
  readBounded,
  registerType,
  translatorOf,
  trimmed,
  type Validator,
  validator,
  valueOf,
} from "../../editor/index";
import { readIdentifiers } from "../../lib/reading/identifiers";
import { readMoment } from "../../lib/reading/moment";
import { isHistory, type Reading, readings, readOrders } from "../../lib/reading/request";
import { readDeviceDefaults, type ReadDeviceProperties } from "../defaults/read-device";
import { fillDialog } from "./read-device-dialog.editor";
import type { ReadDeviceNode } from "./read-properties.editor";

const t = translatorOf("read-device");
/** More would not fit on the canvas. */
const maxNamesInLabel = 2;

/** Of a choice that this version does not know: a node with it reads nothing. */
function choiceField(known: readonly string[]): Validator<ReadDeviceProperties> {
  return validator((value) =>
    isKnownChoice(value, known) ? undefined : t("aliyun-iot-read-device.validation.choice"),
  );
}

function readingOf(node: ReadDeviceNode): Reading | undefined {
  return readings.find((choice) => choice === valueOf(node, "what"));
}

/** What a typed field shares with all others; undefined where it is sound, or is text. */
function typedProblem(node: ReadDeviceNode, property: string, value: unknown): string | undefined {
  const type = trimmed(valueOf(node, `${property}Type`));
  if (type === "str" || RED.utils.validateTypedProperty(value, type) === true) return undefined;
  return type === "jsonata"
    ? t("aliyun-iot-read-device.validation.jsonata")
    : t("aliyun-iot-read-device.validation.property");
}

/** The text of a field, where there is one to be checked before any message. */
function writtenIn(node: ReadDeviceNode, property: string, value: unknown): string | undefined {
  const text = trimmed(value);
  return valueOf(node, `${property}Type`) !== "str" || text === "" || isVariable(text) ? undefined : text;
}

function momentField(property: "from" | "to"): Validator<ReadDeviceProperties> {
  return validator((value, node) => {
    const reading = readingOf(node);
    if (!reading || !isHistory(reading)) return undefined;
    const text = writtenIn(node, property, value);
    if (text === undefined) return typedProblem(node, property, value);
    const moment = readMoment(text, Date.now());
    if (typeof moment === "number") return undefined;
    return moment === "no-zone"
      ? t("aliyun-iot-read-device.validation.zone")
      : t("aliyun-iot-read-device.validation.moment");
  });
}

const definition: Definition<ReadDeviceProperties> = {
  category: "aliyun-iot",
  color: "#F4A460",
  icon: "read-device.svg",
  paletteLabel: () => t("aliyun-iot-read-device.label.palette"),
  defaults: defaultsOf<ReadDeviceProperties>(readDeviceDefaults, {
    account: {
      type: "aliyun-iot-account",
      required: true,
      label: t("aliyun-iot-read-device.label.account"),
    },
    ...targetDetails(),
    what: { label: t("aliyun-iot-read-device.label.what"), validate: choiceField(readings) },
    identifiers: {
      label: t("aliyun-iot-read-device.label.identifiers"),
      validate: validator((value, node) => {
        const reading = readingOf(node);
        if (!reading || reading === "state") return undefined;
        const text = writtenIn(node, "identifiers", value);
        if (text === undefined) return typedProblem(node, "identifiers", value);
        const isSound = Array.isArray(readIdentifiers(text, reading));
        return isSound ? undefined : t("aliyun-iot-read-device.validation.identifiers");
      }),
    },
    from: { label: t("aliyun-iot-read-device.label.from"), validate: momentField("from") },
    to: { label: t("aliyun-iot-read-device.label.to"), validate: momentField("to") },
    order: { label: t("aliyun-iot-read-device.label.order"), validate: choiceField(readOrders) },
    limit: {
      label: t("aliyun-iot-read-device.label.limit"),
      validate: validator((value) =>
        readBounded(value, numberBounds.limit) === undefined
          ? t("aliyun-iot-read-device.validation.limit")
          : undefined,
      ),
    },
    result: { label: t("aliyun-iot-read-device.label.result"), validate: resultField },
    timeout: { label: t("aliyun-iot-read-device.label.timeout"), validate: timeoutField },
  }),
  inputs: 1,
  outputs: 2,
  outputLabels(port) {
    return port === 0
      ? this._("aliyun-iot-read-device.port.result")
      : this._("aliyun-iot-read-device.port.failure");
  },
  label() {
    return this.name ? this.name : callLabel(this, whatOf(this));
  },
  oneditprepare() {
    fillDialog(this);
  },
  oneditsave() {
    closeForm(this);
  },
};

/** What is read, for the canvas: `Temperature, Humidity`, or `history Temperature`. */
function whatOf(node: ReadDeviceNode): string {
  const { what = "properties", identifiers, identifiersType = "str" } = node;
  const reading = readings.find((choice) => choice === what);
  const words = reading ? t(shortNames[reading]) : t("aliyun-iot-read-device.label.palette");
  if (!reading || reading === "state" || identifiersType !== "str" || !trimmed(identifiers)) return words;
  const names = readIdentifiers(trimmed(identifiers), reading);
  if (!Array.isArray(names)) return words;
  const rest = names.length > maxNamesInLabel ? ", …" : "";
  const listed = `${names.slice(0, maxNamesInLabel).join(", ")}${rest}`;
  return reading === "properties" ? listed : `${words}: ${listed}`;
}

const shortNames: Record<Reading, string> = {
  properties: "aliyun-iot-read-device.short.properties",
  desired: "aliyun-iot-read-device.short.desired",
  state: "aliyun-iot-read-device.short.state",
  "property-history": "aliyun-iot-read-device.short.property-history",
  "event-history": "aliyun-iot-read-device.short.event-history",
  "service-history": "aliyun-iot-read-device.short.service-history",
};

registerType("aliyun-iot-read-device", definition);
