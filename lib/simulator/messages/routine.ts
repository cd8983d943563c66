import type { JsonObject } from "../../base/json";
import { SimulatorInputError } from "../definition/input-error";
import type { Device } from "../devices/device";
import type { Platform } from "../devices/platform";
import type { Uplink } from "./uplink";

/**
 * What devices do on a schedule: they post, and some go online and offline. Starts with the first possible subscriber, or
 * when values are first read.
 */
export class Routine {
  private timers: NodeJS.Timeout[] = [];
  private isStarted = false;
  private readonly recalls = new Map<Device, Promise<void>>();

  constructor(
    private readonly platform: Platform,
    private readonly uplink: Uplink,
    private readonly log: ((line: string) => void) | undefined,
  ) {}

  start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    for (const device of this.platform.products.flatMap((product) => product.devices)) {
      for (const post of device.posts) {
        this.every(post.everyMs, () => this.post(device, post.event, post.data));
      }
      if (device.togglesEveryMs !== undefined) this.every(device.togglesEveryMs, () => this.toggle(device));
    }
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    this.isStarted = true;
  }

  /**
   * Keeps what devices have reported before the start.
   * @throws {SimulatorInputError} where a value does not fit the thing model
   */
  recallProperties(): void {
    for (const device of this.platform.products.flatMap((product) => product.devices)) {
      const { productKey, deviceName, properties } = device;
      if (!properties) continue;
      const [problem] = this.uplink.recall(device, undefined, properties, this.platform.startedAt);
      if (problem === undefined) continue;
      throw new SimulatorInputError(`${productKey}/${deviceName}: properties: ${problem}`);
    }
  }

  /** Fills the histories with what a device has posted before the start; resolves when that is done. */
  recall(device: Device): Promise<void> {
    let recall = this.recalls.get(device);
    if (!recall) this.recalls.set(device, (recall = this.recallPosts(device)));
    return recall;
  }

  private async recallPosts(device: Device): Promise<void> {
    const end = this.platform.startedAt;
    for (const { event, data, past } of device.posts) {
      if (!past) continue;
      for (let time = end - past.hours * 3_600_000; time < end; time += past.everyMs) {
        try {
          this.uplink.recall(device, event, await device.evaluate(data, {}, { time }), time);
        } catch (error) {
          this.complain(device, error);
          break;
        }
      }
    }
  }

  /** What a device posts because one of its services was called. */
  async post(
    device: Device,
    event: string | undefined,
    data: JsonObject | string,
    args: JsonObject = {},
  ): Promise<void> {
    if (device.status !== "ONLINE" || device.link) return;
    const { productKey, deviceName } = device;
    try {
      const values = await device.evaluate(data, args);
      if (event === undefined) this.uplink.postProperty(productKey, deviceName, values);
      else this.uplink.postEvent(productKey, deviceName, event, values);
    } catch (error) {
      this.complain(device, error);
    }
  }

  private complain({ productKey, deviceName }: Device, error: unknown): void {
    const reason = String((error as { message?: unknown } | null)?.message);
    this.log?.(`${productKey}/${deviceName} cannot post: ${reason}`);
  }

  private toggle(device: Device): void {
    const { productKey, deviceName, status } = device;
    if (device.link || (status !== "ONLINE" && status !== "OFFLINE")) return;
    this.uplink.setStatus(productKey, deviceName, status === "ONLINE" ? "OFFLINE" : "ONLINE");
  }

  private every(milliseconds: number, act: () => unknown): void {
    this.timers.push(setInterval(() => void act(), milliseconds));
  }
}
