import type { FrameLimits } from "../base/amqp-bytes";
import { PlainValues } from "./plain-values";

/** A transfer as rhea's session reads it. */
export interface TransferFrame {
  channel: number;
  performative: Transfer;
  /** Of the message; a view of what was received. */
  payload: Buffer;
}

/** What is read of a transfer. */
export interface Transfer {
  handle: unknown;
  delivery_id: unknown;
  settled: unknown;
  /** Whether more parts of the message follow. */
  more: unknown;
  /** 0 is a message as AMQP defines them. */
  message_format: number;
}

const smallestFrame = 8;
/** A frame of AMQP whose body follows its first 8 bytes. */
const plainFrame = 0x0200;
/** The bytes `00 53 14` before its list. */
const transfer = 0x005314;
/** Its fields up to `more`. */
const minFields = 6;

/**
 * Reads the transfers at the beginning of what was received. When many messages arrive, there is little else, and rhea's
 * own reading takes longer than all that is done with the message. Bench line: "subscription" in bench/messages.ts.
 * @param take called with each, in order
 * @returns where the first frame begins that is incomplete or anything but a plain transfer
 */
export function readTransfers(
  bytes: Buffer,
  limits: FrameLimits,
  take: (frame: TransferFrame) => void,
): number {
  const values = new PlainValues(bytes, 0);
  for (let start = 0; ;) {
    const end = endOfFrame(bytes, start, limits);
    const frame = end > 0 ? readTransfer(values, start, end) : undefined;
    if (!frame) return start;
    take(frame);
    start = end;
  }
}

/** 0 where it is incomplete or unusual. */
function endOfFrame(bytes: Buffer, start: number, { maxFrameBytes }: FrameLimits): number {
  if (start + smallestFrame + 4 > bytes.length) return 0;
  const size = bytes.readUInt32BE(start);
  const end = start + size;
  return size < smallestFrame + 4 || size > maxFrameBytes || end > bytes.length ? 0 : end;
}

function readTransfer(values: PlainValues, start: number, end: number): TransferFrame | undefined {
  const { bytes } = values;
  if (bytes.readUInt16BE(start + 4) !== plainFrame) return undefined;
  if (bytes.readUIntBE(start + 8, 3) !== transfer) return undefined;
  values.at = start + 11;
  const listEnd = values.list();
  if (values.left < minFields || listEnd >= end) return undefined;
  const handle = values.value();
  const delivery_id = values.value();
  // The tag, and the format: bytes of any format are passed on.
  values.skip();
  values.skip();
  const settled = values.value();
  const more = values.value();
  values.left -= minFields;
  values.skipRest(listEnd);
  if (values.isUnusual || typeof handle !== "number" || typeof delivery_id !== "number") return undefined;
  return {
    channel: bytes.readUInt16BE(start + 6),
    performative: { handle, delivery_id, settled, more, message_format: 1 },
    payload: bytes.subarray(listEnd, end),
  };
}
