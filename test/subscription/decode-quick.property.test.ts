import assert from "node:assert/strict";
import * as fc from "fast-check";
import rhea from "rhea";
import { checkMessage } from "../../lib/base/amqp-bytes";
import { decodeQuick } from "../../lib/subscription/decode-quick";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { type AmqpMessage, readMessage } from "../../lib/subscription/message";
import { value } from "../base/amqp-frames";
import { longRun } from "../support/long-run";

type Content = Parameters<typeof rhea.message.encode>[0];

/** The message without any fast path: checked, and decoded by rhea. */
function exact(bytes: Buffer): AmqpMessage {
  const { warn, error } = console;
  console.warn = console.error = () => undefined;
  try {
    checkMessage(bytes);
    return rhea.message.decode(bytes) as AmqpMessage;
  } catch {
    return { body: bytes };
  } finally {
    console.warn = warn;
    console.error = error;
  }
}

/** What a flow gets, both ways; the same where the fast one can tell. */
function assertSame(bytes: Buffer): DeviceMessage | undefined {
  const quick = decodeQuick(bytes);
  if (!quick) return undefined;
  const message = readMessage(quick);
  assert.deepEqual(message, readMessage(exact(bytes)), bytes.toString("hex"));
  return message;
}

const { types } = rhea;
const time = 1_700_000_000_000;
const body = rhea.message.data_section(
  Buffer.from(JSON.stringify({ items: { Level: { value: 1, time } }, iotId: "i" })),
);
const topic = "/a1BwAGV0001/light01/thing/event/property/post";
/** A message as the platform writes it. */
const usual = {
  message_id: "17",
  application_properties: { topic, messageId: "17", generateTime: types.wrap_long(time), qos: 1 },
  body,
};

const scalars = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.double(),
  fc.date(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.integer().map((number) => types.wrap_long(number)),
  fc.nat().map((number) => types.wrap_ulong(number)),
  fc.nat(255).map((number) => types.wrap_ubyte(number)),
  fc.string().map((text) => types.wrap_symbol(text)),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }),
);

const contents = fc.record(
  {
    durable: fc.boolean(),
    ttl: fc.nat(),
    message_annotations: fc.dictionary(fc.string(), scalars, { maxKeys: 3 }),
    message_id: fc.oneof(fc.string(), fc.nat(), fc.constant("17")),
    to: fc.string(),
    creation_time: fc.date({ noInvalidDate: true }),
    application_properties: fc.oneof(
      fc.dictionary(fc.oneof(fc.string(), fc.constant("__proto__")), scalars, { maxKeys: 5 }),
      fc.record(
        { topic: fc.oneof(fc.constant(topic), fc.string()), messageId: scalars, generateTime: scalars },
        { requiredKeys: ["topic"] },
      ),
    ),
    footer: fc.dictionary(fc.string(), scalars, { maxKeys: 2 }),
    body: fc.oneof(
      { weight: 4, arbitrary: fc.constant(body) },
      fc.uint8Array({ maxLength: 400 }).map((bytes) => rhea.message.data_section(Buffer.from(bytes))),
      fc
        .array(fc.uint8Array({ maxLength: 10 }), { minLength: 1, maxLength: 3 })
        .map((all) => rhea.message.data_sections(all.map((bytes) => Buffer.from(bytes)))),
      scalars,
    ),
  },
  { requiredKeys: ["body"] },
);

function encoded(content: object): Buffer | undefined {
  try {
    return rhea.message.encode(content as Content);
  } catch {
    return undefined;
  }
}

describe("a message of plain values, which is decoded quickly", () => {
  it("is one as the platform writes them, or any client", () => {
    const generateTime = String(time);
    for (const content of [
      usual,
      { ...usual, message_id: 17 },
      { ...usual, message_id: undefined },
      { ...usual, durable: true, priority: 4, ttl: 60_000, delivery_count: 1 },
      { ...usual, message_annotations: { "x-opt-jms-dest": 0, "x-opt-time": types.wrap_timestamp(time) } },
      { ...usual, to: "t", creation_time: new Date(time), absolute_expiry_time: new Date(time) },
      { ...usual, application_properties: { ...usual.application_properties, generateTime } },
      { ...usual, body: rhea.message.data_section(Buffer.from(`"${"温".repeat(5000)}"`)) },
    ]) {
      const message = assertSame(encoded(content)!);
      assert.deepEqual([message?.topic, message?.messageId, message?.generateTime], [topic, "17", time]);
    }
  });

  it("reads the same as without that, whatever is in it", () => {
    fc.assert(
      fc.property(contents, (content) => {
        const bytes = encoded(content);
        if (bytes) assertSame(bytes);
      }),
      { numRuns: longRun(3000) },
    );
  });

  it("reads the same as without that, whatever byte of it is changed, left out or added", () => {
    const bytes = encoded({
      ...usual,
      durable: true,
      message_annotations: { a: 1, b: "2" },
      footer: { c: true },
    })!;
    const change = fc.tuple(fc.constantFrom("change", "cut", "drop", "add"), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const odd = changes.reduce((before, [what, where, byte]) => {
          // The end of a long body says little.
          const at = where % Math.min(before.length, 260);
          if (what === "cut") return before.subarray(0, at + 1);
          const rest = before.subarray(what === "add" ? at : at + 1);
          return Buffer.concat([before.subarray(0, at), Buffer.from(what === "drop" ? [] : [byte]), rest]);
        }, bytes);
        assertSame(odd);
      }),
      { numRuns: longRun(5000) },
    );
  });

  it("reads the same as without that, whatever lies its sections tell", () => {
    const section = fc
      .tuple(fc.constantFrom(0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x77, 0x78, 0x99), value)
      .map(([code, content]) => Buffer.concat([Buffer.from([0, 0x53, code]), content]));
    fc.assert(
      fc.property(fc.array(section, { maxLength: 4 }), (sections) => {
        assertSame(Buffer.concat(sections));
      }),
      { numRuns: longRun(3000) },
    );
  });
});
