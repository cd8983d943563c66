import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type DeviceMessage, type MessageFilter, messageKinds } from "../../lib/subscription/device-message";
import { type MessageListener, wants } from "../../lib/subscription/listener";
import { Listeners } from "../../lib/subscription/listeners";

const listenerOf = (filter: MessageFilter): MessageListener => ({
  filter,
  acknowledge: "auto",
  take: () => undefined,
});

// Few names, so that filters and messages meet; some are names of every object.
const name = fc.constantFrom("a", "b", "constructor", "__proto__", "any", "a\0b");
const blankOr = (names: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(""), names);

const filters: fc.Arbitrary<MessageFilter> = fc.record({
  kind: fc.constantFrom("any" as const, ...messageKinds),
  productKey: blankOr(name),
  deviceName: blankOr(name),
  identifier: blankOr(name),
});

const payload = fc.oneof(
  fc.record({
    items: fc.oneof(
      fc.dictionary(name, fc.constantFrom({ value: 1 }, {}, null, [{ value: 1 }])),
      fc.jsonValue(),
    ),
  }),
  fc.jsonValue(),
  fc.constant(Buffer.from("x")),
);

const messages: fc.Arbitrary<DeviceMessage> = fc.record(
  {
    kind: fc.constantFrom(...messageKinds),
    topic: fc.constant("/t"),
    messageId: fc.constant("1"),
    productKey: name,
    deviceName: name,
    identifier: name,
    payload,
    format: fc.constant("json" as const),
  },
  { requiredKeys: ["kind", "topic", "messageId", "payload", "format"] },
);

describe("the listeners of a subscription", () => {
  it("are those that a look at every one would find, in the order in which they began", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(filters, fc.boolean()), { maxLength: 40 }),
        fc.array(messages, { maxLength: 10 }),
        (made, offered) => {
          const listeners = new Listeners();
          const all = made.map(([filter]) => listenerOf(filter));
          for (const listener of all) listeners.add(listener);
          const left = all.filter((_listener, index) => !made[index]![1]);
          for (const listener of all) {
            if (!left.includes(listener)) assert.equal(listeners.delete(listener), true);
          }
          assert.equal(listeners.size, left.length);
          for (const message of offered) {
            assert.deepEqual(
              listeners.of(message),
              left.filter(({ filter }) => wants(filter, message)),
            );
          }
          for (const listener of all) listeners.delete(listener);
          assert.deepEqual(
            offered.map((message) => listeners.of(message)),
            offered.map(() => []),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("are not looked at one by one: of 2,000 by device, property or event, a message asks only those it is for", () => {
    for (const [index, message] of [
      { kind: "property", deviceName: "d7", payload: { items: { p7: { value: 1 }, other: { value: 2 } } } },
      { kind: "event", deviceName: "d7", identifier: "p7", payload: {} },
    ].entries()) {
      for (const filterOf of [
        (n: number) => ({ kind: "any", productKey: "", deviceName: `d${n}`, identifier: "" }),
        (n: number) => ({ kind: "property", productKey: "k", deviceName: `d${n}`, identifier: "" }),
        (n: number) => ({ kind: "any", productKey: "k", deviceName: "", identifier: `p${n}` }),
        (n: number) => ({ kind: "event", productKey: "", deviceName: "d7", identifier: `p${n}` }),
      ] as ((n: number) => MessageFilter)[]) {
        let asked = 0;
        const listeners = new Listeners();
        for (let n = 0; n < 2000; n++) {
          const listener = listenerOf(filterOf(n));
          listeners.add({
            ...listener,
            get filter() {
              asked++;
              return listener.filter;
            },
          });
        }
        asked = 0;
        const found = listeners.of({
          topic: "/t",
          messageId: "1",
          productKey: "k",
          format: "json",
          ...message,
        } as DeviceMessage);
        assert.ok(found.length <= 1);
        assert.equal(asked, found.length, `message ${index}`);
      }
    }
  });
});
