import { isServiceIdentifier } from "../../lib/base/identifiers";
import { isObject } from "../../lib/base/json";
import { numberBounds, readBounded } from "../../lib/base/number-bounds";
import {
  configNode,
  type NodeOf,
  type StoredNode,
  translatorOf,
  trimmed,
  validator,
  type Validator,
  valueOf,
} from "../index";
import { isJson } from "../raw-json";
import { entryProblem, readForm } from "./form-data";

const t = translatorOf("invoke-service");

/** Suits a node with any properties. */
type AnyValidator = Validator<object>;

/** Checks by type what every typed field shares; returns a message, or undefined for a valid value. */
export function typedProblem(type: unknown, value: unknown): string | undefined {
  const kind = String(type);
  const isSound = (): boolean => RED.utils.validateTypedProperty(value, kind) === true;
  if (["msg", "flow", "global"].includes(kind) && !isSound()) {
    return t("aliyun-iot-invoke-service.validation.property");
  }
  return kind === "jsonata" && !isSound() ? t("aliyun-iot-invoke-service.validation.jsonata") : undefined;
}

/** What is wrong with a field that names something and must not be blank. */
export function nameProblem(
  node: StoredNode,
  property: string,
  value: unknown,
  missing: string,
): string | undefined {
  if (trimmed(value) === "") return missing;
  return typedProblem(valueOf(node, `${property}Type`), value);
}

function deviceField(target: "device" | "iotId", property: string, missing: string) {
  return {
    validate: validator<object>((value, node) =>
      valueOf(node, "target") === target ? nameProblem(node, property, value, missing) : undefined,
    ),
  };
}

/** Details of the properties that name the device, for `defaultsOf`; a field counts as long as it is the one in use. */
export function targetDetails() {
  return {
    target: { label: t("aliyun-iot-invoke-service.label.target") },
    productKey: {
      label: t("aliyun-iot-invoke-service.label.productKey"),
      ...deviceField("device", "productKey", t("aliyun-iot-invoke-service.validation.productKey")),
    },
    deviceName: {
      label: t("aliyun-iot-invoke-service.label.deviceName"),
      ...deviceField("device", "deviceName", t("aliyun-iot-invoke-service.validation.deviceName")),
    },
    iotId: {
      label: t("aliyun-iot-invoke-service.label.iotId"),
      ...deviceField("iotId", "iotId", t("aliyun-iot-invoke-service.validation.iotId")),
    },
  };
}

/**
 * A field with an identifier of the thing model, or what it is taken from.
 * @param missing message where it is blank
 */
export function identifierField(property: string, missing: string): AnyValidator {
  return validator((value, node) => {
    const problem = nameProblem(node, property, value, missing);
    if (problem || valueOf(node, `${property}Type`) !== "str") return problem;
    const isIdentifier = isServiceIdentifier(trimmed(value));
    return isIdentifier ? undefined : t("aliyun-iot-invoke-service.validation.identifier");
  });
}

/** What a field says that takes an object. */
interface ObjectTexts {
  /** Left out where the field may be blank. */
  missing?: string;
  /** Where it is no JSON, and where it is JSON of something else. */
  json: string;
  object: string;
}

/** An object: a form, a message or an expression. */
export function objectField(property: string, texts: ObjectTexts): AnyValidator {
  return validator((value, node) => {
    if (value === undefined) return undefined;
    if (value === "") return texts.missing;
    const type = valueOf(node, `${property}Type`);
    if (type === "form") return formProblem(trimmed(value));
    if (type !== "json" && type !== "str") return typedProblem(type, value);
    if (!isJson(trimmed(value))) return texts.json;
    const isOfObject = isObject(JSON.parse(trimmed(value)));
    return isOfObject ? undefined : texts.object;
  });
}

const formProblems = {
  number: "aliyun-iot-invoke-service.validation.form-number",
  boolean: "aliyun-iot-invoke-service.validation.form-boolean",
  json: "aliyun-iot-invoke-service.validation.form-json",
  property: "aliyun-iot-invoke-service.validation.property",
  jsonata: "aliyun-iot-invoke-service.validation.jsonata",
};

/** What is wrong with the parameter form, regardless of the thing model. */
function formProblem(text: string): string | undefined {
  const members = readForm(text);
  if (!members) return t("aliyun-iot-invoke-service.validation.form");
  for (const [name, entry] of members) {
    const problem = entryProblem(
      entry,
      (type, value) => RED.utils.validateTypedProperty(value, type) === true,
    );
    if (problem) return `${name}: ${t(formProblems[problem])}`;
  }
  return undefined;
}

/** Where the result goes. */
export const resultField: AnyValidator = validator((value, node) => {
  if (value === undefined) return undefined;
  if (value === "") return t("aliyun-iot-invoke-service.validation.result");
  return typedProblem(valueOf(node, "resultType"), value);
});

type Awaits = (node: NodeOf<object>) => boolean;

/** Why the chosen subscription cannot bring the reply; nothing is wrong where none is awaited. */
export function subscriptionField(awaits: Awaits): AnyValidator {
  return validator((id, node) => {
    if (!awaits(node)) return undefined;
    const chosen = configNode(id);
    if (!chosen) return t("aliyun-iot-invoke-service.validation.subscription");
    const isOwn = chosen["account"] === valueOf(node, "account");
    return isOwn ? undefined : t("aliyun-iot-invoke-service.validation.subscription-account");
  });
}

export function replyTimeoutField(awaits: Awaits): AnyValidator {
  return validator((value, node) => {
    const isSound = !awaits(node) || readBounded(value, numberBounds.replyTimeout) !== undefined;
    return isSound ? undefined : t("aliyun-iot-invoke-service.validation.replyTimeout");
  });
}

export const timeoutField: AnyValidator = validator((value) => {
  const isSound = readBounded(value, numberBounds.timeout) !== undefined;
  return isSound ? undefined : t("aliyun-iot-invoke-service.validation.timeout");
});
