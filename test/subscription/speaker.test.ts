import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { wants } from "../../lib/subscription/listener";
import { readMessage } from "../../lib/subscription/message";

const product = "a1BwAGV0001";
const device = "light01";

function read(topic: string, body: unknown): DeviceMessage {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return readMessage({ application_properties: { topic, messageId: "1" }, body: bytes });
}

/** Topic, kind, and whether product and device are in it. */
const forms: [topic: string, kind: string, productKey?: string, deviceName?: string][] = [
  [`/as/mqtt/status/${product}/${device}`, "status", product, device],
  [`/${product}/${device}/thing/event/property/post`, "property", product, device],
  [`/${product}/${device}/thing/event/property/history/post`, "property", product, device],
  [`/${product}/${device}/thing/property/batch/post`, "property", product, device],
  [`/${product}/${device}/thing/event/Overheat/post`, "event", product, device],
  [`/${product}/${device}/thing/event/Overheat/history/post`, "event", product, device],
  [`/${product}/${device}/thing/event/batch/post`, "event", product, device],
  [`/${product}/${device}/thing/downlink/reply/message`, "reply", product, device],
  [`/${product}/${device}/thing/lifecycle`, "lifecycle", product, device],
  [`/${product}/${device}/thing/topo/lifecycle`, "lifecycle", product, device],
  [`/${product}/${device}/thing/list/found`, "other", product, device],
  [`/${product}/${device}/thing/deviceinfo/update`, "other", product, device],
  [`/${product}/${device}/thing/model/up_raw`, "other", product, device],
  [`/${product}/${device}/thing/job/update`, "other", product, device],
  [`/${product}/${device}/thing/service/FadeTo_reply`, "other", product, device],
  [`/${product}/${device}/ota/upgrade`, "other", product, device],
  [`/${product}/${device}/ota/version/post`, "other", product, device],
  [`/${product}/${device}/ota/progress/post`, "other", product, device],
  [`/${product}/${device}/user/update`, "custom", product, device],
  [`/${product}/${device}/user/a/b/c`, "custom", product, device],
  [`/${product}/${device}/edge/driver/1234/point_post`, "other", product, device],
  [`/${product}/${device}/update`, "other", product, device],
  [`/${product}/${device}/update/error`, "other", product, device],
  [`/${product}/${device}/rrpc/response/1`, "other", product, device],
  [`/${product}/package1/job1/ota/job/status`, "other", product],
  [`/broadcast/${product}/news`, "other", product],
  [`/shadow/update/${product}/${device}`, "other", product, device],
  [`/ota/device/inform/${product}/${device}`, "other", product, device],
  [`/ext/session/${product}/${device}/combine/login`, "other", product, device],
  [`/ext/ntp/${product}/${device}/request`, "other", product, device],
  [`/ext/rrpc/1234/${product}/${device}/user/ask`, "other", product, device],
  [`/ext/rrpc/1234/sys/${product}/${device}/thing/service/FadeTo`, "other", product, device],
];

const unknown = [
  "",
  "/",
  `/${product}`,
  `/${product}/${device}`,
  `/${product}/${device}/`,
  `${product}/${device}/user/a`,
  "/as/something/else/here",
  "/ext/something/else/here",
  "/shadow/somehow/a/b",
  "/sys/sys/a/b",
  "/broadcast",
  "/thing/a/b/c",
  "/$share/group/a/b",
];

/** What a device writes that would be another one. */
const lies = { productKey: "a1Other0001", deviceName: "other01", iotId: "OTHER", requestId: "77" };

