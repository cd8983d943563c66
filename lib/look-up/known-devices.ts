import { Failure } from "../base/failure";
import { isObject } from "../base/json";
import { keepNewest } from "../base/keep-newest";
import { textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import { ask, type Caller } from "./ask";
import { LookUpLine } from "./look-up-line";

/** Product and name of a device, exactly as the platform writes them; blank if it does not. */
interface DeviceNames {
  productKey: string;
  deviceName: string;
}

interface Known {
  found: Promise<DeviceNames>;
  /** When it may be asked for again. */
  until: number;
  /** Once they are there. */
  names?: DeviceNames;
}

/** Asks the platform which device an IotId is. */
type Look = (iotId: string) => Promise<Answer>;

/** Maximum number of cached devices. */
const maxDevices = 10_000;
/** Devices asked for at a time: as many as look-ups have connections. */
const maxAsked = 4;
/** How long a device that could not be found is not asked for again, however many messages name it. */
const failureMs = 10_000;

/** The devices behind IotIds, cached: product and name of a device never change. */
export class KnownDevices {
  private readonly devices = new Map<string, Known>();
  private readonly line = new LookUpLine(maxAsked);

  constructor(
    private readonly caller: Caller,
    /** A monotonic clock in milliseconds. */
    private readonly now: () => number,
  ) {}

  /**
   * Product and name of a device. Asked for once; after a failure not again for some seconds.
   * @throws {Failure}
   */
  find(iotId: string): Promise<DeviceNames> {
    return this.entryOf(iotId, this.look).found;
  }

  /** The result of `find` if it is cached, else undefined. */
  kept(iotId: string): DeviceNames | undefined {
    return this.entryOf(iotId, this.look).names;
  }

  /**
   * As `find`, but always with product and name.
   * @param look asks the platform with `QueryDeviceDetail`; in place of a call that waits for its turn among look-ups
   * @throws {Failure} also if the platform does not return both
   */
  async namesOf(iotId: string, look: Look = this.look): Promise<DeviceNames> {
    const names = await this.entryOf(iotId, look).found;
    if (areWhole(names)) return names;
    throw unnamed();
  }

  /** As `kept`, but always with product and name. */
  keptNames(iotId: string): DeviceNames | undefined {
    const names = this.kept(iotId);
    return names && areWhole(names) ? names : undefined;
  }

  /** Remembers what the platform has returned for a device. */
  remember(iotId: string, data: Record<string, unknown>): void {
    const names = namesIn(data);
    keepNewest(this.devices, iotId, { found: Promise.resolve(names), until: Infinity, names }, maxDevices);
  }

  private readonly look: Look = (iotId) =>
    this.line.run(() => ask(this.caller, "QueryDeviceDetail", { IotId: iotId }));

  private entryOf(iotId: string, look: Look): Known {
    const known = this.devices.get(iotId);
    if (known && this.now() < known.until) return keepNewest(this.devices, iotId, known, maxDevices);
    const found = look(iotId).then((answer) => namesOfAnswer(answer, iotId));
    const device: Known = { found, until: Infinity };
    found.then(
      (names) => {
        device.names = names;
        if (!areWhole(names)) device.until = this.now() + failureMs;
      },
      () => (device.until = this.now() + failureMs),
    );
    return keepNewest(this.devices, iotId, device, maxDevices);
  }
}

/** Blank where the answer is about another device: rules must not judge one device by the name of another. */
function namesOfAnswer({ body }: Answer, asked: string): DeviceNames {
  const data = field(body, "Data");
  const device = isObject(data) ? data : {};
  const iotId = textOf(field(device, "IotId")) ?? asked;
  return namesIn(iotId === asked ? device : {});
}

function namesIn(data: Record<string, unknown>): DeviceNames {
  return {
    productKey: textOf(field(data, "ProductKey")) ?? "",
    deviceName: textOf(field(data, "DeviceName")) ?? "",
  };
}

function areWhole({ productKey, deviceName }: DeviceNames): boolean {
  return productKey !== "" && deviceName !== "";
}

/** The platform has answered without naming the device. */
export function unnamed(): Failure {
  return new Failure({
    code: "invalid-response",
    category: "platform",
    outcome: "refused",
    retryable: false,
    text: { key: "errors.device-unnamed" },
  });
}
