import {
  configNode,
  entryProblem,
  isJson,
  numberBounds,
  readBounded,
  readForm,
  translatorOf,
  trimmed,
  type Validator,
  validator,
  valueOf,
} from "../../editor/index";
import { isServiceIdentifier } from "../../lib/base/identifiers";
import { isObject } from "../../lib/base/json";
import type { InvokeProperties } from "../defaults/invoke-service";
import type { InvokeNode } from "./invoke-properties.editor";

const t = translatorOf("invoke-service");

type InvokeValidator = Validator<InvokeProperties>;

/** Checks by type what every typed field shares; returns a message, or undefined for a valid value. */
function typedProblem(type: unknown, value: unknown): string | undefined {
  const kind = String(type);
  const isSound = (): boolean => RED.utils.validateTypedProperty(value, kind) === true;
  if (["msg", "flow", "global"].includes(kind) && !isSound()) {
    return t("aliyun-iot-invoke-service.validation.property");
  }
  return kind === "jsonata" && !isSound() ? t("aliyun-iot-invoke-service.validation.jsonata") : undefined;
}

/** What is wrong with a field that names something and must not be blank. */
function nameProblem(
  node: InvokeNode,
  property: string,
  value: unknown,
  missing: string,
): string | undefined {
  if (trimmed(value) === "") return missing;
  return typedProblem(valueOf(node, `${property}Type`), value);
}

/** A field that names the device, as long as the device is named in this way. */
export function deviceField(target: "device" | "iotId", property: string, missing: string): InvokeValidator {
  return validator((value, node) =>
    valueOf(node, "target") === target ? nameProblem(node, property, value, missing) : undefined,
  );
}

export const service: InvokeValidator = validator((value, node) => {
  const missing = t("aliyun-iot-invoke-service.validation.service");
  const problem = nameProblem(node, "service", value, missing);
  if (problem || valueOf(node, "serviceType") !== "str") return problem;
  const isIdentifier = isServiceIdentifier(trimmed(value));
  return isIdentifier ? undefined : t("aliyun-iot-invoke-service.validation.identifier");
});

export const args: InvokeValidator = validator((value, node) => {
  if (value === undefined) return undefined;
  if (value === "") return t("aliyun-iot-invoke-service.validation.args");
  const type = valueOf(node, "argsType");
  if (type === "form") return formProblem(trimmed(value));
  if (type !== "json" && type !== "str") return typedProblem(type, value);
  if (!isJson(trimmed(value))) return t("aliyun-iot-invoke-service.validation.args-json");
  const isOfObject = isObject(JSON.parse(trimmed(value)));
  return isOfObject ? undefined : t("aliyun-iot-invoke-service.validation.args-object");
});

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

export const result: InvokeValidator = validator((value, node) => {
  if (value === undefined) return undefined;
  if (value === "") return t("aliyun-iot-invoke-service.validation.result");
  return typedProblem(valueOf(node, "resultType"), value);
});

/** Why the chosen subscription cannot bring the reply; nothing is wrong where none is awaited. */
export const subscription: InvokeValidator = validator((id, node) => {
  if (!awaitsReply(node)) return undefined;
  const chosen = configNode(id);
  if (!chosen) return t("aliyun-iot-invoke-service.validation.subscription");
  const isOwn = chosen["account"] === valueOf(node, "account");
  return isOwn ? undefined : t("aliyun-iot-invoke-service.validation.subscription-account");
});

export const replyTimeout: InvokeValidator = validator((value, node) => {
  const isSound = !awaitsReply(node) || readBounded(value, numberBounds.replyTimeout) !== undefined;
  return isSound ? undefined : t("aliyun-iot-invoke-service.validation.replyTimeout");
});

export const timeout: InvokeValidator = validator((value) => {
  const isSound = readBounded(value, numberBounds.timeout) !== undefined;
  return isSound ? undefined : t("aliyun-iot-invoke-service.validation.timeout");
});

function awaitsReply(node: InvokeNode): boolean {
  return valueOf(node, "awaitReply") === true;
}
