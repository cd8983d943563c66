import type { MessageKind } from "./device-message";

/** What the topic of a message says. */
export interface TopicParts {
  kind: MessageKind;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  /** Of an event. */
  identifier?: string | undefined;
}

const shapes: [MessageKind, RegExp][] = [
  ["status", /^\/as\/mqtt\/status\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)$/],
  ["reply", thing("downlink/reply/message")],
  ["property", thing("event/property/(?:history/)?post")],
  ["property", thing("property/batch/post")],
  ["event", thing("event/batch/post")],
  ["event", thing("event/(?<identifier>[^/]+)/(?:history/)?post")],
  ["lifecycle", thing("(?:topo/)?lifecycle")],
  ["custom", /^\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)\/user\/./],
  ["other", thing(".+")],
  ["other", /^\/(?<productKey>[^/]+)\/(?<deviceName>[^/]+)\/ota\/(?:upgrade|version\/post)$/],
];

/** Tells by the topic what a message is about (reference, 8.6). */
export function readTopic(topic: string): TopicParts {
  for (const [kind, shape] of shapes) {
    const groups = shape.exec(topic)?.groups;
    if (groups) return { kind, ...groups };
  }
  return { kind: "other" };
}

/**
 * The service that a reply answers, by the `topic` in its body; the platform writes it with `_reply` or without it
 * (reference, 8.7). `property/set` for a property set.
 */
export function serviceOfReply(topic: string): string | undefined {
  return /\/thing\/service\/([^/]+?(?:\/[^/]+?)?)(?:_reply)?$/.exec(topic)?.[1];
}

function thing(rest: string): RegExp {
  return new RegExp(`^/(?<productKey>[^/]+)/(?<deviceName>[^/]+)/thing/${rest}$`);
}
