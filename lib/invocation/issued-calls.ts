import { keepNewest } from "../base/keep-newest";
import { Newest } from "../base/newest";
import type { Target } from "./inputs";

/** Message ids remembered; at 500 calls a second those of the last 100 s at least. */
const maxIds = 50_000;
const maxDevices = 1000;
/** Devices may be slow, but a reply later than this no longer belongs to a call. */
const lostMs = 600_000;

/**
 * The asynchronous calls that an account has made of late, so that a subscription can tell a reply to one of them
 * from a reply to another client's call.
 */
export class IssuedCalls {
  private readonly ids = new Newest<true>(maxIds);
  /** When the id of a call was last lost, by device. */
  private readonly lost = new Map<string, number>();
  /** When devices of a product were last commanded in a batch, which gives no ids. */
  private readonly batches = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(messageId: string): void {
    this.ids.set(messageId, true);
  }

  has(messageId: string): boolean {
    return this.ids.has(messageId);
  }

  /** A call may have reached the platform, whose answer with the id did not reach us. */
  addLost(target: Target): void {
    keepNewest(this.lost, keyOf(target), this.now(), maxDevices);
  }

  /** Devices of a product were commanded together, and answer under ids that only the platform knows. */
  addBatch(productKey: string): void {
    keepNewest(this.batches, productKey, this.now(), maxDevices);
  }

  /** Whether a reply of this device may be one to a call whose id was lost, or to a batch. */
  mayHaveLost(device: Partial<Record<"productKey" | "deviceName" | "iotId", string | undefined>>): boolean {
    const { productKey, deviceName, iotId } = device;
    const times = [keyOf({ productKey, deviceName }), keyOf({ iotId })].map((key) => this.lost.get(key));
    if (productKey !== undefined) times.push(this.batches.get(productKey));
    return times.some((time) => time !== undefined && this.now() - time < lostMs);
  }
}

function keyOf({ productKey, deviceName, iotId }: Parameters<IssuedCalls["mayHaveLost"]>[0]): string {
  return JSON.stringify(iotId === undefined ? [productKey, deviceName] : [iotId]);
}
