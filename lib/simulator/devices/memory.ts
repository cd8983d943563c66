import { stringify } from "lossless-json";
import type { ThingEvent } from "../../thing-model/model";
import { DesiredValues } from "./desired";
import { type Archive, type Entry, Series } from "./history";
import { KeptSets } from "./kept-sets";

interface EventEntry extends Entry {
  /** With its module, if it has one. */
  identifier: string;
  name: string;
  /** `info`, `alert` or `error`. */
  type: string;
}

interface CallEntry extends Entry {
  /** With its module, if it has one; `set` where properties were set. */
  identifier: string;
  name: string;
  input: string;
}

/**
 * What the platform knows of one device: values, histories and desired values. Each part is made when it is first
 * needed: a fleet has thousands of devices, and most of them have one part only.
 */
export class DeviceMemory {
  private parts: {
    desired?: DesiredValues;
    kept?: KeptSets;
    events?: Series<EventEntry>;
    calls?: Series<CallEntry>;
  } = {};
  private present: Map<string, Entry> | undefined;
  private past: Map<string, Series> | undefined;

  constructor(private readonly archive: Archive) {}

  get desired(): DesiredValues {
    return (this.parts.desired ??= new DesiredValues());
  }

  /** Property sets with QoS 1 that have not reached the device. */
  get kept(): KeptSets {
    return (this.parts.kept ??= new KeptSets());
  }

  get events(): Series<EventEntry> {
    return (this.parts.events ??= new Series());
  }

  get calls(): Series<CallEntry> {
    return (this.parts.calls ??= new Series());
  }

  /**
   * A property's value; `identifier` with its module, `time` in UTC milliseconds. `isPast`: it could not be sent at the
   * time, and does not replace a newer one. Otherwise the last one counts, whatever the device's clock says.
   */
  reported(identifier: string, value: unknown, time: number, isPast = false): void {
    const entry = { time, text: textOf(value) };
    this.present ??= new Map();
    this.past ??= new Map();
    const before = this.present.get(identifier);
    if (!before || !isPast || before.time <= time) this.present.set(identifier, entry);
    let series = this.past.get(identifier);
    if (!series) this.past.set(identifier, (series = new Series()));
    this.archive.add(series, entry);
  }

  happened(identifier: string, event: ThingEvent, outputs: unknown, time: number): void {
    const { name, type } = event;
    this.archive.add(this.events, { time, identifier, name, type, text: textOf(outputs) });
  }

  /** A service was called, and the device has answered. */
  called(call: CallEntry): void {
    this.archive.add(this.calls, { ...call, text: compact(call.text), input: compact(call.input) });
  }

  /** The last value of a property; undefined if it was never reported. */
  valueOf(identifier: string): Entry | undefined {
    return this.present?.get(identifier);
  }

  /** The values of a property, oldest first. */
  valuesOf(identifier: string): readonly Entry[] {
    return this.past?.get(identifier)?.entries ?? [];
  }
}

/** The same text. One that was joined takes ten times the memory until it has been read. */
function compact(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : "";
}

/** A value as the platform writes it: text as it is, everything else as JSON (docs/protocol.md, 7.3). */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (stringify(value) ?? "");
}
