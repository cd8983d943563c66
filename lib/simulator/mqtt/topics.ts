/** Whose topics are asked for. */
export interface Owner {
  productKey: string;
  deviceName: string;
}

/** Whether a device may publish there: its own topics only. */
export function mayPublish(topic: string, owner: Owner): boolean {
  if (/[+#]/.test(topic)) return false;
  const own = withoutRrpc(topic);
  return startsWithOwn(own, owner);
}

/** Whether a device may subscribe to a filter: its own topics, wildcards behind its name only. */
export function maySubscribe(filter: string, owner: Owner): boolean {
  return startsWithOwn(withoutRrpc(filter), owner) || filter.startsWith(`/broadcast/${owner.productKey}/`);
}

/** `/ext/rrpc/{messageId}` in front of a topic that a device answers on (reference, 9.3). */
function withoutRrpc(topic: string): string {
  return topic.replace(/^\/ext\/rrpc\/[^/]+(?=\/)/, "");
}

function startsWithOwn(topic: string, { productKey, deviceName }: Owner): boolean {
  const own = `/${productKey}/${deviceName}/`;
  return ["", "/sys", "/shadow/get", "/shadow/update"].some((room) => topic.startsWith(`${room}${own}`));
}
