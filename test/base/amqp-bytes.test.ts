import assert from "node:assert/strict";
import * as fc from "fast-check";
import rhea from "rhea";
import { checkFrames, checkMessage } from "../../lib/base/amqp-bytes";
import { anyFrame, frame, performative, value } from "./amqp-frames";

const limits = { maxFrameBytes: 256 * 1024, maxChannel: 255 };
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const refused = (body: Buffer): void => {
  assert.throws(
    () => checkFrames(frame(body), 0, limits),
    /malformed AMQP|RangeError|out of range|outside buffer/,
  );
};

describe("AMQP bytes of a malicious peer", () => {
  const lies: [string, string][] = [
    ["an array32 of 4,294,967,295 nothings", "f0 00000005 ffffffff 40"],
    ["an array8 of 255 nothings", "e0 02 ff 40"],
    ["a list32 of 4,294,967,295 elements", "d0 00000005 ffffffff 40"],
    ["a list8 longer than the frame", "c0 ff 01 40"],
    ["a list with fewer elements than it claims", "c0 02 02 40"],
    ["a list whose elements end behind it", "c0 02 01 a1 05 41"],
    ["a map32 of 4,294,967,295 pairs", "d1 00000005 ffffffff 40"],
    ["a str32 of 4 GB", "b1 ffffffff 41"],
    ["a bin32 of 2 GB", "b0 7fffffff 00"],
    ["a sym8 longer than the frame", "a3 ff 41"],
    ["an array of arrays, each of which claims all the rest", "f0 00000009 00000001 f0 ffffffff ffffffff"],
    ["a number that is cut off", "80 0000"],
    ["a type that does not exist", "f1"],
    ["descriptors without end", "00".repeat(10_000)],
    ["described values without end", "0040".repeat(10_000)],
    ["descriptors of an array without end", `f0 0000ea60 00000001 ${"0040".repeat(20_000)} 40`],
    ["lists in lists without end", "c0 ff 01".repeat(50_000)],
    ["arrays in arrays without end", "f0 00000fff 00000001".repeat(5000)],
  ];
  for (const [what, hex] of lies) {
    it(`${what}: refused before it is made`, () => {
      refused(bytes(hex));
      refused(Buffer.concat([bytes("00 53 10 c0 ff 01"), bytes(hex)]));
      assert.throws(() => checkMessage(bytes(hex)));
    });
  }

  it("frames with impossible sizes, offsets and channels are refused", () => {
    const open = performative(0x10, bytes("a1 01 41"));
    for (const odd of [
      frame(open, { size: 0 }),
      frame(open, { size: 7 }),
      frame(open, { doff: 0 }),
      frame(open, { doff: 1 }),
      frame(open, { doff: 255 }),
      frame(open, { channel: 256 }),
    ]) {
      assert.throws(() => checkFrames(odd, 0, limits), odd.subarray(0, 8).toString("hex"));
    }
    checkFrames(frame(open, { channel: 255 }), 0, limits);
    // Not all there yet; or the header that follows a login.
    for (const size of [2000, 2 ** 31, 0x414d5150]) checkFrames(frame(open, { size }), 0, limits);
  });

  it("looks at every byte a bounded number of times, and throws or not, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(anyFrame, value, fc.uint8Array({ maxLength: 300 })), (sent) => {
        const odd = Buffer.from(sent);
        for (const check of [() => checkFrames(odd, 0, limits), () => checkMessage(odd)]) {
          try {
            check();
          } catch (error) {
            assert.ok(error instanceof Error && !(error instanceof TypeError), String(error));
            assert.doesNotMatch(error.message, /call stack/);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("everything that rhea writes is accepted", () => {
    const anything = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string({ maxLength: 300 }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 5 }),
        fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    fc.assert(
      fc.property(anything, (body) => {
        const message = { body, application_properties: { topic: "/a/b" } };
        checkMessage((rhea.message as unknown as { encode(message: object): Buffer }).encode(message));
      }),
    );
  });
});
