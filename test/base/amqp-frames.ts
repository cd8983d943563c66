import * as fc from "fast-check";

/*
 * AMQP as a peer writes it that means no good: values whose sizes, counts and depths may be lies. It shares no code
 * with lib.
 */

const u32 = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes;
};

/** A frame around `body`, with its true size unless another one is claimed. */
export function frame(
  body: Buffer,
  { type = 0, channel = 0, doff = 2, size = 8 + body.length } = {},
): Buffer {
  return Buffer.concat([u32(size), Buffer.from([doff, type, channel >> 8, channel & 255]), body]);
}

/** A described list: what every performative is. */
export function performative(code: number, ...fields: Buffer[]): Buffer {
  const content = Buffer.concat(fields);
  return Buffer.concat([
    Buffer.from([0, 0x53, code, 0xd0]),
    u32(content.length + 4),
    u32(fields.length),
    content,
  ]);
}

const lie = fc.constantFrom(0, 1, 5, 127, 255, 65_535, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1);
const maybe = (truth: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(truth) }, { weight: 1, arbitrary: lie });

const small = fc.oneof(
  fc.constantFrom(0x40, 0x41, 0x42, 0x43, 0x44, 0x45).map((code) => Buffer.from([code])),
  fc.tuple(fc.constantFrom(0x50, 0x52, 0x53, 0x56), fc.nat(255)).map((pair) => Buffer.from(pair)),
  fc
    .tuple(fc.constantFrom(0xa0, 0xa1, 0xa3), fc.string({ maxLength: 20 }), maybe(0))
    .map(([code, text, claimed]) => {
      const bytes = Buffer.from(text);
      return Buffer.concat([Buffer.from([code, claimed ? claimed & 255 : bytes.length]), bytes]);
    }),
  fc
    .tuple(fc.constantFrom(0xb0, 0xb1, 0xb3), fc.string({ maxLength: 20 }), maybe(0))
    .map(([code, text, claimed]) => {
      const bytes = Buffer.from(text);
      return Buffer.concat([Buffer.from([code]), u32(claimed || bytes.length), bytes]);
    }),
);

/** Any value, with sizes and counts that are true most of the time. */
export const value: fc.Arbitrary<Buffer> = fc.letrec<{ value: Buffer }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    small,
    fc
      .tuple(fc.constantFrom(0xd0, 0xd1), fc.array(tie("value"), { maxLength: 4 }), lie, lie, fc.nat(5))
      .map(([code, items, size, count, truth]) => {
        const content = Buffer.concat(items);
        const [bytes, number] = truth ? [content.length + 4, items.length] : [size, count];
        return Buffer.concat([Buffer.from([code]), u32(bytes), u32(number), content]);
      }),
    fc
      .tuple(
        fc.constantFrom(0x40, 0x45, 0x43, 0xf0, 0xd0, 0x00, 0x53),
        fc.uint8Array({ maxLength: 12 }),
        lie,
        lie,
      )
      .map(([code, rest, size, count]) =>
        Buffer.concat([
          Buffer.from([0xf0]),
          u32(size % 2 ? size : rest.length + 5),
          u32(count),
          Buffer.from([code, ...rest]),
        ]),
      ),
    fc.tuple(tie("value"), tie("value")).map((both) => Buffer.concat([Buffer.from([0]), ...both])),
    fc.integer({ min: 1, max: 5000 }).map((depth) => Buffer.alloc(depth)),
    fc
      .integer({ min: 1, max: 2000 })
      .map((depth) =>
        Buffer.concat([
          ...Array.from({ length: depth }, () => Buffer.from([0xc0, 255, 1])),
          Buffer.from([0x40]),
        ]),
      ),
  ),
})).value;

const code = fc.constantFrom(
  0x10,
  0x11,
  0x12,
  0x13,
  0x14,
  0x15,
  0x18,
  0x24,
  0x40,
  0x41,
  0x43,
  0x44,
  0x75,
  0x99,
);

/** Any frame of AMQP or SASL, with a header that may lie as well. */
export const anyFrame: fc.Arbitrary<Buffer> = fc
  .tuple(
    code,
    fc.array(value, { maxLength: 6 }),
    fc.constantFrom(0, 1, 1, 2),
    fc.constantFrom(0, 0, 1, 255, 256, 65_535),
    fc.constantFrom(2, 2, 2, 0, 1, 3, 255),
    fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: lie }),
  )
  .map(([number, fields, type, channel, doff, size]) =>
    frame(performative(number, ...fields), {
      type,
      channel,
      doff,
      ...(size === undefined ? {} : { size }),
    }),
  );

export const saslHeader = Buffer.from("AMQP\u0003\u0001\u0000\u0000");
export const amqpHeader = Buffer.from("AMQP\u0000\u0001\u0000\u0000");

/** `sasl-init` with PLAIN. */
export function saslInit(username: string, password: string): Buffer {
  const response = Buffer.from(`\u0000${username}\u0000${password}`);
  const mechanism = Buffer.concat([Buffer.from([0xa3, 5]), Buffer.from("PLAIN")]);
  const initial = Buffer.concat([Buffer.from([0xb0]), u32(response.length), response]);
  return frame(performative(0x41, mechanism, initial), { type: 1 });
}
