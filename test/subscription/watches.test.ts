import assert from "node:assert/strict";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { readMessage } from "../../lib/subscription/message";
import { HeldWatches, type Watched, Watches, type WatchSource } from "../../lib/subscription/watches";

const device = { productKey: "a1", deviceName: "light01" };

function message(topic: string, body: object): DeviceMessage {
  return readMessage({ application_properties: { topic, messageId: "1" }, body: JSON.stringify(body) });
}

const post = (items: object, more: object = {}): DeviceMessage =>
  message("/a1/light01/thing/event/property/post", { iotId: "i1", items, ...more });

/** What a watcher has got, by the names that it was given. */
function watch(source: WatchSource, ...all: Partial<Watched>[]): { seen: string[]; ends: (() => void)[] } {
  const seen: string[] = [];
  const ends = all.map((part) => {
    const watched: Watched = { kind: "property", name: "", ...(part.iotId ? {} : device), ...part };
    const label = [watched.kind, watched.name, watched.iotId].filter(Boolean).join(" ");
    return source.watch(watched, {
      received: () => seen.push(label),
      ended: () => seen.push(`${label} ended`),
    });
  });
  return { seen, ends };
}

describe("messages of single devices", () => {
  it("reach those who watch the device for what is in them, each once", () => {
    const watches = new Watches();
    const { seen } = watch(
      watches,
      { name: "A" },
      { name: "B" },
      { name: "A", deviceName: "light02" },
      { name: "A", iotId: "i1" },
      {},
      { kind: "event", name: "A" },
      { kind: "status" },
    );
    watches.offer(post({ A: { value: 1 }, C: { value: 2 } }));
    assert.deepEqual(seen.splice(0).toSorted(), ["property", "property A", "property A i1"]);
    watches.offer(message("/a1/light01/thing/event/A/post", { value: {} }));
    assert.deepEqual(seen.splice(0), ["event A"]);
    watches.offer(message("/as/mqtt/status/a1/light01", { status: "online" }));
    assert.deepEqual(seen.splice(0), ["status"]);
  });

  it("in a batch reach those who watch for one of them, once", () => {
    const watches = new Watches();
    const { seen } = watch(
      watches,
      { name: "A" },
      { kind: "event", name: "E" },
      { kind: "event", name: "F" },
    );
    const list = { A: [{ value: 1 }, { value: 2 }] };
    watches.offer(message("/a1/light01/thing/property/batch/post", { items: list, payload: list }));
    watches.offer(message("/a1/light01/thing/event/batch/post", { payload: { E: [{ value: {} }] } }));
    assert.deepEqual(seen, ["property A", "event E"]);
  });

  it("that tell what was are not passed on; an event may have such a name", () => {
    const watches = new Watches();
    const { seen } = watch(
      watches,
      { name: "A" },
      { kind: "event", name: "E" },
      { kind: "event", name: "history" },
    );
    watches.offer(message("/a1/light01/thing/event/property/history/post", { items: { A: { value: 1 } } }));
    watches.offer(message("/a1/light01/thing/event/E/history/post", { value: {} }));
    assert.deepEqual(seen, []);
    watches.offer(message("/a1/light01/thing/event/history/post", { value: {} }));
    assert.deepEqual(seen, ["event history"]);
  });

  it("with names like those of objects harm nobody", () => {
    const watches = new Watches();
    const { seen } = watch(watches, { name: "__proto__" }, { name: "constructor" }, { name: "" });
    for (const items of ['{"__proto__":{"value":1}}', '{"constructor":5}', "[1]", "7", '"text"']) {
      const body = `{"items":${items}}`;
      const properties = { topic: "/a1/light01/thing/event/property/post", messageId: "1" };
      watches.offer(readMessage({ application_properties: properties, body }));
    }
    assert.deepEqual(
      seen.filter((name) => name !== "property"),
      ["property __proto__", "property constructor"],
    );
  });

  it("reach nobody any more who has ended, and leave nothing behind", () => {
    const watches = new Watches();
    const held = new HeldWatches(watches);
    const one = watch(held, { name: "A" }, { name: "B" });
    const other = watch(watches, { name: "A" });
    one.ends[0]!();
    one.ends[0]!();
    watches.offer(post({ A: { value: 1 } }));
    assert.deepEqual([one.seen, other.seen.splice(0)], [[], ["property A"]]);
    held.end();
    assert.deepEqual(one.seen, ["property B ended"]);
    assert.deepEqual(watch(held, { name: "A" }).seen, ["property A ended"]);
    watches.close();
    assert.deepEqual(other.seen, ["property A ended"]);
    assert.equal(watches.size, 0);
    assert.deepEqual(watch(watches, { name: "A" }).seen, ["property A ended"]);
  });
});
