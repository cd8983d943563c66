import { isObject } from "../base/json";
import { textOf } from "../base/text";
import { field } from "../cloud/answer";
import { ask, type Caller } from "./ask";

interface Target {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** A state as the platform writes it: `ONLINE`, `OFFLINE`, `UNACTIVE` or `DISABLE`. */
interface DeviceState {
  status: string;
  /** Since when, in UTC milliseconds, where the platform says. */
  time: number | undefined;
}

/** Whether devices are online (docs/protocol.md, 6.2). */
export class DeviceStates {
  constructor(private readonly caller: Caller) {}

  /**
   * @returns undefined where the platform does not say
   * @throws {Failure} where it cannot be read
   */
  async read({ iotId, productKey, deviceName }: Target): Promise<DeviceState | undefined> {
    const parameters = { IotId: iotId, ProductKey: productKey, DeviceName: deviceName };
    const { body } = await ask(this.caller, "GetDeviceStatus", parameters);
    const data = field(body, "Data");
    if (!isObject(data)) return undefined;
    const status = textOf(field(data, "Status"));
    if (!status) return undefined;
    const time = Number(textOf(field(data, "Timestamp")));
    return { status, time: Number.isSafeInteger(time) && time > 0 ? time : undefined };
  }
}
