import type { FaultDefinition, FaultKind } from "../definition/fault";
import { mulberry32 } from "../definition/random";

/** What a fault is matched against. */
export interface FaultTarget {
  action: string;
  service: string | undefined;
  devices: readonly { productKey: string; deviceName: string }[];
  productKey: string | undefined;
}

export interface FiredFault extends FaultDefinition {
  /** How many times this fault has happened, from 1. */
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

  /** The first fault of `kinds` that is due for this request. Every matching fault counts the request. */
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

  /** Offsets of the wrong clocks that match this request; nothing is counted. */
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
