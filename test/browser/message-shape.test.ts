import assert from "node:assert/strict";
import { messageKinds } from "../../lib/subscription/device-message";
import { readTopic } from "../../lib/subscription/topic";
import { messageShape, namesSomething, readKind } from "../../nodes/message-in/message-shape.editor";

describe("the preview of messages in the dialog", () => {
  it("knows every kind of message", () => {
    for (const kind of ["any", ...messageKinds] as const) assert.equal(readKind(kind), kind);
    for (const value of ["", "toString", undefined, 1]) assert.equal(readKind(value), "any");
  });

  it("shows topics that the runtime reads as messages of this kind", () => {
    for (const kind of messageKinds) {
      const { topic } = messageShape(kind);
      assert.ok(topic, kind);
      assert.equal(readTopic(topic).kind, kind, topic);
    }
    assert.equal(messageShape("any").topic, undefined);
  });

  it("names an identifier for events and replies, and a property's in its post", () => {
    for (const kind of ["any", ...messageKinds] as const) {
      const { message } = messageShape(kind);
      assert.equal(message.includes("identifier:"), ["event", "reply"].includes(kind), kind);
      assert.equal(message.includes("requestId:"), kind === "reply", kind);
    }
    assert.deepEqual(messageKinds.filter(namesSomething), ["property", "event", "reply"]);
    assert.equal(messageShape("property", true).payload, "20.0");
  });

  it("names the chosen product, device and property, and gives a value of its type", () => {
    const known = {
      productKey: "a1Room",
      deviceName: "room01",
      identifier: "Temperature",
      dataType: "double",
    };
    const { payload, topic, message } = messageShape("property", false, known);
    assert.match(payload ?? "", /"Temperature": \{ "value": 20\.0/);
    assert.equal(topic, "/a1Room/room01/thing/event/property/post");
    assert.match(message, /productKey: "a1Room"[^]*deviceName: "room01"[^]*iotId: "…"/);
    assert.equal(messageShape("property", true, { ...known, dataType: "int" }).payload, "20");
    assert.equal(messageShape("property", true, { ...known, dataType: undefined }).payload, "…");
    const reply = messageShape("reply", false, { ...known, identifier: "Learn", dataType: undefined });
    assert.match(reply.payload ?? "", /a1Room\/room01\/thing\/service\/Learn_reply/);
    assert.doesNotMatch(reply.payload ?? "", /Stored|LoadScenes/);
  });

  it("says nothing of a sample's device once another product is chosen", () => {
    for (const kind of ["any", ...messageKinds] as const) {
      const shape = messageShape(kind, false, { productKey: "a1Room" });
      const names = /light01|a1BwAGV0001|Q7uOhVRdZRRlDnTLv00100|Brightness|Overheat|LoadScenes/;
      assert.doesNotMatch(JSON.stringify(shape), names, kind);
    }
  });

  it("shows JSON examples with decimals, and an ellipsis where more follows", () => {
    assert.match(messageShape("property").payload ?? "", /20\.0/);
    for (const kind of messageKinds) {
      const { payload } = messageShape(kind);
      if (payload) assert.doesNotThrow(() => JSON.parse(payload.replace(/, …\n/, "\n")), kind);
    }
  });
});
