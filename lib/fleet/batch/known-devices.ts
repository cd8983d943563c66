import type { CancelSignal } from "../../base/cancellation";
import { Failure, type Text } from "../../base/failure";
import type { FleetDevice } from "../fleet-device";

/** Whether devices exist, in their order. */
type KnownSource = (
  devices: readonly FleetDevice[],
  signal: CancelSignal,
) => Promise<readonly (boolean | undefined)[]>;

/**
 * The devices of a list as they may be commanded in batches: it is not known what becomes of a batch with one wrong name, so
 * devices of which the platform does not know are left out.
 * @throws {Failure} where nobody can find out
 */
export async function withKnownNames(
  devices: readonly FleetDevice[],
  known: KnownSource,
  signal: CancelSignal,
): Promise<FleetDevice[]> {
  const areKnown = await known(devices, signal);
  return devices.map((device, index) => {
    if (device.problem || areKnown[index] === true) return device;
    return { ...device, problem: leftOut(device, areKnown[index] === false) };
  });
}

function leftOut({ deviceName, productKey }: FleetDevice, isMissing: boolean): Failure {
  const key = isMissing ? "errors.fleet-unknown-device" : "errors.fleet-unchecked-device";
  const text: Text = { key, params: { device: deviceName, product: productKey } };
  return new Failure({
    code: isMissing ? "iot.device.NotExistedDevice" : "invalid-input",
    category: isMissing ? "not-found" : "input",
    outcome: "not-sent",
    retryable: !isMissing,
    text,
    hint: "hints.fleet-unknown-device",
  });
}
