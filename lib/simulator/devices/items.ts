import type { JsonObject } from "../../base/json";
import type { Property } from "../../thing-model/model";
import { byIdentifier } from "../../thing-model/parameters";
import { type ArgsProblem, checkValue, parseObject, plain } from "./args";

/** `written` is `items` with its numbers as they were written. */
type ItemsReading =
  { ok: true; items: JsonObject; written: JsonObject } | { ok: false; problem: ArgsProblem };

interface ItemsRules {
  properties: readonly Property[];
  maxItems: number;
  /** Whether `null` stands for no value. */
  allowsNull: boolean;
}

const maxBytes = 256 * 1024;

/** Checks `Items`, the properties to be set, in their wire format. Returns the first problem (docs/protocol.md, 7.1). */
export function readItems(text: string, { properties, maxItems, allowsNull }: ItemsRules): ItemsReading {
  if (Buffer.byteLength(text) > maxBytes) {
    return fail("iot.device.LongDevicePropertiesString", `Items has more than ${maxBytes} bytes`);
  }
  const reading = parseObject(text, "Items");
  if (!reading.ok) return fail("iot.device.InvalidFormattedDevicePropertiesString", reading.problem.message);
  const written = reading.value;
  const names = Object.keys(written);
  if (names.length === 0) return fail("iot.device.NoneDeviceProperties", "Items names no property");
  if (names.length > maxItems) {
    const message = `at most ${maxItems} properties in one call, got ${names.length}`;
    return fail("iot.device.TooManyDevicePropertiesPerTime", message);
  }
  const known = byIdentifier(properties) as ReadonlyMap<string, Property>;
  for (const name of names) {
    const problem = checkName(name, known.get(name)) ?? checkItem(name, written[name], known, allowsNull);
    if (problem) return { ok: false, problem };
  }
  return { ok: true, items: plain(written) as JsonObject, written };
}

function checkName(name: string, property: Property | undefined): ArgsProblem | undefined {
  const shown = name.slice(0, 100);
  if (property?.accessMode === "r") {
    return { code: "iot.device.SetDevicePropertyFailed", message: `property ${shown} is read-only` };
  }
  if (property) return undefined;
  if (name === "") return { code: "iot.device.NullDevicePropertyKey", message: "a property has no name" };
  if (/^(?:\w{1,50}:)?\w{1,50}$/.test(name)) {
    return { code: "iot.device.NoneDeviceProperties", message: `the thing model has no property ${shown}` };
  }
  const message = `${shown} is not the identifier of a property`;
  return { code: "iot.device.InvalidFormattedDevicePropertyKey", message };
}

function checkItem(
  name: string,
  value: unknown,
  known: ReadonlyMap<string, Property>,
  allowsNull: boolean,
): ArgsProblem | undefined {
  const property = known.get(name);
  if (!property || property.isUnchecked || (allowsNull && value === null)) return undefined;
  return checkValue(value, property.dataType, name);
}

function fail(code: string, message: string): ItemsReading {
  return { ok: false, problem: { code, message } };
}
