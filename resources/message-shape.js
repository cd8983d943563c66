import { sentence } from "./look-up.js";

const t = (key) => sentence({ key });
const device = { productKey: "a1BwAGV0001", deviceName: "light01", iotId: "Q7uOhVRdZRRlDnTLv00100" };
const at = 1717200000000;

/** Examples as JSON text, which keeps a float's decimals; the platform's shapes (reference, 8.6 and 8.7). */
const payloads = {
  property: `{
  "items": { "Brightness": { "value": 20.0, "time": ${at} } },
  "gmtCreate": ${at}, …
}`,
  event: `{
  "identifier": "Overheat", "type": "alert",
  "value": { "Temperature": 91.5 },
  "time": ${at}, …
}`,
  reply: `{
  "requestId": 1234, "code": 200, "message": "success",
  "topic": "/sys/a1BwAGV0001/light01/thing/service/LoadScenes_reply",
  "data": { "Stored": 3 }, …
}`,
  status: `{
  "status": "offline",
  "utcTime": "2024-06-01T00:00:00.000Z",
  "utcLastTime": "2024-05-31T23:59:58.000Z", …
}`,
  lifecycle: `{
  "action": "create",
  "messageCreateTime": ${at}, …
}`,
};
const topics = {
  property: "/a1BwAGV0001/light01/thing/event/property/post",
  event: "/a1BwAGV0001/light01/thing/event/Overheat/post",
  reply: "/a1BwAGV0001/light01/thing/downlink/reply/message",
  status: "/as/mqtt/status/a1BwAGV0001/light01",
  lifecycle: "/a1BwAGV0001/light01/thing/lifecycle",
  custom: "/a1BwAGV0001/light01/user/…",
  other: "/a1BwAGV0001/light01/…",
};
const identifiers = { event: "Overheat", reply: "LoadScenes" };
const payloadTips = {
  any: "shape.any",
  property: "shape.property",
  event: "shape.event",
  reply: "shape.reply",
  status: "shape.status",
  lifecycle: "shape.lifecycle",
  custom: "shape.custom",
  other: "shape.other",
};

/**
 * Shows what the message-in node sends for a kind of message.
 * @param panel jQuery element to fill
 */
function showMessageShape(panel, kind) {
  panel.empty();
  panel.append(
    $('<div class="aliyun-iot-panel-head"></div>').append($("<strong></strong>").text(t("shape.sends"))),
  );
  const line = (name, text, example) => {
    const head = $('<div class="aliyun-iot-shape"></div>').appendTo(panel);
    head.append($("<code></code>").text(name), $("<span></span>").text(text));
    if (example) panel.append($('<pre class="aliyun-iot-example"></pre>').text(example));
  };
  line("msg.payload", t(payloadTips[kind] ?? payloadTips.any), payloads[kind]);
  line("msg.topic", topics[kind] ?? t("shape.topic"));
  line("msg.message", t("shape.message"), about(kind));
}

/** What is known of a message, one property a line. */
function about(kind) {
  const facts = {
    kind: kind === "any" ? "property" : kind,
    ...device,
    ...(identifiers[kind] && { identifier: identifiers[kind] }),
    messageId: "1717200000000000001",
    generateTime: at,
    ...(kind === "reply" && { requestId: "1234" }),
  };
  const lines = Object.entries(facts).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}, …\n}`;
}

export { showMessageShape };
