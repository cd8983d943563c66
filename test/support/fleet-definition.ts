import type { GeneratedDevices, SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { lamp } from "../../lib/simulator/sample/models";

export const fleetProduct = "a1FleetLamp1";

/** The name of a lamp; the first is 1. */
export function lampName(number: number): string {
  return `lamp-${String(number).padStart(6, "0")}`;
}

/** Many lamps of one product, all of which are online and answer at once unless `devices` says otherwise. */
export function lampFleet(count: number, devices: Partial<GeneratedDevices> = {}): SimulatorDefinition {
  const generatedDevices = [{ count, namePattern: "lamp-######", ...devices }];
  return { products: [{ productKey: fleetProduct, thingModel: lamp, generatedDevices }] };
}

/**
 * Lamps as they are in the field: they answer after a random time of up to `maxDelayMs`; of a hundred, five are offline,
 * two fail, and one acts but never answers. The same for the same seed.
 */
export function fieldFleet(count: number, { maxDelayMs = 1000, seed = 1 } = {}): SimulatorDefinition {
  const usual = { delayMs: 0, maxDelayMs };
  const failing = { ...usual, code: 100001, message: "the lamp is broken" };
  const everything = (plan: object): object => ({
    services: { Reboot: plan, LoadScenes: plan, FadeTo: plan },
    propertySet: plan,
  });
  const silent = {
    services: { Reboot: { delayMs: 86_400_000 }, LoadScenes: { delayMs: 86_400_000 } },
    propertySet: { reply: "never", post: false },
  } as const;
  const devices = {
    ...everything(usual),
    variants: [
      { share: 0.05, status: "OFFLINE" as const },
      { share: 0.02, ...everything(failing) },
      { share: 0.01, ...silent },
    ],
  };
  return { ...lampFleet(count, devices), seed };
}
