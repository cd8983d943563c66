import type { DeviceMessage } from "./device-message";

/** The device that a call is for: its IotId, or its product and name. */
export interface ReplyTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** A call whose id is not known yet, and when it began. */
interface Call {
  at: number;
}

/** Calls that the platform has not answered yet, so that the ids of their replies are not known. */
export class CallsInFlight {
  /** By device. */
  private readonly calls = new Map<string, Set<Call>>();

  /** @param elapsed a monotonic clock in milliseconds */
  constructor(private readonly elapsed: () => number) {}

  /** @returns a function that ends it, and may be called again */
  begin(target: ReplyTarget): () => void {
    const key = deviceKey(target);
    const calls = this.calls.get(key) ?? new Set<Call>();
    const call = { at: this.elapsed() };
    calls.add(call);
    this.calls.set(key, calls);
    return () => {
      calls.delete(call);
      if (calls.size === 0 && this.calls.get(key) === calls) this.calls.delete(key);
    };
  }

  /** Whether one of them may have caused a reply that has been there for so long. */
  isAny({ productKey, deviceName, iotId }: DeviceMessage, ageMs: number): boolean {
    const latest = this.elapsed() - ageMs;
    const keys = [deviceKey({ productKey, deviceName })];
    if (iotId !== undefined) keys.push(deviceKey({ iotId }));
    return keys.some((key) => {
      for (const { at } of this.calls.get(key) ?? []) if (at <= latest) return true;
      return false;
    });
  }
}

/** A control character, which cannot occur in any part, keeps them apart. */
function deviceKey({ iotId, productKey, deviceName }: ReplyTarget): string {
  return iotId === undefined ? `${productKey}\0${deviceName}` : `\0${iotId}`;
}
