import type { JsonObject } from "../../../base/json";
import type { DeviceStatus } from "../../definition/definition";
import type { Device } from "../../devices/device";
import type { Platform, Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { deviceOf, type Operation, productOf } from "./operation";
import { type Page, pageOf } from "./paging";
import { createdAt } from "./products";

const statusNumbers: Record<string, DeviceStatus> = {
  0: "UNACTIVE",
  1: "ONLINE",
  3: "OFFLINE",
  8: "DISABLE",
};

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
    return { Data: detailOf(product, device) };
  },
};

/** What the details of a device are, with its secret. */
export function detailOf(product: Product, device: Device): JsonObject {
  const seen = {
    GmtActive: gmt(createdAt),
    UtcActive: utc(createdAt),
    GmtOnline: gmt(createdAt),
    UtcOnline: utc(createdAt),
    IpAddress: "127.0.0.1",
    FirmwareVersion: "1.0.0",
  };
  return {
    ...identity(device),
    ProductName: product.productName,
    Status: device.status,
    NodeType: 0,
    Region: "cn-shanghai",
    Owner: true,
    GmtCreate: gmt(createdAt),
    UtcCreate: utc(createdAt),
    ...(device.status === "UNACTIVE" ? {} : seen),
  };
}

/** A device as lists of groups and of tags show it: without its secret. */
export function simpleDevice(device: Device, platform: Platform): JsonObject {
  const { productKey, deviceName, iotId } = device;
  const ProductName = platform.product(productKey)?.productName;
  return { ProductKey: productKey, ProductName, DeviceName: deviceName, IotId: iotId };
}

export const getDeviceStatus: Operation = {
  required: [],
  run(parameters, platform) {
    const { device } = deviceOf(parameters, platform);
    return { Data: { Status: device.status, Timestamp: device.lastSeen || createdAt } };
  },
};

/** How many devices there are, were ever online, and are online. */
export function countDevices(devices: readonly Device[]): Record<"total" | "active" | "online", number> {
  const inactive = devices.filter(({ status }) => status === "UNACTIVE").length;
  const online = devices.filter(({ status }) => status === "ONLINE").length;
  return { total: devices.length, active: devices.length - inactive, online };
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

export function paging(page: Page<Device>): JsonObject {
  return { Total: page.total, Page: page.currentPage, PageCount: page.pageCount, PageSize: page.pageSize };
}

function gmt(milliseconds: number): string {
  return new Date(milliseconds).toUTCString();
}

export function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
