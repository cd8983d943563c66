/** What can go wrong on demand; FaultDefinition says what each does. */
export const FAULT_KINDS = [
  "drop-before",
  "drop-after",
  "hang",
  "throttle",
  "server-error",
  "garbage",
  "wrong-clock",
  "xml",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * A fault for the requests that match all the given of `action`, `service`, `productKey` and `deviceName`:
 *
 * - `drop-before` closes the socket; the device does not act
 * - `drop-after` the device acts, then the socket is closed without an answer
 * - `hang` never answers and keeps the socket open; the device does not act
 * - `throttle` answers 400 `Throttling.User` with `x-acs-retry-after`; the device does not act
 * - `server-error` answers 500 `InternalError`; the device does not act
 * - `garbage` the device acts, the answer is a page of HTML and half a JSON document by turns
 * - `wrong-clock` the platform's clock is off: a request that does not agree with it is refused with
 *   `InvalidTimeStamp.Expired` and that clock's `Date`; only such refusals count for `skip` and `times`
 * - `xml` answers in XML whatever was asked for
 *
 * All but `drop-before` and `wrong-clock` happen, and count, only after the signature was found right.
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
  /** For `wrong-clock`: how far the clock is ahead, in ms; default one hour. */
  clockOffsetMs?: number;
}

/** What a fault is matched against. */
export interface FaultTarget {
  action: string;
  service: string | undefined;
  devices: readonly { productKey: string; deviceName: string }[];
  productKey: string | undefined;
}

export interface FiredFault extends FaultDefinition {
  /** 1 for the first time that this fault happens. */
  count: number;
}

interface FaultState {
  definition: FaultDefinition;
  seen: number;
  fired: number;
}

/** The faults of one simulator, with their counts. */
export class Faults {
  private states: FaultState[] = [];
  private readonly random: () => number;

  constructor(definitions: readonly FaultDefinition[], seed: number) {
    this.random = mulberry32(seed);
    for (const definition of definitions) this.add(definition);
  }

  add(definition: FaultDefinition): void {
    this.states.push({ definition, seen: 0, fired: 0 });
  }

  clear(): void {
    this.states = [];
  }

  list(): FaultDefinition[] {
    return this.states.map((state) => state.definition);
  }

  /** The first of `kinds` that happens to this request. Every matching fault counts the request. */
  fire(target: FaultTarget, kinds: readonly FaultKind[]): FiredFault | undefined {
    let chosen: FiredFault | undefined;
    for (const state of this.states) {
      if (!kinds.includes(state.definition.fault) || !matches(state.definition, target)) continue;
      state.seen += 1;
      if (chosen || !this.due(state)) continue;
      state.fired += 1;
      chosen = { ...state.definition, count: state.fired };
    }
    return chosen;
  }

  /** Offsets of the wrong clocks that hold for this request; nothing is counted. */
  clockOffsets(target: FaultTarget): number[] {
    return this.states
      .filter(({ definition }) => definition.fault === "wrong-clock" && matches(definition, target))
      .map(({ definition }) => clockOffset(definition));
  }

  private due(state: FaultState): boolean {
    const { skip = 0, times = Infinity, probability = 1 } = state.definition;
    if (state.seen <= skip || state.fired >= times) return false;
    return probability >= 1 || this.random() < probability;
  }
}

export function clockOffset(definition: FaultDefinition): number {
  return definition.clockOffsetMs ?? 3_600_000;
}

function matches(definition: FaultDefinition, target: FaultTarget): boolean {
  const { action, service, productKey, deviceName } = definition;
  if (action !== undefined && action !== target.action) return false;
  if (service !== undefined && service !== target.service) return false;
  if (deviceName === undefined) {
    const keys = [target.productKey, ...target.devices.map((device) => device.productKey)];
    return productKey === undefined || keys.includes(productKey);
  }
  return target.devices.some(
    (device) =>
      device.deviceName === deviceName && (productKey === undefined || device.productKey === productKey),
  );
}

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
