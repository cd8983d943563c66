import type { DynamicGroupDefinition, ReadGroup } from "../definition/groups";
import type { Device } from "./device";

/** A group of devices and who is in it. */
export interface DeviceGroup extends ReadGroup {
  /** Its devices at the moment, in the order of the file; those of its subgroups are not among them. */
  devices(): readonly Device[];
}

/** The groups of a simulator, in the order of the file. */
export function createGroups(definitions: readonly ReadGroup[], devices: () => Device[]): DeviceGroup[] {
  return definitions.map((definition) => {
    const { groupId, dynamic } = definition;
    if (dynamic) return { ...definition, devices: () => devices().filter((device) => fits(device, dynamic)) };
    let members: Device[] | undefined;
    return {
      ...definition,
      devices: () => (members ??= devices().filter((device) => device.staticGroups.includes(groupId))),
    };
  });
}

function fits(
  device: Device,
  { productKey, status, namePrefix, tags = {} }: DynamicGroupDefinition,
): boolean {
  if (productKey !== undefined && device.productKey !== productKey) return false;
  if (status !== undefined && device.status !== status) return false;
  if (namePrefix !== undefined && !device.deviceName.startsWith(namePrefix)) return false;
  return Object.entries(tags).every(([key, value]) => device.tag(key) === value);
}

/** The rule of a dynamic group as the platform writes it. */
export function expressionOf({ productKey, status, namePrefix, tags = {} }: DynamicGroupDefinition): string {
  const parts = [
    productKey === undefined ? [] : [`product_key = "${productKey}"`],
    status === undefined ? [] : [`status = "${status}"`],
    namePrefix === undefined ? [] : [`name LIKE "${namePrefix}%"`],
    Object.entries(tags).map(([key, value]) => `tag.tag_name = "${key}" and tag.tag_value = "${value}"`),
  ];
  return parts.flat().join(" and ");
}
