import type { Device } from "../../devices/device";
import type { Platform, Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import { namedDevice, type Parameters, refuseBusy, refuseUnreachable, repeated } from "./operation";

/** How many devices a command may name. */
const maxDevices = 100;

/** What a batch does with each of its devices. */
interface BatchCommand {
  /** Whether a device that is not online may have the command all the same: it waits, or is replied to. */
  takesOffline(device: Device): boolean;
  /** Resolves when the call may be answered. */
  send(device: Device): Promise<unknown>;
}

/**
 * The names in `DeviceName.N`.
 * @throws {BusinessFailure} if there are none or too many of them, or one is blank
 */
export function namesOf(parameters: Parameters, max = maxDevices): string[] {
  const names = repeated(parameters, "DeviceName");
  if (names.length === 0) {
    throw new BusinessFailure("iot.device.NoneDeviceNameElement", "name at least one device: DeviceName.1");
  }
  if (names.length > max) {
    const message = `at most ${max} devices in one call, got ${names.length}`;
    throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
  }
  if (names.includes("")) {
    throw new BusinessFailure("iot.device.NullDeviceName", "DeviceName must not be empty");
  }
  return names;
}

/**
 * Refuses a batch before any device gets it, as far as the file says so; call it before the args are checked.
 * @throws {BusinessFailure}
 */
export function refuseBadNames(names: readonly string[], product: Product, platform: Platform): void {
  if (platform.choices.batchWithBadName !== "refuse-all") return;
  for (const name of names) namedDevice(product, name);
}

/**
 * Sends a command to the devices of a batch, in the order of their names (docs/protocol.md, 1.5 and 7.4).
 * @throws {BusinessFailure} as a rejection
 */
export async function sendToEach(
  names: readonly string[],
  product: Product,
  platform: Platform,
  command: BatchCommand,
): Promise<void> {
  const { batchWithBadName, batchWithOfflineDevice } = platform.choices;
  const isReachable = (device: Device): boolean => device.status === "ONLINE" || command.takesOffline(device);
  for (const name of names) {
    const device = product.device(name);
    if (!device) continue;
    if (batchWithOfflineDevice === "refuse-all" && !isReachable(device)) refuseUnreachable(device);
    refuseBusy(device, platform);
  }
  const sent: Promise<unknown>[] = [];
  try {
    for (const name of names) {
      if (batchWithBadName !== "skip") namedDevice(product, name);
      const device = product.device(name);
      if (device && isReachable(device)) sent.push(command.send(device));
      else if (device && batchWithOfflineDevice !== "skip") refuseUnreachable(device);
    }
  } finally {
    await Promise.all(sent);
  }
}
