import type { DeviceMessage } from "./device-message";

/** The device that a call is for: its IotId, or its product and name. */
export interface ReplyTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** Calls that the platform has not answered yet, so that the ids of their replies are not known. */
export class CallsInFlight {
  /** Their number by device. */
  private readonly counts = new Map<string, number>();

  /** @returns a function that ends it, and may be called again */
  begin(target: ReplyTarget): () => void {
    const key = deviceKey(target);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = this.counts.get(key)! - 1;
      if (left > 0) this.counts.set(key, left);
      else this.counts.delete(key);
    };
  }

  /** Whether one of them may have caused a reply. */
  isAny({ productKey, deviceName, iotId }: DeviceMessage): boolean {
    return (
      this.counts.has(deviceKey({ productKey, deviceName })) ||
      (iotId !== undefined && this.counts.has(deviceKey({ iotId })))
    );
  }
}

/** A control character, which cannot occur in any part, keeps them apart. */
function deviceKey({ iotId, productKey, deviceName }: ReplyTarget): string {
  return iotId === undefined ? `${productKey}\0${deviceName}` : `\0${iotId}`;
}
