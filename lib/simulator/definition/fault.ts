import type { Value } from "./checks";

/** The faults; `FaultDefinition` describes each. */
const faultKinds = [
  "drop-before",
  "drop-after",
  "hang",
  "throttle",
  "server-error",
  "garbage",
  "wrong-clock",
  "xml",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/**
 * A fault for the requests that match those of `action`, `service`, `productKey` and `deviceName` that are given:
 *
 * - `drop-before` closes the socket; the device does not act
 * - `drop-after` the device acts, then the socket is closed without an answer
 * - `hang` never answers and keeps the socket open; the device does not act
 * - `throttle` answers 400 `Throttling.User` with `x-acs-retry-after`; the device does not act
 * - `server-error` answers 500 `InternalError`, or `Success: false` with `code`; the device does not act
 * - `garbage` the device acts, the answer is a page of HTML and half a JSON document by turns
 * - `wrong-clock` the platform's clock is off: a request whose time differs is refused with
 *   `InvalidTimeStamp.Expired` and that clock's `Date`; only such refusals count for `skip` and `times`
 * - `xml` answers in XML, whatever format was requested
 *
 * All but `drop-before` and `wrong-clock` happen, and count, only after the signature was verified.
 */
export interface FaultDefinition {
  fault: FaultKind;
  action?: string;
  /** Matches the parameter `Identifier`. */
  service?: string;
  productKey?: string;
  deviceName?: string;
  /** Matching requests that pass before the first fault; default 0. */
  skip?: number;
  /** How often it happens; default for ever. */
  times?: number;
  /** 0 to 1; default 1. Drawn from a generator that `seed` of the file starts. */
  probability?: number;
  /** For `throttle`: `x-acs-retry-after`, in ms; default 500. */
  retryAfterMs?: number;
  /** For `server-error`: the code of a failure of the back end, such as `iot.system.SystemException`. */
  code?: string;
  /** For `wrong-clock`: how far the clock is ahead, in ms; default one hour. */
  clockOffsetMs?: number;
}

/**
 * Checks one fault.
 * @throws {SimulatorInputError}
 */
export function readFault(value: Value, actions: readonly string[]): FaultDefinition {
  value.object(
    "fault action service productKey deviceName skip times probability retryAfterMs code clockOffsetMs".split(
      " ",
    ),
  );
  const texts = ["service", "productKey", "deviceName", "code"] as const;
  for (const key of texts) value.child(key).optional((field) => field.name());
  value.child("fault").oneOf(faultKinds);
  value.child("action").optional((field) => field.oneOf(actions));
  for (const key of ["skip", "times"]) value.child(key).optional((field) => field.integer(0, 1e9));
  value.child("probability").optional((field) => field.number(0, 1));
  value.child("retryAfterMs").optional((field) => field.integer(0, 3_600_000));
  value.child("clockOffsetMs").optional((field) => field.integer(-1e12, 1e12));
  return { ...(value.raw as FaultDefinition) };
}
