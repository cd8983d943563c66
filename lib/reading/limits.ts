import type { CancelSignal } from "../base/cancellation";

/**
 * Calls per second that the platform allows an account, by operation. For `QueryDeviceEventData` no limit is published; it
 * is taken to have that of properties (docs/protocol.md, 5).
 */
export const callsPerSecond = {
  QueryDevicePropertyStatus: 200,
  QueryDeviceDesiredProperty: 50,
  GetDeviceStatus: 500,
  BatchGetDeviceState: 50,
  QueryDevicePropertyData: 50,
  QueryDevicePropertiesData: 10,
  QueryDeviceEventData: 50,
  QueryDeviceServiceData: 500,
} as const;

/** The operations of the platform's API that read from a device. */
export type ReadOperation = keyof typeof callsPerSecond;

/** Lets calls pass at the pace that is allowed. */
export interface Gate {
  /** @throws {Failure} as a rejection: `closed`, `queue-full`, `queue-expired` */
  enter(signal: CancelSignal): Promise<{ release(): void }>;
  /** The platform throttled a call that began at that moment of `performance.now()`. */
  slowDown(since: number): void;
  /** The platform has answered a call. */
  speedUp(): void;
}

/** The pace of an account's reads. */
export interface ReadPace {
  /** For a message as a whole, which may need many calls. */
  readonly messages: Pick<Gate, "enter">;
  gate(operation: ReadOperation): Gate;
}
