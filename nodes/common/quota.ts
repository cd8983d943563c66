import { numberBounds } from "../../lib/base/number-bounds";
import type { Quota } from "../../lib/invocation/governor";
import { readNumber } from "./settings";

/** The limits of an account node in the flow file. */
interface QuotaConfig {
  rate?: unknown;
  concurrency?: unknown;
  queueLimit?: unknown;
  queueTtl?: unknown;
}

/**
 * Seconds of a dialog as milliseconds.
 * @throws {Failure} `invalid-input`
 */
export function readTimeout(value: unknown, blank = numberBounds.timeout.blank): number {
  const isBlank = value === undefined || value === null || value === "";
  return (isBlank ? blank : readNumber(value, "errors.field-timeout", numberBounds.timeout)) * 1000;
}

/**
 * The limits of an account.
 * @param maxBuffer Node-RED's own limit for messages that a node may hold; anything but a number above 0 = none
 * @throws {Failure} `invalid-input`
 */
export function readQuota(config: QuotaConfig, maxBuffer: unknown): Quota {
  const queueLimit = readNumber(config.queueLimit, "errors.field-queue-limit", numberBounds.queueLimit);
  return {
    rate: readNumber(config.rate, "errors.field-rate", numberBounds.rate),
    concurrency: readNumber(config.concurrency, "errors.field-concurrency", numberBounds.concurrency),
    queueLimit: isLimit(maxBuffer) ? Math.min(queueLimit, maxBuffer) : queueLimit,
    queueTtl: readNumber(config.queueTtl, "errors.field-queue-ttl", numberBounds.queueTtl) * 1000,
  };
}

/** Node-RED's settings file is user code and is not validated. */
function isLimit(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
