import {
  identifierField,
  nameProblem,
  objectField,
  replyTimeoutField,
  subscriptionField,
  typedProblem,
} from "../../editor/device/index";
import {
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
import { readCanary } from "../../lib/base/canary";
import type { NumberBounds } from "../../lib/base/number-bounds";
import type { FleetProperties } from "../defaults/fleet";
import { readFixedList, readFixedTags } from "./fixed-targets.editor";
import { awaitsReply, type FleetNode, operationOf, targetsOf } from "./fleet-node.editor";

const t = translatorOf("fleet");

type Checks = Validator<FleetProperties>;

/** Refuses a choice that this version does not know, since a node with it commands nothing. */
export function choiceField(known: readonly string[]): Checks {
  return validator((value) =>
    isKnownChoice(value, known) ? undefined : t("aliyun-iot-fleet.validation.choice"),
  );
}

/** A check that applies to one operation only. */
function ofOperation(operation: "service" | "properties", check: Checks): Checks {
  return validator((value, node: FleetNode) => {
    if (operationOf(node) !== operation) return undefined;
    const result = check.call(node, value, {});
    return typeof result === "string" ? result : undefined;
  });
}

export const serviceField = ofOperation(
  "service",
  identifierField("service", t("aliyun-iot-fleet.validation.service")),
);

export const argsField = ofOperation(
  "service",
  objectField("args", {
    missing: t("aliyun-iot-fleet.validation.args"),
    json: t("aliyun-iot-fleet.validation.args-json"),
    object: t("aliyun-iot-fleet.validation.args-json"),
  }),
);

export const itemsField = ofOperation(
  "properties",
  objectField("items", {
    missing: t("aliyun-iot-fleet.validation.items"),
    json: t("aliyun-iot-fleet.validation.items-json"),
    object: t("aliyun-iot-fleet.validation.items-json"),
  }),
);

/** All devices of a product need it; in a list, each entry may name its own. */
export const productField: Checks = validator((value, node) => {
  const targets = targetsOf(node);
  if (targets === "product") {
    return nameProblem(node, "productKey", value, t("aliyun-iot-fleet.validation.productKey"));
  }
  const isTyped = targets === "list" && trimmed(value) !== "";
  return isTyped ? typedProblem(valueOf(node, "productKeyType"), value) : undefined;
});

export const groupField: Checks = validator((value, node) =>
  targetsOf(node) === "group"
    ? nameProblem(node, "groupId", value, t("aliyun-iot-fleet.validation.groupId"))
    : undefined,
);

export const devicesField: Checks = validator((value, node) => {
  if (targetsOf(node) !== "list") return undefined;
  const problem = nameProblem(node, "devices", value, t("aliyun-iot-fleet.validation.devices"));
  const type = trimmed(valueOf(node, "devicesType"));
  if (problem || type !== "json" || isVariable(value)) return problem;
  if (!isJson(trimmed(value))) return t("aliyun-iot-fleet.validation.devices-json");
  return readFixedList(type, trimmed(value)) ? undefined : t("aliyun-iot-fleet.validation.devices-json");
});

export const tagsField: Checks = validator((value, node) => {
  if (targetsOf(node) !== "tags") return undefined;
  const problem = nameProblem(node, "tags", value, t("aliyun-iot-fleet.validation.tags"));
  const type = trimmed(valueOf(node, "tagsType"));
  if (problem || (type !== "str" && type !== "json") || isVariable(value)) return problem;
  return readFixedTags(type, trimmed(value)) ? undefined : t("aliyun-iot-fleet.validation.tags-text");
});

export const canaryField: Checks = validator((value) => {
  if (value === undefined || trimmed(value) === "" || isVariable(value)) return undefined;
  return readCanary(value) ? undefined : t("aliyun-iot-fleet.validation.canary");
});

/** A number of the roll-out; blank stands for its default. */
function numberField(bounds: NumberBounds, problem: string): Checks {
  return validator((value) => {
    const given = typeof value === "string" ? value.trim() : value;
    const isSound = isVariable(given) || readBounded(given, bounds) !== undefined;
    return isSound ? undefined : problem;
  });
}

export const paceField = numberField(numberBounds.pace, t("aliyun-iot-fleet.validation.pace"));
export const growthField = numberField(numberBounds.growth, t("aliyun-iot-fleet.validation.growth"));
export const stopAtField = numberField(numberBounds.stopAt, t("aliyun-iot-fleet.validation.stopAt"));
export const stopAfterField = numberField(numberBounds.stopAfter, t("aliyun-iot-fleet.validation.stopAfter"));

export const subscriptionOfReply: Checks = subscriptionField(awaitsReply);
export const timeoutOfReply: Checks = replyTimeoutField(awaitsReply);
