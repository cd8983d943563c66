import type { ThingEvent } from "../../thing-model/model";
import type { Device } from "../devices/device";
import type { Outgoing } from "./payloads";

interface TimedValue {
  value: unknown;
  time: number;
}

/** Keeps the values of a property post that fit the thing model. */
export function keepValues(device: Device, { payload }: Outgoing, isPast = false): void {
  for (const [identifier, { value, time }] of Object.entries(payload.items as Record<string, TimedValue>)) {
    device.memory.reported(identifier, value, time, isPast);
  }
}

/** Keeps what stands in a batch and fits the thing model. */
export function keepBatch(
  device: Device,
  kind: "property" | "event",
  { payload }: Outgoing,
  eventOf: (identifier: string) => ThingEvent | undefined,
): void {
  for (const [identifier, list] of Object.entries(payload.items as Record<string, TimedValue[]>)) {
    const event = kind === "event" ? eventOf(identifier) : undefined;
    for (const { value, time } of list) {
      if (event) device.memory.happened(identifier, event, value, time);
      else device.memory.reported(identifier, value, time);
    }
  }
}
