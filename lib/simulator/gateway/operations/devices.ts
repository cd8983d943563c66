import type { JsonObject } from "../../../base/json";
import type { DeviceStatus } from "../../definition/definition";
import type { Device } from "../../devices/device";
import type { Platform } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { deviceOf, namedDevice, type Operation, type Parameters, productOf, repeated } from "./operation";
import { type Page, pageOf } from "./paging";
import { createdAt } from "./products";

const statusNumbers: Record<string, DeviceStatus> = {
  0: "UNACTIVE",
  1: "ONLINE",
  3: "OFFLINE",
  8: "DISABLE",
};
const maxStates = 50;

/** docs/protocol.md, 6.2. */
export const queryDevice: Operation = {
  required: ["ProductKey"],
  run(parameters, platform) {
    const page = pageOf(productOf(parameters, platform).devices, parameters, 50);
    const rows = page.rows.map((device) => ({
      ...row(device),
      DeviceId: device.iotId,
      DeviceStatus: device.status,
      DeviceType: "0",
    }));
    const next = page.nextToken ? { NextToken: page.nextToken } : {};
    return { ...paging(page), ...next, Data: { DeviceInfo: rows } };
  },
};

export const queryDeviceByStatus: Operation = {
  required: ["Status"],
  run(parameters, platform) {
    const status = statusNumbers[parameters.get("Status") ?? ""];
    if (!status) {
      throw new BusinessFailure("iot.common.InvalidFormattedParameter", "Status must be one of 0, 1, 3, 8");
    }
    const products = parameters.has("ProductKey") ? [productOf(parameters, platform)] : platform.products;
    const devices = products
      .flatMap((product) => product.devices)
      .filter((device) => device.status === status);
    const page = pageOf(devices, parameters, 50);
    const rows = page.rows.map((device) => ({ ...row(device), Status: device.status }));
    return { ...paging(page), Data: { SimpleDeviceInfo: rows } };
  },
};

/** With `DeviceSecret`, as on the real platform. */
export const queryDeviceInfo: Operation = {
  required: [],
  run(parameters, platform) {
    return { Data: identity(deviceOf(parameters, platform).device) };
  },
};

export const queryDeviceDetail: Operation = {
  required: [],
  run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const seen = device.status !== "UNACTIVE";
    return {
      Data: {
        ...identity(device),
        ProductName: product.productName,
        Status: device.status,
        NodeType: 0,
        Region: "cn-shanghai",
        Owner: true,
        GmtCreate: gmt(createdAt),
        UtcCreate: utc(createdAt),
        ...(seen
          ? {
              GmtActive: gmt(createdAt),
              UtcActive: utc(createdAt),
              GmtOnline: gmt(createdAt),
              UtcOnline: utc(createdAt),
              IpAddress: "127.0.0.1",
              FirmwareVersion: "1.0.0",
            }
          : {}),
      },
    };
  },
};

export const getDeviceStatus: Operation = {
  required: [],
  run(parameters, platform) {
    const { device } = deviceOf(parameters, platform);
    return { Data: { Status: device.status, Timestamp: device.lastSeen || createdAt } };
  },
};

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

function severalDevices(parameters: Parameters, platform: Platform): Device[] {
  const iotIds = repeated(parameters, "IotId");
  const names = repeated(parameters, "DeviceName");
  const count = iotIds.length || names.length;
  if (count === 0 || count > maxStates) {
    const message = `name 1 to ${maxStates} devices by IotId.N, or by ProductKey and DeviceName.N; got ${count}`;
    throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
  }
  if (iotIds.length > 0) {
    return iotIds.map((iotId) => deviceOf(new Map([["IotId", iotId]]), platform).device);
  }
  const product = productOf(parameters, platform);
  return names.map((name) => namedDevice(product, name));
}

function identity(device: Device): JsonObject {
  return {
    IotId: device.iotId,
    ProductKey: device.productKey,
    DeviceName: device.deviceName,
    Nickname: device.nickname,
    DeviceSecret: device.deviceSecret,
  };
}

function row(device: Device): JsonObject {
  return {
    ...identity(device),
    GmtCreate: gmt(createdAt),
    GmtModified: gmt(createdAt),
    UtcCreate: utc(createdAt),
    UtcModified: utc(createdAt),
  };
}

function paging(page: Page<Device>): JsonObject {
  return { Total: page.total, Page: page.currentPage, PageCount: page.pageCount, PageSize: page.pageSize };
}

function gmt(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}

function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
