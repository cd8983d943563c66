/** Deeper than anything the platform or its clients send. */
const maxDepth = 32;

const fixedWidths: Record<number, number> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };

/** `AMQP` as a number: after the login the protocol header comes again, in place of a frame's size. */
const header = 0x414d5150;

export interface FrameLimits {
  /** In bytes. Longer frames are not checked; the caller has to limit how long it waits for their end. */
  maxFrameBytes: number;
  maxChannel: number;
}

/**
 * Checks the complete frames at the start of what was received, before rhea reads them: a few bytes can announce a list
 * of four thousand million nulls, which rhea would allocate.
 * @throws {Error} if one is not valid AMQP 1.0
 */
export function checkFrames(bytes: Buffer, start: number, limits: FrameLimits): void {
  let offset = start;
  while (offset + 4 <= bytes.length) {
    const size = bytes.readUInt32BE(offset);
    if (size < 8) throw malformed();
    if (size === header || size > limits.maxFrameBytes || offset + size > bytes.length) return;
    checkFrame(bytes.subarray(offset, offset + size), limits);
    offset += size;
  }
}

function checkFrame(frame: Buffer, { maxChannel }: FrameLimits): void {
  const body = frame.readUInt8(4) * 4;
  if (body < 8 || body > frame.length) throw malformed();
  const isAmqp = frame.readUInt8(5) === 0;
  if (isAmqp && frame.readUInt16BE(6) > maxChannel) throw malformed();
  // Everything after the first value is a message, or a part of one.
  if (body < frame.length) checkValue(frame, body, 0);
}

/**
 * Checks the sections of a message.
 * @throws {Error} if one is not valid AMQP 1.0
 */
export function checkMessage(bytes: Buffer): void {
  for (let offset = 0; offset < bytes.length;) offset = checkValue(bytes, offset, 0);
}

/** @returns where the value ends */
function checkValue(bytes: Buffer, offset: number, depth: number): number {
  if (depth > maxDepth) throw malformed();
  const code = bytes.readUInt8(offset);
  if (code !== 0) return checkContent(bytes, offset + 1, code, depth);
  // A descriptor, and what it describes.
  return checkValue(bytes, checkValue(bytes, offset + 1, depth + 1), depth + 1);
}

function checkContent(bytes: Buffer, offset: number, code: number, depth: number): number {
  // The elements of an array come here without going through checkValue.
  if (depth > maxDepth) throw malformed();
  const kind = code >> 4;
  const fixed = fixedWidths[kind];
  if (fixed !== undefined) return within(bytes, offset + fixed);
  if (kind === 0xa) return within(bytes, offset + 1 + bytes.readUInt8(offset));
  if (kind === 0xb) return within(bytes, offset + 4 + bytes.readUInt32BE(offset));
  if (kind >= 0xc) return checkCollection(bytes, offset, kind, depth);
  throw malformed();
}

function within(bytes: Buffer, end: number): number {
  if (end > bytes.length) throw malformed();
  return end;
}

/** A list, a map or an array: its size, the number of its elements, and these. */
function checkCollection(bytes: Buffer, offset: number, kind: number, depth: number): number {
  const width = kind % 2 === 0 ? 1 : 4;
  const end = within(bytes, offset + width + bytes.readUIntBE(offset, width));
  const count = bytes.readUIntBE(offset + width, width);
  if (count > end - offset) throw malformed();
  let at = offset + 2 * width;
  let code: number | undefined;
  if (kind >= 0xe) {
    // The elements of an array share one type and its descriptors, which are sent once.
    for (let nested = depth; bytes.readUInt8(at) === 0; nested++) {
      if (nested > maxDepth) throw malformed();
      at = checkValue(bytes, at + 1, depth + 1);
    }
    code = bytes.readUInt8(at++);
  }
  for (let index = 0; index < count; index++) {
    at = code === undefined ? checkValue(bytes, at, depth + 1) : checkContent(bytes, at, code, depth + 1);
    if (at > end) throw malformed();
  }
  if (at !== end) throw malformed();
  return end;
}

function malformed(): Error {
  return new Error("malformed AMQP");
}
