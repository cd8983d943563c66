import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readMessage } from "../../lib/subscription/message";
import { Watches } from "../../lib/subscription/watches";
import { valuesIn } from "../../lib/waiting/messages";
import { readSubject, type Subject } from "../../lib/waiting/value-path";

const device = { productKey: "a1", deviceName: "light01" };
const topics = [
  "/a1/light01/thing/event/property/post",
  "/a1/light01/thing/property/batch/post",
  "/a1/light01/thing/event/A/post",
  "/a1/light01/thing/event/batch/post",
  "/as/mqtt/status/a1/light01",
];
const anyItems = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom("A", "B", "__proto__", "constructor"),
    fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
  ),
);
const anyPayload = fc.oneof(
  fc.jsonValue(),
  fc.record(
    { items: anyItems, payload: anyItems, value: fc.jsonValue(), status: fc.jsonValue() },
    { requiredKeys: [] },
  ),
);

describe("what a device sends, whatever it is", () => {
  it("is watched and read without throwing, and a value that is there is found", () => {
    const subjects: Subject[] = [
      readSubject("property", "A.b[0]")!,
      readSubject("property", "A")!,
      readSubject("event", "A")!,
      { kind: "state", name: "", path: [] },
      { kind: "event", name: "", path: [] },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...topics), anyPayload, (topic, payload) => {
        const message = readMessage({
          application_properties: { topic, messageId: "1" },
          body: JSON.stringify(payload),
        });
        const watches = new Watches();
        let came = 0;
        for (const { kind, name } of subjects) {
          const watched = { ...device, kind: kind === "state" ? "status" : kind, name } as const;
          watches.watch(watched, { received: () => came++, ended: () => undefined });
        }
        watches.offer(message);
        assert.ok(came <= subjects.length);
        for (const subject of subjects) {
          assert.ok(valuesIn(message, subject).every((value) => value !== undefined));
        }
      }),
    );
    const topic = topics[0]!;
    const body = JSON.stringify({ items: { A: { value: { b: [7] } } } });
    const message = readMessage({ application_properties: { topic, messageId: "1" }, body });
    assert.deepEqual(valuesIn(message, subjects[0]!), [7]);
  });
});
