import type { MessageKind } from "../../lib/subscription/device-message";

/** A kind of message in the dialog. */
export type Kind = MessageKind | "any";

/** What comes out of the message-in node for one kind of message. */
interface MessageShape {
  /** Key of the sentence about `msg.payload`. */
  payloadText: string;
  /** Example of `msg.payload`; undefined where it can be anything. */
  payload?: string | undefined;
  /** Example of `msg.topic`; undefined where the kind leaves it open. */
  topic?: string | undefined;
  /** Example of `msg.message`. */
  message: string;
}

const device = { productKey: "a1BwAGV0001", deviceName: "light01", iotId: "Q7uOhVRdZRRlDnTLv00100" };
const at = 1717200000000;

/** Examples as JSON text, which keeps a float's decimals. */
const payloads: Partial<Record<Kind, string>> = {
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
const topics: Partial<Record<Kind, string>> = {
  property: "/a1BwAGV0001/light01/thing/event/property/post",
  event: "/a1BwAGV0001/light01/thing/event/Overheat/post",
  reply: "/a1BwAGV0001/light01/thing/downlink/reply/message",
  status: "/as/mqtt/status/a1BwAGV0001/light01",
  lifecycle: "/a1BwAGV0001/light01/thing/lifecycle",
  custom: "/a1BwAGV0001/light01/user/…",
  other: "/a1BwAGV0001/light01/…",
};
const identifiers: Partial<Record<Kind, string>> = { event: "Overheat", reply: "LoadScenes" };
const payloadTexts: Record<Kind, string> = {
  any: "shape.any",
  property: "shape.property",
  event: "shape.event",
  reply: "shape.reply",
  status: "shape.status",
  lifecycle: "shape.lifecycle",
  custom: "shape.custom",
  other: "shape.other",
};

/** Whether messages of a kind name an event or a service, or hold properties. */
export function namesSomething(kind: Kind): boolean {
  return kind === "property" || identifiers[kind] !== undefined;
}

/** The kind that a field holds; `any` where it holds something unknown. */
export function readKind(value: unknown): Kind {
  return typeof value === "string" && Object.hasOwn(payloadTexts, value) ? (value as Kind) : "any";
}

/**
 * What the message-in node sends for a kind of message.
 * @param isValue whether only the value of a property is sent
 */
export function messageShape(kind: Kind, isValue = false): MessageShape {
  return {
    payloadText: isValue ? "shape.value" : payloadTexts[kind],
    payload: isValue ? "20.0" : payloads[kind],
    topic: topics[kind],
    message: aboutMessage(kind),
  };
}

/** The properties of `msg.message`, one a line. */
function aboutMessage(kind: Kind): string {
  const identifier = identifiers[kind];
  const facts = {
    kind: kind === "any" ? "property" : kind,
    ...device,
    ...(identifier && { identifier }),
    messageId: "1717200000000000001",
    generateTime: at,
    ...(kind === "reply" && { requestId: "1234" }),
  };
  const lines = Object.entries(facts).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}, …\n}`;
}
