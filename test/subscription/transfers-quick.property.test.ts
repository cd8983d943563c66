import assert from "node:assert/strict";
import * as fc from "fast-check";
import { checkFrames } from "../../lib/base/amqp-bytes";
import { readTransfers, type TransferFrame } from "../../lib/subscription/transfers-quick";
import { anyFrame, frame, performative } from "../base/amqp-frames";
import { longRun } from "../support/long-run";

interface RheaFrame {
  channel: number;
  performative: Record<"handle" | "delivery_id" | "settled" | "more", unknown> & { constructor: unknown };
  payload?: Buffer;
}

const rheaFrames = require("rhea/lib/frames") as { read_frame(bytes: Buffer): RheaFrame };
const limits = { maxFrameBytes: 64 * 1024, maxChannel: 65_535 };

function readQuick(bytes: Buffer): { taken: TransferFrame[]; end: number } {
  const taken: TransferFrame[] = [];
  const end = readTransfers(bytes, limits, (one) => taken.push(one));
  return { taken, end };
}

/** What was taken passes the check of the frames, and is what rhea reads. */
function assertSame(bytes: Buffer): number {
  const { taken, end } = readQuick(bytes);
  checkFrames(bytes.subarray(0, end), 0, limits);
  let at = 0;
  for (const { channel, performative: own, payload } of taken) {
    const size = bytes.readUInt32BE(at);
    const whole = rheaFrames.read_frame(bytes.subarray(at, at + size));
    const { handle, delivery_id, settled, more } = whole.performative;
    assert.match(String(whole.performative.constructor), /^transfer/);
    assert.deepEqual(own, { handle, delivery_id, settled, more, message_format: 1 });
    assert.deepEqual([channel, payload], [whole.channel, whole.payload]);
    at += size;
  }
  assert.equal(at, end);
  return taken.length;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const payload = hex("00 53 75 a0 02 7b 7d");
/** A transfer as servers write it: handle, id, tag, format, settled, more. */
const transfer = (id: number, rest = "43 42 42", channel = 0): Buffer =>
  frame(
    Buffer.concat([
      performative(
        0x14,
        hex("43"),
        hex(`52 ${id.toString(16).padStart(2, "0")}`),
        hex("a0 01 31"),
        ...fields(rest),
      ),
      payload,
    ]),
    { channel },
  );
/** Format, settled, more, and the fields that follow. */
const everyField = "43 41 41 40 40 42 42 42";
const fields = (text: string): Buffer[] => text.split(" ").map(hex);

describe("transfers that are read quickly", () => {
  it("are those at the beginning of what arrived, up to the first that is incomplete or another frame", () => {
    const flow = frame(performative(0x13, hex("43"), hex("43"), hex("43"), hex("43")));
    const first = Buffer.concat([transfer(0), transfer(1, "40 40 40"), transfer(2, everyField, 3)]);
    const idsIn = (bytes: Buffer): unknown[] =>
      readQuick(bytes).taken.map((one) => one.performative.delivery_id);
    assert.deepEqual(idsIn(Buffer.concat([first, transfer(4)])), [0, 1, 2, 4]);
    const heartbeat = hex("00 00 00 08 02 00 00 00");
    for (const rest of [
      Buffer.concat([flow, transfer(4)]),
      transfer(3).subarray(0, -1),
      hex("00"),
      heartbeat,
    ]) {
      const bytes = Buffer.concat([first, rest]);
      assert.deepEqual(idsIn(bytes), [0, 1, 2]);
      assert.equal(readQuick(bytes).end, first.length);
      assertSame(bytes);
    }
  });

  it("are what rhea reads, whatever byte of them is changed", () => {
    const bytes = Buffer.concat([transfer(0), transfer(1, "40 40 40"), transfer(2, everyField)]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 3 }), (changes) => {
        const odd = Buffer.from(bytes);
        for (const [at, byte] of changes) odd[at] = byte;
        assertSame(odd);
      }),
      { numRuns: longRun(5000) },
    );
  });

  it("are what rhea reads, whatever frames come before and after them", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            anyFrame,
            fc.nat(9).map((id) => transfer(id)),
          ),
          { maxLength: 5 },
        ),
        (frames) => {
          assertSame(Buffer.concat(frames));
        },
      ),
      { numRuns: longRun(3000) },
    );
  });
});
