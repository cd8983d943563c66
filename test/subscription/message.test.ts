import assert from "node:assert/strict";
import * as fc from "fast-check";
import rhea from "rhea";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { readMessage } from "../../lib/subscription/message";

const device = { productKey: "a1BwAGV0001", deviceName: "light01" };
const full = { ...device, iotId: "Q7uOhVRdZRRlDnTLv00100" };

function read(topic: string, body: unknown): DeviceMessage {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return readMessage({
    application_properties: { topic, messageId: "1", generateTime: 1510799670074 },
    body: rhea.message.data_section(bytes),
  });
}

const at = (rest: string): string => `/a1BwAGV0001/light01/${rest}`;

describe("a message of the platform", () => {
  const kinds: [string, string, string, string?][] = [
    ["a device that comes online", "/as/mqtt/status/a1BwAGV0001/light01", "status"],
    ["a property post", at("thing/event/property/post"), "property"],
    ["a batch of properties", at("thing/property/batch/post"), "property"],
    ["properties of the past", at("thing/event/property/history/post"), "property"],
    ["an event", at("thing/event/Overheat/post"), "event", "Overheat"],
    ["an event of a module", at("thing/event/engine:Overheat/post"), "event", "engine:Overheat"],
    ["an event of the past", at("thing/event/Overheat/history/post"), "event", "Overheat"],
    ["a batch of events", at("thing/event/batch/post"), "event"],
    ["a message of the device's own", at("user/update"), "custom"],
    ["a device that is created", at("thing/lifecycle"), "lifecycle"],
    ["a sub-device that joins", at("thing/topo/lifecycle"), "lifecycle"],
    ["a found sub-device", at("thing/list/found"), "other"],
    ["a tag", at("thing/deviceinfo/update"), "other"],
    ["a firmware version", at("ota/version/post"), "other"],
  ];
  for (const [what, topic, kind, identifier] of kinds) {
    it(`is known by its topic: ${what}`, () => {
      const message = read(topic, {});
      assert.deepEqual(
        [message.kind, message.productKey, message.deviceName, message.identifier],
        [kind, device.productKey, device.deviceName, identifier],
      );
    });
  }

  it("of an update job names no device by mistake", () => {
    const message = read("/a1BwAGV0001/package1/job1/ota/job/status", {});
    assert.deepEqual([message.kind, message.deviceName], ["other", undefined]);
  });

  it("has what the platform says of it, and nothing else", () => {
    const body = { ...full, items: { Level: { value: 20.5, time: 1 } }, requestId: "123" };
    assert.deepEqual(read(at("thing/event/property/post"), body), {
      kind: "property",
      topic: at("thing/event/property/post"),
      ...full,
      messageId: "1",
      generateTime: 1510799670074,
      requestId: "123",
      payload: body,
      format: "json",
    });
  });

  for (const suffix of ["", "_reply"]) {
    it(`that replies names the service, written ${suffix || "without _reply"}`, () => {
      const topic = `/sys/a1BwAGV0001/light01/thing/service/SetWeight${suffix}`;
      const message = read(at("thing/downlink/reply/message"), {
        ...full,
        requestId: 1234,
        code: 200,
        topic,
      });
      assert.deepEqual([message.kind, message.identifier, message.requestId], ["reply", "SetWeight", "1234"]);
    });

    it(`that replies to a property set is known as such, written ${suffix || "without _reply"}`, () => {
      const topic = `/sys/a1BwAGV0001/light01/thing/service/property/set${suffix}`;
      assert.equal(read(at("thing/downlink/reply/message"), { topic }).identifier, "property/set");
    });
  }

  for (const id of ["12345678901234567890", "9007199254740993", '"007"', "0", "4294967295"]) {
    it(`keeps every digit of the request id ${id}`, () => {
      const message = read(at("thing/downlink/reply/message"), `{"requestId":${id},"data":{"Level":20.50}}`);
      assert.equal(message.requestId, id.replaceAll('"', ""));
      assert.deepEqual((message.payload as { data: object }).data, { Level: 20.5 });
    });
  }

  it("reveals no device secret, at any depth", () => {
    const body = {
      action: "create",
      deviceSecret: "s",
      DeviceSecret: "s",
      devices: [{ a: { productSecret: "s" } }],
    };
    const message = read(at("thing/lifecycle"), body);
    assert.deepEqual(message.payload, { action: "create", devices: [{ a: {} }] });
  });

  it("reveals no device secret in invalid JSON either", () => {
    const text = read(at("thing/lifecycle"), '{"action":"create","deviceSecret": "top-sec\\"ret", "a":');
    assert.deepEqual([text.isBroken, text.format, text.payload], [true, "text", ""]);
    const bytes = read(at("thing/lifecycle"), Buffer.from('\xff{"deviceSecret":"top-secret', "latin1"));
    assert.deepEqual([bytes.isBroken, bytes.format, bytes.payload], [true, "text", ""]);
    assert.deepEqual([text.kind, text.productKey, text.deviceName], ["lifecycle", "a1BwAGV0001", "light01"]);
  });

  it("about a device's life cycle is passed on as valid JSON or not at all", () => {
    const body = JSON.stringify({ action: "create", deviceSecret: "top-secret-value" });
    const escaped = body.replaceAll("Secret", "\\u0053ecret");
    const topics = fc.constantFrom("thing/lifecycle", "thing/topo/lifecycle", "thing/something/new");
    const texts = fc.constantFrom(
      body,
      escaped,
      body.replaceAll('"', "'"),
      body.replace("device", "product"),
    );
    const encodings = fc.constantFrom("utf8", "utf16le", "latin1").map((name) => name as BufferEncoding);
    const broken = fc
      .record({
        text: texts,
        encoding: encodings,
        cut: fc.nat(body.length),
        front: fc.constantFrom("", "x", "["),
      })
      .map(({ text, encoding, cut, front }) =>
        Buffer.from(front + text.slice(0, text.length - cut), encoding),
      );
    fc.assert(
      fc.property(topics, broken, (kind, bytes) => {
        const { payload, isBroken } = read(at(kind), bytes);
        const shown = Buffer.isBuffer(payload) ? payload.toString("latin1") : JSON.stringify(payload);
        assert.ok(!shown.replaceAll("\0", "").includes("top-secret"), shown);
        if (isBroken && kind.endsWith("lifecycle")) assert.equal(payload, "");
      }),
    );
  });

  it("about a device's life cycle reveals no secret in a text with embedded JSON", () => {
    const inner = JSON.stringify({ deviceSecret: "top-secret" });
    const message = read(at("thing/lifecycle"), { action: "create", data: inner, device_secrets: ["x"] });
    assert.deepEqual(message.payload, { action: "create" });
  });

  it("of a device's own keeps what the device calls a secret", () => {
    assert.deepEqual(read(at("user/a"), { deviceSecret: "mine" }).payload, { deviceSecret: "mine" });
  });

  it("of a device's own is an object, text or bytes, whichever it is", () => {
    const own = (body: unknown): unknown[] => {
      const { format, payload, isBroken } = read(at("user/a"), body);
      return [format, payload, isBroken];
    };
    assert.deepEqual(own({ a: [1] }), ["json", { a: [1] }, undefined]);
    assert.deepEqual(own([1]), ["json", [1], undefined]);
    assert.deepEqual(own("21.5"), ["text", "21.5", undefined]);
    assert.deepEqual(own("{ 21 °C"), ["text", "{ 21 °C", undefined]);
    assert.deepEqual(own(""), ["text", "", undefined]);
    assert.deepEqual(own(Buffer.from([0xff, 0x00])), ["buffer", Buffer.from([0xff, 0x00]), undefined]);
  });

  it("with invalid JSON is passed on unchanged and marked as broken", () => {
    const message = read(at("thing/event/property/post"), '{"items":');
    assert.deepEqual([message.payload, message.format, message.isBroken], ['{"items":', "text", true]);
    assert.equal(message.productKey, "a1BwAGV0001");
  });

  it("that nests so deep that copying it would crash a flow is handed on as text", () => {
    const text = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const message = read(at("user/a"), text);
    assert.deepEqual([message.format, message.payload], ["text", text]);
  });

  it("of the platform is read where a part of it nests too deep, which stays text", () => {
    const deep = (inside: string): string => `${"[".repeat(3000)}${inside}${"]".repeat(3000)}`;
    const readItems = (inside: string): { items: string; payload: unknown } => {
      const items = `{"a":{"value":${deep(inside)}}}`;
      const message = read(at("thing/event/property/post"), `{"iotId":"Q7","items":${items},"x":"[1]"}`);
      assert.deepEqual([message.iotId, message.format, message.isBroken], ["Q7", "json", undefined]);
      return { items, payload: message.payload };
    };
    const { items, payload } = readItems('{"Level":10.0}');
    assert.deepEqual(payload, { iotId: "Q7", items, x: "[1]" });
    // Nobody can tell where in it a secret begins and ends, however its name is written.
    for (const name of ["deviceSecret", "device\\u0053ecret"]) {
      assert.deepEqual(readItems(`{"${name}":"top-secret"}`).payload, { iotId: "Q7", items: "", x: "[1]" });
    }
  });

  it("may come as a string, as bytes or in parts", () => {
    const properties = { application_properties: { topic: at("user/a") } };
    const parts = rhea.message.data_sections([Buffer.from('{"a"'), Buffer.from(":1}")]);
    for (const body of ['{"a":1}', Buffer.from('{"a":1}'), parts]) {
      assert.deepEqual(readMessage({ ...properties, body }).payload, { a: 1 });
    }
  });

  it("has the id of its envelope where the platform gives no other, and a blank one without", () => {
    assert.equal(readMessage({ message_id: "9" }).messageId, "9");
    assert.equal(readMessage({}).messageId, "");
    // Cut short it would be the id of another message.
    assert.equal(readMessage({ message_id: "9".repeat(1000) }).messageId, "");
  });
});
