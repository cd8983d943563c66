import type { JsonObject } from "../../../base/json";
import { deviceStatuses } from "../../definition/device-status";
import type { Device } from "../../devices/device";
import { type DeviceGroup, expressionOf } from "../../devices/device-groups";
import type { Platform } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { countDevices, paging, simpleDevice, utc } from "./devices";
import { type Operation, type Parameters, productOf, repeated } from "./operation";
import { pageOf } from "./paging";
import { createdAt } from "./products";

const groupTypes = { static: "LINK_PLATFORM", dynamic: "LINK_PLATFORM_DYNAMIC" } as const;
/** The platform does not say how many; most lists have this limit. */
const maxStaticMembers = 50;
const minutes = 60_000;

/** docs/protocol.md, 7.4: static groups unless `GroupTypes.1` asks for dynamic ones; the newest first. */
export const queryDeviceGroupList: Operation = {
  required: [],
  run(parameters, platform) {
    const types = repeated(parameters, "GroupTypes");
    for (const type of types) checkType(type);
    const wanted = types.length > 0 ? types : [groupTypes.static];
    const name = parameters.get("GroupName") ?? "";
    const parent = parameters.get("SuperGroupId") ?? "";
    if (parent) groupOf(parent, platform);
    const groups = platform.groups.filter(
      (group) =>
        wanted.includes(typeOf(group)) &&
        (!name || group.name === name) &&
        (!parent || group.superGroupId === parent),
    );
    const page = pageOf(groups.toReversed(), parameters, 200);
    return {
      Total: page.total,
      CurrentPage: page.currentPage,
      PageCount: page.pageCount,
      PageSize: page.pageSize,
      Data: {
        GroupInfo: page.rows.map((group) => ({ ...describe(group, platform), GroupType: typeOf(group) })),
      },
    };
  },
};

export const queryDeviceGroupInfo: Operation = {
  required: ["GroupId"],
  run(parameters, platform) {
    const type = parameters.get("GroupType") || groupTypes.static;
    checkType(type);
    const group = memberOf(parameters, platform, type);
    const { total, active, online } = countDevices(group.devices());
    return {
      Data: {
        ...describe(group, platform),
        DeviceCount: total,
        DeviceActive: active,
        DeviceOnline: online,
        ...(group.dynamic ? { DynamicGroupExpression: expressionOf(group.dynamic) } : {}),
      },
    };
  },
};

/** Devices of a static group, of all products. */
export const queryDeviceListByDeviceGroup: Operation = {
  required: ["GroupId"],
  run(parameters, platform) {
    const group = memberOf(parameters, platform, groupTypes.static);
    const page = pageOf(group.devices(), parameters, maxStaticMembers);
    return {
      ...paging(page),
      Data: { SimpleDeviceInfo: page.rows.map((device) => simpleDevice(device, platform)) },
    };
  },
};

/** Devices of a dynamic group, by `ProductKey`, `Status` and `DeviceName`, which with `FuzzyName` is a prefix. */
export const queryDynamicGroupDevices: Operation = {
  required: ["GroupId"],
  run(parameters, platform) {
    const group = memberOf(parameters, platform, groupTypes.dynamic);
    const devices = group.devices().filter(filterOf(parameters, platform));
    const page = pageOf(devices, parameters, 200);
    const next = page.nextToken ? { NextToken: page.nextToken } : {};
    const rows = page.rows.map((device) => ({ ...simpleDevice(device, platform), ...stateOf(device) }));
    return { ...paging(page), ...next, Data: { SimpleDeviceInfo: rows } };
  },
};

/** @throws {BusinessFailure} where it is blank, or there is no such group */
export function groupOf(groupId: string, platform: Platform): DeviceGroup {
  if (groupId === "") throw new BusinessFailure("iot.group.NullGroupId", "GroupId must not be empty");
  const group = platform.groups.find((candidate) => candidate.groupId === groupId);
  if (group) return group;
  throw new BusinessFailure("iot.group.NotExistedGroup", `there is no group ${groupId.slice(0, 100)}`);
}

/** The group that is asked for. One of the other type is not found. */
function memberOf(parameters: Parameters, platform: Platform, type: string): DeviceGroup {
  const group = groupOf(parameters.get("GroupId") ?? "", platform);
  if (typeOf(group) === type) return group;
  throw new BusinessFailure("iot.group.NotExistedGroup", `there is no ${type} group ${group.groupId}`);
}

function filterOf(parameters: Parameters, platform: Platform): (device: Device) => boolean {
  const productKey = parameters.get("ProductKey") ? productOf(parameters, platform).productKey : undefined;
  const status = parameters.get("Status") || undefined;
  if (status !== undefined && !deviceStatuses.some((known) => known === status))
    fail(`Status must be one of ${deviceStatuses.join(", ")}`);
  const name = parameters.get("DeviceName") || undefined;
  const isFuzzy = parameters.get("FuzzyName") === "true";
  if (isFuzzy && name !== undefined && name.length <= 4)
    fail("DeviceName must have more than 4 characters where FuzzyName is true");
  return (device) =>
    (productKey === undefined || device.productKey === productKey) &&
    (status === undefined || device.status === status) &&
    (name === undefined || (isFuzzy ? device.deviceName.startsWith(name) : device.deviceName === name));
}

function stateOf(device: Device): JsonObject {
  const known = { Nickname: device.nickname, NodeType: 0, Status: device.status, CategoryKey: "Custom" };
  if (device.status === "UNACTIVE") return known;
  const [seen, active] = [utc(device.lastSeen || createdAt), utc(createdAt)];
  return {
    ...known,
    LastOnlineTime: seen,
    UtcLastOnlineTime: seen,
    ActiveTime: active,
    UtcActiveTime: active,
  };
}

function describe(group: DeviceGroup, platform: Platform): JsonObject {
  const { groupId, name, desc = "" } = group;
  const created = createdAt + platform.groups.indexOf(group) * minutes;
  return { GroupId: groupId, GroupName: name, GroupDesc: desc, UtcCreate: utc(created) };
}

function typeOf({ dynamic }: DeviceGroup): string {
  return dynamic ? groupTypes.dynamic : groupTypes.static;
}

function checkType(type: string): void {
  const known: string[] = Object.values(groupTypes);
  if (!known.includes(type)) fail(`the type of a group is one of ${known.join(", ")}`);
}

function fail(message: string): never {
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
}
