import type { CancelSignal } from "../base/cancellation";
import type { Failure } from "../base/failure";
import type { Ended } from "./ended";

/** What a roll-out tells those who command its devices, and is told by them. */
export interface DeviceRun {
  /** Nothing more is to be sent for now: what has not been sent is withdrawn. */
  readonly turn: CancelSignal;
  /** The node is closing: what is under way ends as well. */
  readonly closing: CancelSignal;
  /** The call has left the queue. */
  begun(): void;
  /** A device has ended. */
  ended(index: number, ended: Ended): void;
  /** Nothing was sent to a device, because its turn was taken back. */
  withdraw(index: number): void;
}

/** Whether nothing was sent because the roll-out took the turn back: the device is then withdrawn, and has not ended. */
export function isTakenBack({ code, outcome }: Failure, { turn }: DeviceRun): boolean {
  return turn.aborted && code === "closed" && outcome === "not-sent";
}

/** How the devices of a roll-out are commanded: each by itself, or many in one call. */
export interface Strategy {
  /** Devices under way at most, until they have ended; after a crash, no more than these are unknown. */
  readonly maxUnderWay: number;
  /** Devices that are made ready at a time. */
  readonly chunk: number;
  /** Calls that wait for their turn at most. */
  readonly maxWaiting: number;
  /**
   * Divides devices into those that are commanded together.
   * @param maxTogether devices that may be commanded in one call
   */
  divide(indexes: readonly number[], maxTogether: number): number[][];
  /** Commands devices, and reports each of them once, as ended or as withdrawn. Never rejects. */
  carryOut(indexes: readonly number[], run: DeviceRun): Promise<void>;
}
