import type { JsonObject } from "../../base/json";
import { isLosslessObject } from "../../thing-model/json";
import type { ThingEvent } from "../../thing-model/model";
import type { Device } from "../devices/device";
import type { Uplink } from "../messages/uplink";
import { type AlinkId, idOf, type Outcome, success, timeOf, wrong } from "./alink";

/** Maximum number of properties in a message; beyond it, the code is 6106. */
const maxProperties = 200;
const maxEvents = 20;

/** One event of a message, read. */
interface EventPost {
  identifier: string;
  value: JsonObject;
  time: number | undefined;
}

/** Accepts the posts of one device and publishes them; refuses with codes of the platform. */
export class Posts {
  constructor(
    private readonly device: Device,
    private readonly uplink: Uplink,
  ) {}

  /** @param name the part between `thing/event/` and `/post`: `property`, `property/batch`, an event … */
  accept(name: string, message: JsonObject): Outcome {
    const { params } = message;
    const id = idOf(message);
    if (name === "property/history") return this.history(Array.isArray(params) ? params : [params], id);
    if (!isLosslessObject(params)) return wrong(460, "params must be an object");
    switch (name) {
      case "property":
        return this.property(params, id);
      case "property/batch":
        return this.batch(params, id);
      case "property/pack":
        return this.pack(params, id);
      default:
        return this.event(name, params);
    }
  }

  private property(items: JsonObject, id: AlinkId | undefined): Outcome {
    const { productKey, deviceName } = this.device;
    if (Object.keys(items).length > maxProperties) return tooMany();
    return success(this.uplink.postProperty(productKey, deviceName, items, id));
  }

  private event(identifier: string, params: JsonObject): Outcome {
    const event = this.modelOf(identifier);
    if (!event) return unknownEvent(identifier);
    this.forward(readEvent(identifier, event, params), false);
    return success();
  }

  /** Several values of each property and several of each event, of the device itself. */
  private batch(params: JsonObject, id: AlinkId | undefined): Outcome {
    const { productKey, deviceName } = this.device;
    const [properties, events] = [listsOf(params.properties), listsOf(params.events)];
    if (!properties || !events) return wrong(460, "properties and events must be objects");
    if (count(properties) > maxProperties || count(events) > maxEvents) return tooMany();
    const unknown = Object.keys(events).find((identifier) => !this.modelOf(identifier));
    if (unknown !== undefined) return unknownEvent(unknown);
    const failed = this.uplink.postBatch(productKey, deviceName, properties, events, id);
    return success(failed);
  }

  /** A gateway's own values and those of its sub-devices, of which the simulator knows none. */
  private pack(params: JsonObject, id: AlinkId | undefined): Outcome {
    const { properties = {}, events = {}, subDevices = [] } = params;
    if (!isLosslessObject(properties) || !isLosslessObject(events) || !Array.isArray(subDevices)) {
      return wrong(460, "properties and events must be objects, subDevices a list");
    }
    if (subDevices.length > 0) return noTopology();
    const read = this.readEvents([events]);
    if (!Array.isArray(read)) return read;
    if (Object.keys(properties).length > maxProperties || read.length > maxEvents) return tooMany();
    const failed = Object.keys(properties).length > 0 ? this.property(properties, id) : success();
    for (const event of read) this.forward(event, false);
    return failed;
  }

  /** Values that a device could not send at the time: one message for each point in time. */
  private history(entries: unknown[], id: AlinkId | undefined): Outcome {
    const { productKey, deviceName } = this.device;
    const properties: JsonObject[] = [];
    const events: EventPost[] = [];
    for (const entry of entries) {
      if (!isLosslessObject(entry)) return wrong(460, "params must be a list of objects");
      const { identity } = entry;
      const isOwn =
        !isLosslessObject(identity) ||
        (identity.productKey === productKey && identity.deviceName === deviceName);
      if (!isOwn) return noTopology();
      const [values, happened] = [objectsOf(entry.properties), objectsOf(entry.events)];
      if (!values || !happened) return wrong(460, "properties and events must be lists of objects");
      const read = this.readEvents(happened);
      if (!Array.isArray(read)) return read;
      properties.push(...values);
      events.push(...read);
    }
    if (properties.length > maxProperties || events.length > maxProperties) return tooMany();
    const failed = properties.map((items) =>
      this.uplink.postProperty(productKey, deviceName, items, id, true),
    );
    for (const event of events) this.forward(event, true);
    return success(Object.fromEntries(failed.flatMap((one) => Object.entries(one))));
  }

  /** @returns an outcome instead if the thing model has no such event */
  private readEvents(groups: readonly JsonObject[]): EventPost[] | Outcome {
    const read: EventPost[] = [];
    for (const [identifier, params] of groups.flatMap((group) => Object.entries(group))) {
      const event = this.modelOf(identifier);
      if (!event) return unknownEvent(identifier);
      read.push(readEvent(identifier, event, isLosslessObject(params) ? params : {}));
    }
    return read;
  }

  private forward({ identifier, value, time }: EventPost, isPast: boolean): void {
    const { productKey, deviceName } = this.device;
    this.uplink.postEvent(productKey, deviceName, identifier, value, time, isPast);
  }

  private modelOf(identifier: string): ThingEvent | undefined {
    return this.uplink.findEvent(this.device.productKey, identifier);
  }
}

/**
 * `{ value: { rpm: 10 }, time }`, or the outputs themselves as the vendor's kits send them, `{ rpm: 10 }`. An event
 * may have outputs that are called `value` and `time`.
 */
function readEvent(identifier: string, event: ThingEvent, params: JsonObject): EventPost {
  const isOutput = (name: string): boolean => event.outputs.some((output) => output.identifier === name);
  const { value, time, ...others } = params;
  const isWrapped =
    isLosslessObject(value) &&
    Object.keys(others).length === 0 &&
    (!isOutput("value") || Object.keys(value).some(isOutput));
  if (isWrapped) return { identifier, value, time: timeOf(time) };
  const hasTime = Object.hasOwn(params, "time") && !isOutput("time");
  if (!hasTime) return { identifier, value: params, time: undefined };
  const outputs = Object.hasOwn(params, "value") ? { value, ...others } : others;
  return { identifier, value: outputs, time: timeOf(time) };
}

/** Each as a list; a single value counts as a list of one. */
function listsOf(value: unknown): Record<string, unknown[]> | undefined {
  if (value === undefined) return {};
  if (!isLosslessObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, Array.isArray(inner) ? inner : [inner]]),
  );
}

function objectsOf(value: unknown): JsonObject[] | undefined {
  if (value === undefined) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every(isLosslessObject) ? list : undefined;
}

function count(lists: Record<string, unknown[]>): number {
  return Object.values(lists).reduce((sum, list) => sum + list.length, 0);
}

function tooMany(): Outcome {
  return wrong(6106, `at most ${maxProperties} properties and ${maxEvents} events at a time`);
}

function unknownEvent(identifier: string): Outcome {
  return wrong(5160, `the thing model has no event ${identifier.slice(0, 100)}`);
}

function noTopology(): Outcome {
  return wrong(6401, "the simulator knows of no sub-devices of this device");
}
