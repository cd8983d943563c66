import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { MqttClient } from "mqtt";
import type { Received } from "../messages/amqp-client";
import { nextMessage } from "./device-client";
import { base, GateFixture } from "./fixture";

const at = 1524448722000;
const identity = { productKey: "a1House00001", deviceName: "gate" };

describe("what devices post to the simulator", () => {
  let home: GateFixture;
  let device: MqttClient;
  let heard: number;

  beforeEach(async () => {
    home = new GateFixture();
    await home.start();
    device = await home.connect();
    await device.subscribeAsync(`${base}/#`);
    heard = home.subscriber.received.length;
  });
  afterEach(() => home.close());

  type Reply = { topic: string; json: Record<string, unknown>; text: string };
  const post = async (name: string, message: unknown): Promise<Reply> => {
    const reply = nextMessage(device);
    const text = typeof message === "string" ? message : JSON.stringify(message);
    device.publish(`${base}/${name}`, text);
    const answer = await reply;
    assert.equal(answer.topic, `${base}/${name}_reply`);
    return answer;
  };
  /** The messages that came of it. */
  const forwarded = async (count: number): Promise<Received[]> =>
    (await home.subscriber.count(heard + count)).slice(heard);
  const code = async (name: string, message: unknown): Promise<unknown> =>
    (await post(name, message)).json.code;

  for (const [form, params, value, time] of [
    ["bare", { rpm: 10 }, { rpm: 10 }, undefined],
    ["bare, with a time", { rpm: 10, time: at }, { rpm: 10 }, at],
    ["wrapped", { value: { rpm: 10 } }, { rpm: 10 }, undefined],
    ["wrapped, with a time", { value: { rpm: 10 }, time: at }, { rpm: 10 }, at],
    ["wrapped, with the time as text", { value: { rpm: 10 }, time: String(at) }, { rpm: 10 }, at],
    ["wrapped, without outputs", { value: {}, time: at }, {}, at],
    ["bare, without outputs", {}, {}, undefined],
  ] as const) {
    it(`the outputs of an event come ${form}`, async () => {
      assert.equal(await code("thing/event/Jam/post", { id: "1", params }), 200);
      const [message] = await forwarded(1);
      assert.equal(message?.topic, "/a1House00001/gate/thing/event/Jam/post");
      assert.deepEqual(message?.json.value, value);
      assert.deepEqual(message?.json.checkFailedData, {});
      if (time !== undefined) assert.equal(message?.json.time, time);
    });
  }

  it("an event may have outputs that are called value and time", async () => {
    for (const [name, params, value] of [
      ["Odd", { value: 1, time: "noon" }, { value: 1, time: "noon" }],
      ["Odd", { value: { value: 1, time: "noon" }, time: at }, { value: 1, time: "noon" }],
      ["Nested", { value: { deep: 2 } }, { value: { deep: 2 } }],
      ["Nested", { value: { value: { deep: 2 } } }, { value: { deep: 2 } }],
    ] as const) {
      heard = home.subscriber.received.length;
      assert.equal(await code(`thing/event/${name}/post`, { id: "1", params }), 200);
      const [message] = await forwarded(1);
      assert.deepEqual(message?.json.value, value, JSON.stringify(params));
    }
  });

  it("ids come back as they went: text and numbers, up to 256 characters", async () => {
    const long = `1|exp-topic|${base}/thing/event/property/post_reply`.padEnd(256, "x");
    for (const id of [
      `"7"`,
      "7",
      "4294967295",
      "12345678901234567890",
      '""',
      JSON.stringify(long),
      '"编号\\n"',
    ]) {
      heard = home.subscriber.received.length;
      const { text } = await post("thing/event/property/post", `{"id":${id},"params":{"Level":1.0}}`);
      assert.ok(text.includes(`"id":${id}`), text);
      const [message] = await forwarded(1);
      assert.ok(message?.bytes.includes(`"requestId":${id}`), message?.bytes.toString());
    }
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 60 }), async (id) => {
        const { json } = await post("thing/event/Jam/post", { id, params: {} });
        assert.equal(json.id, id.slice(0, 256));
      }),
      { numRuns: 30 },
    );
  });

  it("a batch is answered and handed on: one message for the properties, one for the events", async () => {
    const params = {
      properties: {
        Level: [
          { value: 1, time: at },
          { value: 2.5, time: at + 1 },
        ],
        rpm: 7,
        Bogus: [1],
      },
      events: {
        Jam: [
          { value: { rpm: 10 }, time: at },
          { value: { rpm: 11 }, time: at + 1 },
        ],
      },
    };
    const { json } = await post("thing/event/property/batch/post", { id: 5, params });
    assert.equal(json.code, 200);
    assert.deepEqual(json.data, { Bogus: "tsl parse: params not exist -> Bogus" });
    const [properties, events] = await forwarded(2);
    assert.equal(properties?.topic, "/a1House00001/gate/thing/property/batch/post");
    assert.equal(properties?.json.requestId, 5);
    const items = properties?.json.items as Record<string, { value: unknown; time: number }[]>;
    assert.deepEqual(items.Level, [
      { value: 1, time: at },
      { value: 2.5, time: at + 1 },
    ]);
    assert.equal(items.rpm?.[0]?.value, 7);
    assert.ok(!("Bogus" in items));
    assert.equal(events?.topic, "/a1House00001/gate/thing/event/batch/post");
    const posted = events?.json.items as Record<string, unknown>;
    assert.deepEqual(posted["Jam"], params.events.Jam);
  });

  it("past values and events are answered and handed on, each of its time", async () => {
    const { json } = await post("thing/event/property/history/post", {
      id: 123,
      params: [
        {
          identity,
          properties: [{ Level: { value: 1, time: at } }, { Level: { value: 2, time: at + 1 } }],
          events: [{ Jam: { value: { rpm: 10 }, time: at } }],
        },
      ],
    });
    assert.equal(json.code, 200);
    const messages = await forwarded(3);
    assert.deepEqual(
      messages.map(({ topic }) => topic.replace("/a1House00001/gate/thing/event/", "")),
      ["property/history/post", "property/history/post", "Jam/history/post"],
    );
    assert.deepEqual(messages[1]?.json.items, { Level: { value: 2, time: at + 1 } });
    assert.deepEqual([messages[2]?.json.value, messages[2]?.json.time], [{ rpm: 10 }, at]);
  });

  it("a gateway's pack is handed on as single posts", async () => {
    const params = {
      properties: { Level: { value: 1, time: at } },
      events: { Jam: { value: { rpm: 10 }, time: at } },
    };
    assert.equal(await code("thing/event/property/pack/post", { id: "1", params }), 200);
    const [property, event] = await forwarded(2);
    assert.deepEqual(property?.json.items, { Level: { value: 1, time: at } });
    assert.equal(event?.topic, "/a1House00001/gate/thing/event/Jam/post");
  });

  it("tags, versions and the time: answered, and handed on where the platform does", async () => {
    const tags = [{ attrKey: "room", attrValue: "hall" }];
    assert.equal(await code("thing/deviceinfo/update", { id: "1", params: tags }), 200);
    assert.equal(await code("thing/deviceinfo/delete", { id: "1", params: [{ attrKey: "room" }] }), 200);
    assert.equal(await code("thing/property/desired/get", { id: "1", params: ["Level"] }), 200);
    device.publish("/ota/device/inform/a1House00001/gate", '{"id":"1","params":{"version":"1.0.2"}}');
    const [tagged, version] = await forwarded(2);
    assert.equal(tagged?.topic, "/a1House00001/gate/thing/deviceinfo/update");
    assert.deepEqual(tagged?.json.value, tags);
    assert.equal(version?.topic, "/a1House00001/gate/ota/version/post");
    assert.deepEqual([version?.json.moduleName, version?.json.moduleVersion], ["default", "1.0.2"]);
    await device.subscribeAsync("/ext/ntp/a1House00001/gate/response");
    const time = nextMessage(device);
    device.publish("/ext/ntp/a1House00001/gate/request", '{"deviceSendTime":"1571724098000"}');
    const { json } = await time;
    assert.equal(json.deviceSendTime, "1571724098000");
    assert.ok(Number(json.serverRecvTime) > 1e12);
  });

  const refused: [string, string, unknown, number][] = [
    ["an event that the model has not", "thing/event/Bogus/post", { id: "1", params: {} }, 5160],
    [
      "a past event that it has not",
      "thing/event/property/history/post",
      { id: "1", params: [{ events: [{ Bogus: {} }] }] },
      5160,
    ],
    [
      "a batch with one",
      "thing/event/property/batch/post",
      { id: "1", params: { events: { Bogus: [] } } },
      5160,
    ],
    ["a list where an object belongs", "thing/event/property/post", { id: "1", params: [] }, 460],
    [
      "a batch that is a list",
      "thing/event/property/batch/post",
      { id: "1", params: [{ time: 1, value: {} }] },
      460,
    ],
    [
      "history of another device",
      "thing/event/property/history/post",
      { id: "1", params: [{ identity: { ...identity, deviceName: "door" }, properties: [{ Level: 1 }] }] },
      6401,
    ],
    [
      "a pack for sub-devices",
      "thing/event/property/pack/post",
      { id: "1", params: { subDevices: [{ identity, properties: {} }] } },
      6401,
    ],
    [
      "201 properties",
      "thing/event/property/post",
      { id: "1", params: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`p${n}`, 1])) },
      6106,
    ],
    ["no JSON", "thing/event/property/post", "no JSON", 6207],
    [
      "a number that is none any more",
      "thing/event/property/post",
      '{"id":"1","params":{"Level":1e400}}',
      6207,
    ],
    [
      "a time that is none any more",
      "thing/event/Jam/post",
      '{"id":"1","params":{"value":{},"time":1e400}}',
      6207,
    ],
    [
      "nesting without end",
      "thing/event/Jam/post",
      `{"id":"1","params":${'{"a":'.repeat(3000)}1${"}".repeat(3000)}}`,
      6207,
    ],
    ["remote configuration", "thing/config/get", { id: "1", params: {} }, 6710],
    ["topology", "thing/topo/add", { id: "1", params: [] }, 400],
    ["what nobody knows", "thing/whatever", { id: "1" }, 400],
  ];
  for (const [what, name, message, expected] of refused) {
    it(`${what}: refused with ${expected}, and a line in the log`, async () => {
      assert.equal(await code(name, message), expected);
      const line = home.lines.at(-1)!;
      assert.ok(line.includes(`a1House00001/gate: ${base}/${name}`) && line.includes(String(expected)), line);
    });
  }

  it("what has no answer has a line in the log", async () => {
    for (const [topic, text] of [
      [`${base}/thing/service/Ring_reply`, '{"id":"77","code":200}'],
      [`${base}/rrpc/response/77`, "{}"],
      [`${base}/thing/model/up_raw`, "\u0001"],
      [`${base}/thing/config/push_reply`, "{}"],
      ["/a1House00001/gate/elsewhere", "x"],
      ["/ota/device/progress/a1House00001/gate", "{}"],
      ["/ota/device/inform/a1House00001/gate", "{}"],
      ["/shadow/update/a1House00001/gate", '{"method":"get"}'],
    ] as const) {
      const before = home.lines.length;
      device.publish(topic, text);
      // The broker takes one after the other: with the answer to this one, that one is done.
      await post("thing/event/Jam/post", { id: "1", params: {} });
      assert.ok(
        home.lines.slice(before).some((line) => line.includes(topic)),
        topic,
      );
    }
  });

  it("a member that is called __proto__ does not fit, and is answered like any other", async () => {
    const odd = JSON.parse('{"__proto__":[1]}') as object;
    for (const [name, params] of [
      ["property", odd],
      ["property/batch", { properties: odd }],
      ["property/history", [{ properties: [odd] }]],
      ["property/pack", { properties: odd }],
    ] as const) {
      const { json } = await post(`thing/event/${name}/post`, { id: "1", params });
      assert.equal(json.code, 200, name);
      assert.deepEqual(Object.keys(json.data as object), ["__proto__"], name);
    }
  });

  it("whatever a device posts, it stays connected and is answered", async () => {
    const name = fc.constantFrom("property", "Jam", "property/batch", "property/history", "property/pack");
    const key = fc.constantFrom(
      "value",
      "time",
      "rpm",
      "Level",
      "properties",
      "events",
      "identity",
      "subDevices",
      "Jam",
      "__proto__",
    );
    const params = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, 0, -1, 1.5, 1e308, "x", true, []),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(key, tie("any"), { maxKeys: 4 }),
      ),
    })).any;
    await fc.assert(
      fc.asyncProperty(name, params, async (event, odd) => {
        const { json } = await post(`thing/event/${event}/post`, { id: "1", params: odd });
        assert.ok(Number.isInteger(json.code) && json.id === "1");
      }),
      { numRuns: 150 },
    );
    assert.ok(!home.lines.some((line) => line.includes("could not be read")), home.lines.join("\n"));
  });
});
