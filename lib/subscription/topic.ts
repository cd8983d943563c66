import type { MessageKind } from "./device-message";

/**
 * Who wrote the body of a message. The platform's bodies name the device and may contain secrets. A device may write
 * anything. If the topic does not tell, the body is not trusted, as with a device, and may contain secrets.
 */
export type Author = "platform" | "device" | "unknown";

/** What is read from the topic of a message. */
interface TopicParts {
  kind: MessageKind;
  author: Author;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  /** Of an event. */
  identifier?: string | undefined;
}

type Shape = [kind: MessageKind, author: Author, pattern: RegExp];

/** Topics that begin with their subject, before product and device. */
const prefixed: Shape[] = [
  ["status", "platform", /^\/as\/mqtt\/status\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)$/],
  ["other", "device", /^\/broadcast\/(?<productKey>[^/]+)\/./],
  ["other", "unknown", /^\/shadow\/(?:update|get)\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)$/],
  ["other", "unknown", /^\/ota\/device\/[^/]+\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)$/],
  ["other", "unknown", /^\/ext\/(?:session|ntp|error)\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)(?:\/|$)/],
];

/** Topics that begin with product and device; the prefix `/sys` of some makes no difference. */
const ofDevice: Shape[] = [
  ["reply", "platform", device("thing/downlink/reply/message")],
  ["property", "platform", device("thing/event/property/(?:history/)?post")],
  ["property", "platform", device("thing/property/batch/post")],
  ["event", "platform", device("thing/event/batch/post")],
  ["event", "platform", device("thing/event/(?<identifier>[^/]+)/(?:history/)?post")],
  ["lifecycle", "platform", device("thing/(?:topo/)?lifecycle")],
  ["other", "platform", device("thing/(?:list/found|deviceinfo/update)")],
  ["other", "platform", device("ota/(?:upgrade|version/post|progress/post)")],
  // The second segment is an update package here; neither it nor the body names a device.
  ["other", "unknown", /^\/(?<productKey>[^/]+)\/[^/]+\/[^/]+\/ota\/job\/status$/],
  ["custom", "device", device("user/.+")],
  // Raw or unknown messages may be written by the device or by the platform.
  ["other", "unknown", device("(?:thing|ota)/.+")],
  // Drivers of edge gateways, and custom topics.
  ["other", "device", device(".+")],
];

/** First segments that are not a product key. */
const reserved = /^\/(?:as|broadcast|ext|ota|rrpc|shadow|sys|thing|\$[^/]*)(?:\/|$)/;

/** The most frequent topic, which then takes two patterns rather than ten: bench/messages.ts. */
const propertyPost = /^\/([^/]+)\/([^/]+)\/thing\/event\/property\/post$/;

/** Derives the kind of a message from its topic, which is the only source for it. */
export function readTopic(topic: string): TopicParts {
  const post = propertyPost.exec(topic);
  if (post && !reserved.test(topic)) {
    return { kind: "property", author: "platform", productKey: post[1], deviceName: post[2] };
  }
  // A synchronous call; the actual topic follows its id.
  const about = /^\/ext\/rrpc\/[^/]+(?<topic>\/.+)$/s.exec(topic)?.groups?.["topic"];
  if (about !== undefined) {
    const { productKey, deviceName } = readTopic(about);
    return { kind: "other", author: "unknown", productKey, deviceName };
  }
  const known = match(topic, prefixed);
  if (known) return known;
  const plain = topic.replace(/^\/sys(?=\/)/, "");
  return (reserved.test(plain) ? undefined : match(plain, ofDevice)) ?? { kind: "other", author: "unknown" };
}

/**
 * The service that a reply answers, by the `topic` in its body; the platform writes it with `_reply` or without it
 * (docs/protocol.md, 8.7). `property/set` for a property set.
 */
export function serviceOfReply(topic: string): string | undefined {
  return /\/thing\/service\/([^/]+?(?:\/[^/]+?)?)(?:_reply)?$/.exec(topic)?.[1];
}

function match(topic: string, shapes: Shape[]): TopicParts | undefined {
  for (const [kind, author, pattern] of shapes) {
    const found = pattern.exec(topic);
    if (found) return { kind, author, ...found.groups };
  }
  return undefined;
}

function device(rest: string): RegExp {
  return new RegExp(`^/(?<productKey>[^/]+)/(?<deviceName>[^/]+)/${rest}$`, "s");
}
