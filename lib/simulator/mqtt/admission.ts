import type { Device } from "../devices/device";
import type { Platform } from "../devices/platform";
import { type DeviceLogin, readDeviceLogin } from "./login";

/** Seconds (docs/protocol.md, 9.1). */
const keepAliveSeconds = { min: 30, max: 1200 };

/** What a device says when it connects. */
interface Connect {
  clientId: string;
  /** In s. */
  keepAlive: number;
  username: string;
  password: string;
}

/** The device that connects, or the reason for refusing it: one sentence for the log, without secrets. */
export function admitDevice(
  { clientId, keepAlive, username, password }: Connect,
  platform: Platform,
): { device: Device; login: DeviceLogin } | string {
  const login = readDeviceLogin(clientId, username, password);
  if (typeof login === "string") return login;
  const device = platform.device(login.productKey, login.deviceName);
  if (!device || !login.verify(device.deviceSecret)) return "device or password is wrong";
  if (device.status === "DISABLE") return `device ${login.productKey}/${login.deviceName} is disabled`;
  const { min, max } = keepAliveSeconds;
  return keepAlive < min || keepAlive > max
    ? `the keep-alive must be from ${min} to ${max} s`
    : { device, login };
}