describe("the sender of a message", () => {
  for (const [topic, kind, productKey, deviceName] of forms) {
    const isNamed = { productKey, deviceName };
    it(`is taken from the topic: ${topic}`, () => {
      const { kind: read1, ...message } = read(topic, lies);
      assert.equal(read1, kind);
      assert.deepEqual({ productKey: message.productKey, deviceName: message.deviceName }, isNamed);
    });

    if (topic.startsWith(`/${product}`)) {
      it(`is the same with /sys in front: /sys${topic}`, () => {
        const plain = read(topic, lies);
        assert.deepEqual(read(`/sys${topic}`, lies), { ...plain, topic: `/sys${topic}` });
      });
    }
  }

  for (const topic of unknown) {
    it(`is unknown for a topic of unknown form: ${topic || "none"}`, () => {
      const message = read(topic, lies);
      assert.equal(message.kind, "other");
      for (const name of Object.keys(lies)) assert.ok(!Object.hasOwn(message, name), name);
    });
  }

  it("has the iotId that the platform writes, and no other", () => {
    const own = { iotId: "Q7uOhVRdZRRlDnTLv00100", requestId: 12 };
    for (const rest of [
      "thing/event/property/post",
      "thing/lifecycle",
      "thing/downlink/reply/message",
      "ota/upgrade",
    ]) {
      const { iotId, requestId } = read(`/${product}/${device}/${rest}`, own);
      assert.deepEqual([iotId, requestId], [own.iotId, "12"], rest);
    }
    assert.equal(read(`/as/mqtt/status/${product}/${device}`, own).iotId, own.iotId);
    for (const rest of ["user/a", "update", "edge/driver/1/point_post", "thing/model/up_raw"]) {
      const { iotId, requestId } = read(`/${product}/${device}/${rest}`, own);
      assert.deepEqual([iotId, requestId], [undefined, undefined], rest);
    }
  });

  it("is never another device, whatever a device writes, wherever it publishes", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);
    // What a device may choose; the platform puts itself and its product before it.
    const free = fc
      .array(
        fc.oneof(name, fc.constantFrom("user", "update", "edge", "driver", "thing", "model", "ota", "job")),
        {
          minLength: 1,
          maxLength: 5,
        },
      )
      .map((parts) => parts.join("/"));
    const said = fc.record(
      { productKey: name, deviceName: name, iotId: name, requestId: name, identifier: name, topic: name },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.boolean(), free, said, name, (isOld, rest, body, other) => {
        const message = read(`${isOld ? "/sys" : ""}/${product}/${device}/${rest}`, body);
        assert.equal(message.productKey, product);
        assert.ok(message.deviceName === device || rest.endsWith("/ota/job/status"));
        const filter = { kind: "any", productKey: "", deviceName: other, identifier: "" } as const;
        assert.equal(wants(filter, message), other === message.deviceName);
        const isByPlatform =
          /^(thing\/(event|property|lifecycle|topo|list|deviceinfo|downlink)|ota\/[^j])/.test(rest);
        if (!isByPlatform) {
          assert.deepEqual([message.iotId, message.requestId], [undefined, undefined]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  for (const rest of ["user/a", "update", "edge/driver/1/point_post", "thing/model/up_raw"]) {
    it(`may be text or bytes, and nothing is broken about that: ${rest}`, () => {
      const topic = `/${product}/${device}/${rest}`;
      const text = read(topic, Buffer.from("21.5 °C"));
      assert.deepEqual([text.payload, text.format, text.isBroken], ["21.5 °C", "text", undefined]);
      const bytes = read(topic, Buffer.from([0xff, 0, 1]));
      assert.deepEqual(
        [bytes.payload, bytes.format, bytes.isBroken],
        [Buffer.from([0xff, 0, 1]), "buffer", undefined],
      );
    });
  }

  it("keeps a device secret on custom topics, and removes it on unknown ones", () => {
    const body = { deviceSecret: "s", a: 1 };
    assert.deepEqual(read(`/${product}/${device}/update`, body).payload, body);
    for (const topic of ["/as/something/new", `/${product}/${device}/thing/something/new`]) {
      assert.deepEqual(read(topic, body).payload, { a: 1 });
    }
  });
});
