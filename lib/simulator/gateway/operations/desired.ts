import type { JsonObject } from "../../../base/json";
import type { Property } from "../../../thing-model/model";
import { byIdentifier } from "../../../thing-model/parameters";
import { propertiesOf } from "../../definition/functions";
import { parseObject } from "../../devices/args";
import type { DesiredValues } from "../../devices/desired";
import { textOf } from "../../devices/memory";
import { BusinessFailure } from "../failures";
import { deviceOf, modelOf, type Operation, type Parameters, refuseUnreachable, repeated } from "./operation";
import { describeProperty, moduleOf, propertiesOfModule } from "./property-status";
import { readSet } from "./set-properties";

const maxItems = 10;

/** docs/protocol.md, 7.2: stored; a device that is online gets it at once, another one has to ask for it. */
export const setDeviceDesiredProperty: Operation = {
  required: ["Items", "Versions"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const { items, written } = readSet(parameters, product, { maxItems, allowsNull: true });
    if (device.status === "DISABLE") refuseUnreachable(device);
    const { desired } = device.memory;
    checkVersions(parameters, items, desired);
    const now = platform.now();
    const versions = Object.entries(written).map(([name, value]) => [name, desired.set(name, value, now)]);
    const Versions = JSON.stringify(Object.fromEntries(versions));
    const set = { items: withoutNull(items), written: withoutNull(written), qos: 0 as const };
    const isPushed = device.status === "ONLINE" && Object.keys(set.items).length > 0;
    const MessageId = isPushed ? await platform.setProperties(device, set) : platform.newMessageId();
    return { Data: { MessageId, Versions } };
  },
};

/** docs/protocol.md, 7.2: without `Identifier.N` all of the module. */
export const queryDeviceDesiredProperty: Operation = {
  required: [],
  run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const identifiers = atMost(repeated(parameters, "Identifier"), "Identifier");
    const properties =
      identifiers.length > 0
        ? identifiers.map((name) => knownProperty(propertiesOf(modelOf(product)), name))
        : propertiesOfModule(modelOf(product), moduleOf(parameters)).filter(
            ({ accessMode }) => accessMode !== "r",
          );
    const rows = properties.map((property) => {
      const entry = device.memory.desired.get(property.identifier);
      const isThere = entry !== undefined && Object.hasOwn(entry, "value");
      return {
        ...describeProperty(property),
        ...(isThere ? { Value: textOf(entry.value) } : {}),
        ...(entry ? { Time: String(entry.time) } : {}),
        Version: entry?.version ?? 0,
      };
    });
    return { Data: { List: { DesiredPropertyInfo: rows } } };
  },
};

/** docs/protocol.md, 7.2: `Identifies.N`, spelled so. */
export const clearDeviceDesiredProperty: Operation = {
  required: [],
  run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const names = atMost(repeated(parameters, "Identifies"), "Identifies");
    if (names.length === 0) {
      throw new BusinessFailure("iot.common.InvalidFormattedParameter", "name at least one: Identifies.1");
    }
    for (const name of names) knownProperty(propertiesOf(modelOf(product)), name);
    const versions = names.map((name) => [name, device.memory.desired.clear(name, platform.now())]);
    return { Data: { Versions: JSON.stringify(Object.fromEntries(versions)) } };
  },
};

/** The code of a version that does not match is unknown (docs/protocol.md, 7.2). */
function checkVersions(parameters: Parameters, items: JsonObject, desired: DesiredValues): void {
  const reading = parseObject(parameters.get("Versions") ?? "", "Versions");
  if (!reading.ok) throw new BusinessFailure(reading.problem.code, reading.problem.message);
  for (const [name, given] of Object.entries(reading.value)) {
    const shown = name.slice(0, 100);
    if (!Object.hasOwn(items, name)) invalid(`Versions names ${shown}, which is not in Items`);
    if (!/^\d{1,15}$/.test(String(given))) invalid(`the version of ${shown} must be an integer`);
    const version = desired.versionOf(name);
    if (Number(String(given)) === version) continue;
    const message = `the version of ${shown} is ${version}, not ${String(given)}`;
    throw new BusinessFailure("iot.device.SetDevicePropertyFailed", message);
  }
}

function withoutNull(items: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(items).filter(([, value]) => value !== null));
}

function atMost(names: string[], parameter: string): string[] {
  if (names.length > maxItems)
    invalid(`at most ${maxItems} of ${parameter} in one call, got ${names.length}`);
  return names;
}

function knownProperty(properties: readonly Property[], name: string): Property {
  const property = byIdentifier(properties).get(name) as Property | undefined;
  if (property) return property;
  const message = `the thing model has no property ${name.slice(0, 100)}`;
  throw new BusinessFailure("iot.device.NoneDeviceProperties", message);
}

function invalid(message: string): never {
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
}
