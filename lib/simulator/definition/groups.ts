import type { Value } from "./checks";
import { type DeviceStatus, deviceStatuses } from "./device-status";

/** A group of devices. A device says itself to which static groups it belongs. */
export interface GroupDefinition {
  groupId: string;
  /** Default: `groupId`. */
  name?: string;
  desc?: string;
  /** The group that this one is part of. */
  superGroupId?: string;
  /** Makes it a dynamic group: it has the devices that match all of this at the moment. */
  dynamic?: DynamicGroupDefinition;
}

export interface DynamicGroupDefinition {
  productKey?: string;
  status?: DeviceStatus;
  /** How the name begins. */
  namePrefix?: string;
  tags?: Record<string, string>;
}

/** A group, with defaults filled in. */
export type ReadGroup = GroupDefinition & { name: string };

/**
 * Checks the groups of a simulator file.
 * @throws {SimulatorInputError}
 */
export function readGroups(value: Value): ReadGroup[] {
  const groups = value.list();
  const read = groups.map(readGroup);
  const seen = new Set<string>();
  for (const [index, { groupId }] of read.entries()) {
    if (seen.has(groupId)) groups[index]?.child("groupId").fail(`"${groupId}" occurs more than once`);
    seen.add(groupId);
  }
  for (const group of groups) {
    const parent = group.child("superGroupId");
    if (!parent.missing && !seen.has(parent.name())) parent.fail("there is no such group in this file");
  }
  return read;
}

function readGroup(value: Value): ReadGroup {
  value.object(["groupId", "name", "desc", "superGroupId", "dynamic"]);
  const groupId = value.child("groupId").name();
  for (const key of ["name", "desc"]) value.child(key).optional((field) => field.text());
  value.child("superGroupId").optional((field) => field.name());
  value.child("dynamic").optional(readRule);
  return { name: groupId, ...(value.raw as GroupDefinition) };
}

function readRule(value: Value): void {
  const keys = ["productKey", "status", "namePrefix", "tags"];
  if (Object.keys(value.object(keys)).length === 0) value.fail(`expected at least one of ${keys.join(", ")}`);
  for (const key of ["productKey", "namePrefix"]) value.child(key).optional((field) => field.name());
  value.child("status").optional((field) => field.oneOf(deviceStatuses));
  value.child("tags").optional(readTags);
}

/** @throws {SimulatorInputError} unless it is an object of texts */
export function readTags(value: Value): void {
  for (const key of Object.keys(value.object())) value.child(key).text();
}
