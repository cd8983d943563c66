/** The device whose topics are checked. */
interface Owner {
  productKey: string;
  deviceName: string;
}

/** Prefixes that product and device follow: `/sys/{productKey}/{deviceName}/…`. */
const rooms = ["", "/sys"];

/** Whether a device may publish there: its own topics only. */
export function mayPublish(topic: string, owner: Owner): boolean {
  return !/[+#]/.test(topic) && isOwn(topic, owner);
}

/** Whether a device may subscribe to a filter: its own topics, with wildcards only after its name. */
export function maySubscribe(filter: string, owner: Owner): boolean {
  return isOwn(filter, owner) || filter.startsWith(`/broadcast/${owner.productKey}/`);
}

/** Whether a filter of a device includes a topic. */
export function matches(filter: string, topic: string): boolean {
  const levels = topic.split("/");
  const parts = filter.split("/");
  if (parts.at(-1) === "#")
    return parts.slice(0, -1).every((part, at) => part === "+" || part === levels[at]);
  return parts.length === levels.length && parts.every((part, at) => part === "+" || part === levels[at]);
}

/** Removes `/ext/rrpc/{messageId}` before a topic on which a device answers. */
function withoutRrpc(topic: string): string {
  return topic.replace(/^\/ext\/rrpc\/[^/]+(?=\/)/, "");
}

function isOwn(topic: string, { productKey, deviceName }: Owner): boolean {
  const own = `/${productKey}/${deviceName}`;
  const inside = withoutRrpc(topic);
  if (rooms.some((room) => inside.startsWith(`${room}${own}/`))) return true;
  // Topics of device shadow and OTA end with the device's name; others, such as NTP, continue after it.
  const at = topic.indexOf(own);
  if (at < 0 || !/^\/(?:shadow\/(?:get|update)|(?:ext|ota)(?:\/\w+){1,2})$/.test(topic.slice(0, at)))
    return false;
  const rest = topic.slice(at + own.length);
  return rest === "" || rest.startsWith("/");
}
