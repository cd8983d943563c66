import { findService, type ThingModel } from "../../thing-model/model";
import { byIdentifier } from "../../thing-model/parameters";
import type { Value } from "./checks";
import { type DeviceDefinition, type ReadDevice, replyTimes } from "./definition";
import { deviceStatuses } from "./device-status";
import { findEvent, propertiesOf } from "./functions";
import { readTags } from "./groups";

const deviceKeys = (
  "deviceName iotId nickname status services propertySet properties deviceSecret offlineReply posts togglesEveryMs " +
  "tags groups"
).split(" ");

/** What the devices of a product are checked against. */
export interface DeviceContext {
  model: ThingModel | undefined;
  staticGroups: ReadonlySet<string>;
  /** Objects that were checked: many devices may share one. */
  checked: WeakSet<object>;
}

/** @throws {SimulatorInputError} with the path of what is wrong */
export function readDevice(value: Value, context: DeviceContext): ReadDevice {
  const { model, staticGroups } = context;
  value.object(deviceKeys);
  value.child("deviceName").name();
  value.child("iotId").optional((field) => field.name());
  value.child("nickname").optional((field) => field.text());
  value.child("deviceSecret").optional((field) => field.name());
  value.child("offlineReply").optional((field) => field.flag());
  value.child("togglesEveryMs").optional((field) => field.integer(...everyMs));
  for (const post of value.child("posts").list()) readPost(post, model);
  once(value.child("tags"), context, readTags);
  once(value.child("groups"), context, (field) => readGroupIds(field, staticGroups));
  value.child("propertySet").optional(readPropertySet);
  value.child("properties").optional((field) => readProperties(field, model));
  const status = value.child("status").optional((field) => field.oneOf(deviceStatuses)) ?? "ONLINE";
  once(value.child("services"), context, (field) => readServices(field, model));
  return { ...(value.raw as DeviceDefinition), status };
}

function once(field: Value, { checked }: DeviceContext, check: (field: Value) => void): void {
  const { raw } = field;
  if (raw === undefined || (typeof raw === "object" && raw !== null && checked.has(raw))) return;
  check(field);
  checked.add(raw as object);
}

function readGroupIds(value: Value, staticGroups: ReadonlySet<string>): void {
  for (const group of value.list()) {
    if (!staticGroups.has(group.name())) group.fail("there is no static group with this groupId in the file");
  }
}

function readServices(value: Value, model: ThingModel | undefined): void {
  for (const identifier of Object.keys(value.object())) {
    const service = value.child(identifier);
    if (!model || !findService(model, identifier)) service.fail("the thing model has no such service");
    readService(service);
  }
}

/** How often a device may do something by itself. */
const everyMs = [10, 86_400_000] as const;

function readPost(value: Value, model: ThingModel | undefined): void {
  value.object(["everyMs", "property", "event", "data", "past"]);
  value.child("everyMs").integer(...everyMs);
  value.child("property").optional((field) => field.flag() || field.fail("expected true"));
  const event = value.child("event");
  if (!event.missing && !findEvent(model, event.name())) event.fail("the thing model has no such event");
  if (event.missing === value.child("property").missing)
    value.fail('expected either "property": true or "event"');
  readData(value.child("data"));
  value.child("past").optional((past) => {
    past.object(["everyMs", "hours"]);
    past.child("hours").integer(1, 720);
    // At most some thousand values.
    past.child("everyMs").integer(60_000, 86_400_000);
  });
}

const maxDelay = 86_400_000;

/** Values as an object, or a JSONata expression. */
function readData(value: Value): void {
  if (typeof value.raw === "string") value.name();
  else value.object();
}

function readService(value: Value): void {
  value.object(["delayMs", "maxDelayMs", "code", "message", "data", "bare", "reply", "offlineReply", "post"]);
  value.child("reply").optional((field) => field.oneOf(replyTimes));
  value.child("offlineReply").optional((field) => field.flag());
  value.child("post").optional(readData);
  readDelay(value);
  value.child("code").optional((field) => field.integer(0, 2_147_483_647));
  value.child("message").optional((field) => field.text());
  value.child("data").optional(readData);
  value.child("bare").optional((field) => field.flag());
}

function readDelay(value: Value): void {
  const min = value.child("delayMs").optional((field) => field.integer(0, maxDelay)) ?? 0;
  value.child("maxDelayMs").optional((field) => field.integer(min, maxDelay));
}

function readPropertySet(value: Value): void {
  value.object(["delayMs", "maxDelayMs", "code", "message", "reply", "offlineReply", "post", "postDelayMs"]);
  readDelay(value);
  value.child("code").optional((field) => field.integer(0, 2_147_483_647));
  value.child("message").optional((field) => field.text());
  value.child("reply").optional((field) => field.oneOf([...replyTimes, "never"] as const));
  value.child("offlineReply").optional((field) => field.flag());
  value.child("post").optional((field) => field.raw === false || readData(field));
  value.child("postDelayMs").optional((field) => field.integer(0, 86_400_000));
}

function readProperties(value: Value, model: ThingModel | undefined): void {
  const known = byIdentifier(propertiesOf(model));
  for (const identifier of Object.keys(value.object())) {
    if (!known.has(identifier)) value.child(identifier).fail("the thing model has no such property");
  }
}
