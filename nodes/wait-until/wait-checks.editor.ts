import { nameProblem, typedProblem } from "../../editor/device/index";
import {
  configNode,
  isJson,
  isKnownChoice,
  isVariable,
  numberBounds,
  readBounded,
  translatorOf,
  trimmed,
  type Validator,
  validator,
  valueOf,
} from "../../editor/index";
import {
  conditionNames,
  deviceStates,
  fitsState,
  needsNumbers,
  operandsOf,
} from "../../lib/waiting/condition-names";
import { readSubject } from "../../lib/waiting/value-path";
import type { WaitUntilProperties } from "../defaults/wait-until";
import { conditionOf, kindOf, kinds, type WaitNode } from "./wait-node.editor";

const t = translatorOf("wait-until");

type Checks = Validator<WaitUntilProperties>;

export const subscriptionField: Checks = validator((id) =>
  configNode(id) ? undefined : t("aliyun-iot-wait-until.validation.subscription"),
);

export const kindField: Checks = validator((value) =>
  isKnownChoice(value, kinds) ? undefined : t("aliyun-iot-wait-until.validation.choice"),
);

export const conditionField: Checks = validator((value, node) => {
  if (!isKnownChoice(value, conditionNames)) return t("aliyun-iot-wait-until.validation.choice");
  const condition = conditionOf(node);
  const isFit = kindOf(node) !== "state" || !condition || fitsState(condition);
  return isFit ? undefined : t("aliyun-iot-wait-until.validation.condition-state");
});

export const identifierField: Checks = validator((value, node) => {
  const [kind, condition] = [kindOf(node), conditionOf(node)];
  if (kind === "state") return undefined;
  const isAnyMeant = condition === "any" || condition === "jsonata";
  if (trimmed(value) === "" && isAnyMeant && valueOf(node, "identifierType") === "str") return undefined;
  const problem = nameProblem(node, "identifier", value, t("aliyun-iot-wait-until.validation.identifier"));
  if (problem || valueOf(node, "identifierType") !== "str" || isVariable(value)) return problem;
  return readSubject(kind, trimmed(value)) ? undefined : t("aliyun-iot-wait-until.validation.path");
});

/** @param position 1 for the first value of a condition, 2 for the second one */
function operandField(property: "value" | "value2", position: 1 | 2): Checks {
  return validator((value, node) => {
    const condition = conditionOf(node);
    if (!condition || operandsOf(condition) < position) return undefined;
    const type = String(valueOf(node, `${property}Type`));
    if (condition === "jsonata") return expressionProblem(value, type);
    if (trimmed(value) === "") return t("aliyun-iot-wait-until.validation.value");
    return isFixed(type) ? fixedProblem(node, trimmed(value), type) : typedProblem(type, value);
  });
}

export const valueField = operandField("value", 1);
export const value2Field = operandField("value2", 2);

function isFixed(type: string): boolean {
  return ["str", "num", "bool", "json"].includes(type);
}

function expressionProblem(value: unknown, type: string): string | undefined {
  if (trimmed(value) === "") return t("aliyun-iot-wait-until.validation.expression");
  return typedProblem(isFixed(type) ? "jsonata" : type, value);
}

function fixedProblem(node: WaitNode, text: string, type: string): string | undefined {
  if (isVariable(text)) return undefined;
  if (kindOf(node) === "state") {
    return deviceStates.includes(text.toLowerCase())
      ? undefined
      : t("aliyun-iot-wait-until.validation.state");
  }
  const condition = conditionOf(node);
  const isNumberMeant = type === "num" || (condition !== undefined && needsNumbers(condition));
  if (isNumberMeant && !Number.isFinite(Number(text))) return t("aliyun-iot-wait-until.validation.number");
  return type === "json" && !isJson(text) ? t("aliyun-iot-wait-until.validation.json") : undefined;
}

export const timeoutField: Checks = validator((value, node) => {
  const type = String(valueOf(node, "timeoutType"));
  if (!isFixed(type))
    return nameProblem(node, "timeout", value, t("aliyun-iot-wait-until.validation.timeout"));
  const isSound = isVariable(value) || readBounded(value, numberBounds.waitTimeout) !== undefined;
  return isSound ? undefined : t("aliyun-iot-wait-until.validation.timeout");
});

/** Blank: the message stays as it is. */
export const resultField: Checks = validator((value, node) =>
  value === undefined || value === "" ? undefined : typedProblem(valueOf(node, "resultType"), value),
);
