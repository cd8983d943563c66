import assert from "node:assert/strict";
import * as fc from "fast-check";
import rhea from "rhea";
import { checkMessage } from "../../lib/base/amqp-bytes";
import { messageKinds } from "../../lib/subscription/device-message";
import { readMessage } from "../../lib/subscription/message";

const topics = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "/pk/dn/thing/event/property/post",
    "/pk/dn/thing/downlink/reply/message",
    "/pk/dn/thing/lifecycle",
    "/pk/dn/user/a",
    "/as/mqtt/status/pk/dn",
  ),
  fc
    .array(fc.constantFrom("pk", "dn", "thing", "event", "post", "property", "user", ""))
    .map((parts) => parts.join("/")),
);

const bodies = fc.oneof(
  fc.anything(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.uint8Array().map((bytes) => rhea.message.data_section(Buffer.from(bytes))),
  fc.json().map((json) => rhea.message.data_section(Buffer.from(json))),
  fc
    .record({
      requestId: fc.anything(),
      topic: fc.anything(),
      iotId: fc.anything(),
      identifier: fc.anything(),
    })
    .map((body) => {
      try {
        return JSON.stringify(body);
      } catch {
        return "";
      }
    }),
);

describe("a message of any kind", () => {
  it("is read without an error, and its texts fit on a line", () => {
    fc.assert(
      fc.property(
        bodies,
        fc.anything(),
        fc.oneof(
          fc.anything(),
          fc.record({
            topic: fc.oneof(topics, fc.anything()),
            messageId: fc.anything(),
            generateTime: fc.anything(),
          }),
        ),
        (body, message_id, application_properties) => {
          const message = readMessage({ body, message_id, application_properties });
          assert.ok(messageKinds.includes(message.kind));
          for (const name of [
            "topic",
            "productKey",
            "deviceName",
            "iotId",
            "identifier",
            "messageId",
          ] as const) {
            const text = message[name] ?? "";
            assert.equal(typeof text, "string");
            assert.ok(text.length <= 500 && !/[\n\r]/.test(text), name);
          }
          assert.ok(message.generateTime === undefined || Number.isSafeInteger(message.generateTime));
          const types = { json: "object", text: "string", buffer: "object" };
          assert.equal(typeof message.payload, types[message.format]);
          assert.equal(message.format === "buffer", Buffer.isBuffer(message.payload));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("that rhea writes passes the check of its bytes, whole or with anything changed", () => {
    const content = fc.record({
      message_id: fc.oneof(fc.string(), fc.nat()),
      application_properties: fc.dictionary(
        fc.string(),
        fc.oneof(
          fc.string({ maxLength: 400 }),
          fc.integer(),
          fc.boolean(),
          fc.double({ min: -1, max: 1, noNaN: true }),
        ),
      ),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 400 }).map((bytes) => rhea.message.data_section(Buffer.from(bytes))),
        fc.string(),
        fc.array(fc.oneof(fc.integer(), fc.string(), fc.array(fc.boolean()))),
        fc.dictionary(fc.string(), fc.array(fc.string())),
      ),
    });
    fc.assert(
      fc.property(content, fc.nat(), fc.nat(255), (message, index, value) => {
        const bytes = rhea.message.encode(message as Parameters<typeof rhea.message.encode>[0]);
        checkMessage(bytes);
        bytes[index % bytes.length] = value;
        try {
          checkMessage(bytes);
        } catch (error) {
          assert.ok(error instanceof Error);
        }
      }),
    );
  });

  it("passes on every byte of a device's own bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const { payload, format } = readMessage({
          application_properties: { topic: "/pk/dn/user/a" },
          body: rhea.message.data_section(Buffer.from(bytes)),
        });
        if (format === "json") return;
        assert.deepEqual(Buffer.from(payload as string | Buffer), Buffer.from(bytes));
      }),
    );
  });

  it("passes on any JSON of the platform but its secrets", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (object) => {
        const source = JSON.stringify(object);
        fc.pre(!/-?\d{16,}/.test(source) && !/secret|__proto__/i.test(source));
        const { payload } = readMessage({
          application_properties: { topic: "/pk/dn/thing/event/property/post" },
          body: source,
        });
        assert.deepEqual(payload, JSON.parse(source));
      }),
    );
  });
});
