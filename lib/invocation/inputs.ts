import { describeValue } from "../base/describe";
import { unsetVariable } from "../base/env-name";
import { invalidInput, type Text } from "../base/failure";
import { isServiceIdentifier } from "../base/identifiers";
import { readable } from "../base/text";

/** A value that a flow supplies, and where it came from, such as `msg.topic`; blank for a typed-in one. */
export interface Input {
  value: unknown;
  source: string;
}

/** The device: its IotId, or its product and name. */
export type Target =
  | { iotId: string; productKey?: undefined; deviceName?: undefined }
  | { productKey: string; deviceName: string; iotId?: undefined };

const fieldKeys = {
  iotId: "errors.field-iot-id",
  productKey: "errors.field-product-key",
  deviceName: "errors.field-device-name",
  service: "errors.field-service",
  args: "errors.field-args",
  items: "errors.field-items",
  versions: "errors.field-versions",
  identifiers: "errors.field-identifiers",
  from: "errors.field-from",
  to: "errors.field-to",
  identifier: "errors.field-identifier",
  value: "errors.field-value",
  value2: "errors.field-value2",
  timeout: "errors.field-timeout",
  devices: "errors.field-devices",
  groupId: "errors.field-group-id",
  tags: "errors.field-tags",
};

/**
 * Which device is meant (docs/protocol.md, 1.2): an IotId wins; otherwise ProductKey and DeviceName, both.
 * @throws {Failure} `invalid-input`
 */
export function readTarget(inputs: { iotId?: Input; productKey?: Input; deviceName?: Input }): Target {
  if (inputs.iotId) return { iotId: readText(inputs.iotId, "iotId") };
  if (!inputs.productKey && !inputs.deviceName) throw invalidInput({ key: "errors.target-missing" });
  return {
    productKey: readText(inputs.productKey ?? absent, "productKey"),
    deviceName: readText(inputs.deviceName ?? absent, "deviceName"),
  };
}

/**
 * A service's identifier, or `module:identifier` (docs/protocol.md, 1.2).
 * @throws {Failure} `invalid-input`
 */
export function readService(input: Input): string {
  const service = readText(input, "service");
  if (isServiceIdentifier(service)) return service;
  throw invalidInput({ key: "errors.service-identifier", params: { came: describeValue(service) } });
}

/** The name of a field in the reader's language. */
export function fieldName(field: keyof typeof fieldKeys): Text {
  return { key: fieldKeys[field] };
}

/** Where a value came from, for a sentence: `msg.topic`, or "the field" for one that was typed in. */
export function sourceName(input: Input): Text | string {
  return input.source === "" ? { key: "errors.source-field" } : input.source;
}

const maxSourceLength = 80;

/** How a sentence calls a typed input: `msg.payload`, `$LEVEL` or `JSONata`. */
export function sourceOf(type: string, expression: string): string {
  if (type === "jsonata") return "JSONata";
  const name = expression.length > maxSourceLength ? readable(expression, maxSourceLength) : expression;
  if (type !== "env") return `${type}.${name}`;
  return name.includes("${") ? name : `$${name}`;
}

const absent: Input = { value: undefined, source: "" };

/**
 * A text that names something, on one line.
 * @throws {Failure} `invalid-input`
 */
export function readText(input: Input, field: keyof typeof fieldKeys): string {
  const { value } = input;
  const params = { field: fieldName(field), source: sourceName(input) };
  if (value === undefined || value === null || (typeof value === "string" && value.trim() === "")) {
    throw invalidInput({ key: "errors.text-missing", params: { ...params, came: describeValue(value) } });
  }
  if (typeof value !== "string") {
    throw invalidInput({ key: "errors.text-expected", params: { ...params, came: describeValue(value) } });
  }
  const text = value.trim();
  const variable = unsetVariable(text);
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { ...params, variable } });
  if (text.length > 256 || /[\p{Cc}\p{Cs}]/u.test(text)) {
    throw invalidInput({ key: "errors.text-unusable", params: { ...params, came: describeValue(text) } });
  }
  return text;
}
