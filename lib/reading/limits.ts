import type { CancelSignal } from "../base/cancellation";

/**
 * Calls per second that the platform allows an account, by operation. For `QueryDeviceEventData` and
 * `QueryDynamicGroupDevices` no limit is published (docs/protocol.md, 5).
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
  QueryDevice: 50,
  QueryDeviceDetail: 50,
  BatchQueryDeviceDetail: 5,
  QueryDeviceListByDeviceGroup: 5,
  QueryDynamicGroupDevices: 5,
  QueryDeviceByTags: 5,
} as const;

/** The operations of the platform's API that read from devices, or find them. */
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
