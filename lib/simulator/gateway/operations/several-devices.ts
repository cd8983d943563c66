import type { Device } from "../../devices/device";
import type { Platform } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { namesOf } from "./batch";
import { countDevices, detailOf, utc } from "./devices";
import { groupOf } from "./groups";
import { deviceOf, namedDevice, type Operation, type Parameters, productOf, repeated } from "./operation";
import { createdAt } from "./products";

const maxStates = 50;

/** docs/protocol.md, 6.2: by `IotId.N`, or by `ProductKey` and `DeviceName.N`; the answer is not under `Data`. */
export const batchGetDeviceState: Operation = {
  required: [],
  run(parameters, platform) {
    const states = severalDevices(parameters, platform).map((device) => ({
      DeviceId: device.iotId,
      DeviceName: device.deviceName,
      IotId: device.iotId,
      Status: device.status,
      Timestamp: device.lastSeen || createdAt,
      ...(device.status === "UNACTIVE"
        ? {}
        : { LastOnlineTime: utc(device.lastSeen || createdAt), AsAddress: "127.0.0.1" }),
    }));
    return { DeviceStatusList: { DeviceStatus: states } };
  },
};

/** Devices that do not exist are left out; with `DeviceSecret`, as on the real platform. */
export const batchQueryDeviceDetail: Operation = {
  required: ["ProductKey"],
  run(parameters, platform) {
    const product = productOf(parameters, platform);
    const devices = namesOf(parameters).map((name) => product.device(name));
    const details = devices.flatMap((device) => (device ? [detailOf(product, device)] : []));
    return { Data: { Data: details } };
  },
};

/** Of a product, of a group, of the devices of a product in a group, or of all devices. */
export const queryDeviceStatistics: Operation = {
  required: [],
  run(parameters, platform) {
    const groupId = parameters.get("GroupId");
    const members = groupId === undefined ? platform.devices() : groupOf(groupId, platform).devices();
    const product = parameters.has("ProductKey") ? productOf(parameters, platform) : undefined;
    const devices = product ? members.filter(({ productKey }) => productKey === product.productKey) : members;
    const { active, online, total } = countDevices(devices);
    return { Data: { deviceCount: total, activeCount: active, onlineCount: online } };
  },
};

function severalDevices(parameters: Parameters, platform: Platform): Device[] {
  const iotIds = repeated(parameters, "IotId");
  const names = repeated(parameters, "DeviceName");
  const count = iotIds.length || names.length;
  if (count === 0 || count > maxStates) {
    const message = `name 1 to ${maxStates} devices by IotId.N, or by ProductKey and DeviceName.N; got ${count}`;
    throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
  }
  const leavesOut = platform.choices.batchWithBadName === "skip";
  if (iotIds.length > 0) {
    const known = iotIds.filter((iotId) => !leavesOut || platform.deviceByIotId(iotId));
    return known.map((iotId) => deviceOf(new Map([["IotId", iotId]]), platform).device);
  }
  const product = productOf(parameters, platform);
  const known = names.filter((name) => !leavesOut || product.device(name));
  return known.map((name) => namedDevice(product, name));
}
