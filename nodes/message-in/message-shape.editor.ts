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

/** What is known of the messages from the dialog, in place of the names of a sample. */
export interface KnownSource {
  productKey?: string | undefined;
  deviceName?: string | undefined;
  /** The property, event or service that is chosen, or the first one of the product. */
  identifier?: string | undefined;
  /** The type of the property's value. */
  dataType?: string | undefined;
}

/** The same with the names of the sample filled in; blank where a kind has none. */
type NamedSource = Record<keyof KnownSource, string>;

const sample = { productKey: "a1BwAGV0001", deviceName: "light01", iotId: "Q7uOhVRdZRRlDnTLv00100" };
const at = 1717200000000;

/** Examples of values as JSON text, which keeps a float's decimals. */
const values: Record<string, string> = {
  int: "20",
  float: "20.0",
  double: "20.0",
  bool: "1",
  enum: "1",
  date: `"${at}"`,
  text: '"…"',
  struct: "{ … }",
  array: "[ … ]",
};

/** An example of `msg.payload` as text. */
function payloadOf(kind: Kind, source: NamedSource): string | undefined {
  const name = JSON.stringify(source.identifier);
  const isSample = source.identifier === identifiers[kind];
  switch (kind) {
    case "property":
      return `{
  "items": { ${name}: { "value": ${values[source.dataType] ?? "…"}, "time": ${at} } },
  "gmtCreate": ${at}, …
}`;
    case "event":
      return `{
  "identifier": ${name}, "type": "alert",
  "value": { ${isSample ? '"Temperature": 91.5' : "…"} },
  "time": ${at}, …
}`;
    case "reply":
      return `{
  "requestId": 1234, "code": 200, "message": "success",
  "topic": "/sys/${source.productKey}/${source.deviceName}/thing/service/${source.identifier}_reply",
  "data": { ${isSample ? '"Stored": 3' : "…"} }, …
}`;
    case "status":
      return `{
  "status": "offline",
  "utcTime": "2024-06-01T00:00:00.000Z",
  "utcLastTime": "2024-05-31T23:59:58.000Z", …
}`;
    case "lifecycle":
      return `{
  "action": "create",
  "messageCreateTime": ${at}, …
}`;
    case "any":
    case "custom":
    case "other":
      break;
  }
  return undefined;
}

/** An example of `msg.topic`. */
function topicOf(kind: Kind, { productKey, deviceName, identifier }: NamedSource): string | undefined {
  const device = `${productKey}/${deviceName}`;
  const topics: Partial<Record<Kind, string>> = {
    property: `/${device}/thing/event/property/post`,
    event: `/${device}/thing/event/${identifier}/post`,
    reply: `/${device}/thing/downlink/reply/message`,
    status: `/as/mqtt/status/${device}`,
    lifecycle: `/${device}/thing/lifecycle`,
    custom: `/${device}/user/…`,
    other: `/${device}/…`,
  };
  return topics[kind];
}

/** Names of the sample. */
const identifiers: Partial<Record<Kind, string>> = {
  property: "Brightness",
  event: "Overheat",
  reply: "LoadScenes",
};
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
  return identifiers[kind] !== undefined;
}

/** The kind that a field holds; `any` where it holds something unknown. */
export function readKind(value: unknown): Kind {
  return typeof value === "string" && Object.hasOwn(payloadTexts, value) ? (value as Kind) : "any";
}

/**
 * What the message-in node sends for a kind of message.
 * @param isValue whether only the value of a property is sent
 * @param known what the dialog names
 */
export function messageShape(kind: Kind, isValue = false, known: KnownSource = {}): MessageShape {
  const isSample = known.productKey === undefined;
  const isNamed = known.identifier !== undefined;
  const source: NamedSource = {
    productKey: known.productKey ?? sample.productKey,
    deviceName: known.deviceName ?? (isSample ? sample.deviceName : "…"),
    identifier: known.identifier ?? (isSample ? (identifiers[kind] ?? "") : "…"),
    dataType: known.dataType ?? (isSample && !isNamed ? "float" : ""),
  };
  return {
    payloadText: isValue ? "shape.value" : payloadTexts[kind],
    payload: isValue ? (values[source.dataType] ?? "…") : payloadOf(kind, source),
    topic: topicOf(kind, source),
    message: aboutMessage(kind, source),
  };
}

/** The properties of `msg.message`, one a line. */
function aboutMessage(kind: Kind, { productKey, deviceName, identifier }: NamedSource): string {
  const isSample = productKey === sample.productKey && deviceName === sample.deviceName;
  const facts = {
    kind: kind === "any" ? "property" : kind,
    productKey,
    deviceName,
    iotId: isSample ? sample.iotId : "…",
    ...((kind === "event" || kind === "reply") && { identifier }),
    messageId: "1717200000000000001",
    generateTime: at,
    ...(kind === "reply" && { requestId: "1234" }),
  };
  const lines = Object.entries(facts).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(",\n")}, …\n}`;
}
