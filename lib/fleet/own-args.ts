import { asFailure } from "../base/as-failure";
import { readArgs } from "../invocation/args";
import { readItems } from "../invocation/property-items";
import type { ComputedParts } from "../thing-model/encode";
import type { FleetDevice } from "./fleet-device";

/** Args or items as they are sent, before they are fitted to a thing model. */
export interface WrittenArgs {
  /** JSON text of one object. */
  text: string;
  isComputed: boolean | ComputedParts;
  /** Of items: the properties. */
  names?: readonly string[] | undefined;
}

/** Args or items of one device, written when the message came: the flow may change its objects while a roll-out goes on. */
export class OwnArgs implements WrittenArgs {
  constructor(
    readonly text: string,
    readonly isComputed: boolean | ComputedParts,
    readonly names?: readonly string[] | undefined,
  ) {}
}

/** Devices that are read in one turn of the event loop. */
const atATime = 2000;

/** The devices with what is their own written out; one whose args cannot be read has a problem. */
export async function withOwnArgs(
  devices: readonly FleetDevice[],
  kind: "args" | "items",
): Promise<FleetDevice[]> {
  const written: FleetDevice[] = [];
  for (const device of devices) {
    written.push(writtenOut(device, kind));
    if (written.length % atATime === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return written;
}

function writtenOut(device: FleetDevice, kind: "args" | "items"): FleetDevice {
  const { own, deviceName, problem } = device;
  if (own === undefined || problem) return device;
  const input = { value: own, source: `${deviceName}.args` };
  try {
    if (kind === "args") {
      const { text, isComputed } = readArgs(input);
      return { ...device, own: new OwnArgs(text, isComputed) };
    }
    const { text, isComputed, names } = readItems(input);
    return { ...device, own: new OwnArgs(text, isComputed, names) };
  } catch (error) {
    return { ...device, own: undefined, problem: asFailure(error, "not-sent") };
  }
}
