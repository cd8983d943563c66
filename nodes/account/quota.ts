import type { Quota } from "../../lib/invocation/governor";
import { readNumber } from "../common/settings";

/** The limits of an account node as they stand in the flow file. */
export interface QuotaConfig {
  rate?: unknown;
  concurrency?: unknown;
  queueLimit?: unknown;
  queueTtl?: unknown;
}

/**
 * Seconds of a dialog as milliseconds.
 * @throws Failure `invalid-input`
 */
export function readTimeout(value: unknown, blank = 15): number {
  return readNumber(value, { field: "errors.field-timeout", blank, least: 0.001, most: 86_400 }) * 1000;
}

/**
 * The limits of an account.
 * @param longestBuffer Node-RED's own limit for messages that a node may hold; anything but a number above 0 = none
 * @throws Failure `invalid-input`
 */
export function readQuota(config: QuotaConfig, longestBuffer: unknown): Quota {
  const queueLimit = readNumber(config.queueLimit, {
    field: "errors.field-queue-limit",
    blank: 10000,
    least: 0,
    most: 1_000_000,
    isWhole: true,
  });
  return {
    rate: readNumber(config.rate, { field: "errors.field-rate", blank: 500, least: 0.001, most: 1_000_000 }),
    concurrency: readNumber(config.concurrency, {
      field: "errors.field-concurrency",
      blank: 64,
      least: 1,
      most: 10_000,
      isWhole: true,
    }),
    queueLimit: isLimit(longestBuffer) ? Math.min(queueLimit, longestBuffer) : queueLimit,
    queueTtl:
      readNumber(config.queueTtl, { field: "errors.field-queue-ttl", blank: 0, least: 0, most: 86_400 }) *
      1000,
  };
}

/** Node-RED's settings are code that a person wrote, and checked by nobody. */
function isLimit(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
