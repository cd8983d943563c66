/** One desired value; without a value after it was cleared. */
interface DesiredValue {
  /** As `lossless-json` reads it. */
  value?: unknown;
  /** 0 before the first value; each set adds 1. */
  version: number;
  /** UTC milliseconds. */
  time: number;
}

/** The desired values of one device, with their versions (docs/protocol.md, 7.2). */
export class DesiredValues {
  private readonly values = new Map<string, DesiredValue>();

  get(identifier: string): DesiredValue | undefined {
    return this.values.get(identifier);
  }

  /** All that ever had a value, in the order of their first one. */
  entries(): [identifier: string, DesiredValue][] {
    return [...this.values];
  }

  versionOf(identifier: string): number {
    return this.values.get(identifier)?.version ?? 0;
  }

  /** `null` clears it. @returns the new version */
  set(identifier: string, value: unknown, time: number): number {
    const version = this.versionOf(identifier) + 1;
    this.values.set(identifier, value === null ? { version, time } : { value, version, time });
    return version;
  }

  /** Clears a value; its version stays. Without effect if `version` is another one. @returns its version */
  clear(identifier: string, time: number, version?: number): number {
    const before = this.values.get(identifier);
    if (!before) return 0;
    if (version === undefined || version === before.version) {
      this.values.set(identifier, { version: before.version, time });
    }
    return before.version;
  }
}
