import type { Translate } from "../../editor/translate";
import { grouped } from "./count-text.editor";

/** What the platform lets an account do: names in a batch, and batches in a second. */
const [batchSize, batchesPerSecond] = [100, 10];

/** How fast an account may go; calls and devices in a second. */
interface Speed {
  rate: number;
  /** Infinity = no limit of its own. */
  pace: number;
}

/**
 * The seconds that it takes at least to send commands to so many devices.
 * @param products how many devices of each product; a batch has those of one
 */
export function minSeconds(products: readonly number[], { rate, pace }: Speed) {
  const total = products.reduce((sum, count) => sum + count, 0);
  const batches = products.reduce((sum, count) => sum + Math.ceil(count / batchSize), 0);
  const paced = total / pace;
  return {
    single: Math.max(total / rate, paced),
    batch: Math.max(batches / Math.min(batchesPerSecond, rate), paced),
  };
}

/** `10,000 devices take at least 20 s`. */
export function minTimeText(total: number, seconds: number, t: Translate): string {
  const time = timeText(seconds, t);
  return total === 1
    ? t("aliyun-iot-fleet.time.device", { time })
    : t("aliyun-iot-fleet.time.devices", { count: grouped(total), time });
}

/** A duration as people say it: `20 s`, `3 min`, `2 h 5 min`. */
function timeText(seconds: number, t: Translate): string {
  const whole = Math.max(1, Math.ceil(seconds - 1e-9));
  if (whole <= 90) return t("aliyun-iot-fleet.time.seconds", { seconds: whole });
  const minutes = Math.ceil(whole / 60);
  if (minutes <= 90) return t("aliyun-iot-fleet.time.minutes", { minutes });
  const hours = Math.floor(minutes / 60);
  return t("aliyun-iot-fleet.time.hours", { hours, minutes: minutes % 60 });
}
