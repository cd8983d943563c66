import assert from "node:assert/strict";
import type { DeviceDefinition } from "../../../lib/simulator/simulator";
import { Simulator } from "../../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../property-fixture";
import { acs3, assertFailed, assertSucceeded } from "../wire";
import { type Received, Subscriber } from "./amqp-client";

const replyTopic = /\/thing\/downlink\/reply\/message$/;
const postTopic = /\/thing\/event\/property\/post$/;

describe("a simulated device whose properties are set", () => {
  let simulator: Simulator;
  let subscriber: Subscriber;
  afterEach(() => simulator.close());

  const start = async (device: Partial<DeviceDefinition> = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: climateDefinition(device) });
    subscriber = await Subscriber.connect(await simulator.openAmqp());
  };
  const set = async (Items: string, more: Record<string, string> = {}): Promise<string> => {
    const parameters = { ProductKey: productKey, DeviceName: "room", Items, ...more };
    return String(assertSucceeded(await acs3(simulator, "SetDeviceProperty", parameters)).Data.MessageId);
  };
  const valueOf = async (name: string, DeviceName = "room"): Promise<unknown> => {
    const parameters = { ProductKey: productKey, DeviceName };
    const { Data } = assertSucceeded(await acs3(simulator, "QueryDevicePropertyStatus", parameters));
    const { PropertyStatusInfo } = Data.List as { PropertyStatusInfo: Record<string, unknown>[] };
    return PropertyStatusInfo.find(({ Identifier }) => Identifier === name)?.Value;
  };
  const valuesOf = ({ json }: Received): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(json.items as Record<string, { value: unknown }>).map(([key, { value }]) => [
        key,
        value,
      ]),
    );

  it("replies, and posts its new values", async () => {
    await start({ propertySet: { delayMs: 20 } });
    const messageId = await set('{"Target":20.0,"fan:Speed":3}');
    const [reply, post] = (await subscriber.count(2)) as [Received, Received];
    assert.match(reply.topic, replyTopic);
    const { requestId, code, message, data, topic } = reply.json;
    assert.deepEqual([String(requestId), code, message, data], [messageId, 200, "success", {}]);
    assert.equal(topic, `/sys/${productKey}/room/thing/service/property/set_reply`);
    assert.match(post.topic, postTopic);
    assert.deepEqual(valuesOf(post), { Target: 20, "fan:Speed": 3 });
    assert.match(post.bytes.toString(), /"value":20\.0/);
    assert.equal(await valueOf("Target"), "20.0");
  });

  it("its replies come with either topic that the platform is known to use, by turns", async () => {
    await start({ propertySet: { post: false } });
    for (let at = 0; at < 3; at++) await set('{"Count":1}');
    const topics = (await subscriber.count(3)).map(({ json }) => String(json.topic).replace(/.*service/, ""));
    assert.deepEqual(topics, ["/property/set_reply", "/property/set", "/property/set_reply"]);
  });

  it("refuses with the code of the file, and keeps its value", async () => {
    await start({ properties: { Target: 18 }, propertySet: { code: 100001, message: "too warm" } });
    await set('{"Target":30.0}');
    const [reply] = await subscriber.count(1);
    assert.deepEqual([reply?.json.code, reply?.json.message], [100001, "too warm"]);
    assert.equal(await valueOf("Target"), "18.0");
    // What follows is of the next set: nothing was posted.
    await set('{"Target":31.0}');
    assert.ok((await subscriber.count(2)).every(({ topic }) => replyTopic.test(topic)));
  });

  it("reports another value, by an expression or as it stands in the file", async () => {
    await start({ propertySet: { post: '{ "Target": args.Target - 1, "Count": args.Count }' } });
    await set('{"Target":20.0,"Count":7}');
    const [, post] = await subscriber.count(2);
    assert.deepEqual(valuesOf(post!), { Target: 19, Count: 7 });
    await simulator.close();
    await start({ propertySet: { post: { Target: 5 } } });
    await set('{"Target":20.0}');
    const [, fixed] = await subscriber.count(2);
    assert.deepEqual(valuesOf(fixed!), { Target: 5 });
  });

  it("stays silent, replies without a post, or posts without a reply", async () => {
    await start({ propertySet: { reply: "never", post: false } });
    await set('{"Target":20.0}');
    assert.equal(simulator.executions.length, 1);
    simulator.uplink.postProperty(productKey, "room", { Count: 1 });
    assert.deepEqual(valuesOf((await subscriber.count(1))[0]!), { Count: 1 });
    await simulator.close();
    await start({ propertySet: { reply: "never" } });
    await set('{"Target":20.0}');
    assert.deepEqual(valuesOf((await subscriber.count(1))[0]!), { Target: 20 });
  });

  it("can reply and post before the platform answers the call", async () => {
    await start({ propertySet: { reply: "before" } });
    const messageId = await set('{"Target":20.0}');
    const { received } = subscriber;
    assert.deepEqual(
      received.map(({ topic }) => replyTopic.test(topic) || postTopic.test(topic)),
      [true, true],
    );
    assert.equal(String(received[0]?.json.requestId), messageId);
  });

  it("posts some time after its reply", async () => {
    await start({ propertySet: { postDelayMs: 30 } });
    await set('{"Target":20.0}');
    const [reply, post] = await subscriber.count(2);
    assert.ok(post!.generateTime - reply!.generateTime >= 25);
  });

  it("is refused while it is offline, or answered with 9201 as the file says", async () => {
    await start({ offlineReply: true });
    const parameters = { ProductKey: productKey, DeviceName: "away", Items: '{"Target":20.0}' };
    const { Data } = assertSucceeded(await acs3(simulator, "SetDeviceProperty", parameters));
    const [reply] = await subscriber.count(1);
    assert.deepEqual([String(reply?.json.requestId), reply?.json.code], [Data.MessageId, 9201]);
    await simulator.close();
    await start({ offlineReply: true, propertySet: { offlineReply: false } });
    assertFailed(await acs3(simulator, "SetDeviceProperty", parameters), "iot.messagebroker.OFFLINE");
    assert.deepEqual(simulator.executions, []);
  });

  it("gets a set with QoS 1 when it goes online, but not after seven days", async () => {
    let now = Date.now();
    simulator = await Simulator.start({ definition: climateDefinition(), now: () => now });
    subscriber = await Subscriber.connect(await simulator.openAmqp());
    const kept = { ProductKey: productKey, DeviceName: "away", Qos: "1" };
    const call = (Items: string) => acs3(simulator, "SetDeviceProperty", { ...kept, Items }, { at: now });
    assertSucceeded(await call('{"Target":20.0}'));
    now += 6 * 86_400_000;
    const { Data } = assertSucceeded(await call('{"Target":21.0}'));
    now += 2 * 86_400_000;
    assert.deepEqual(simulator.executions, []);
    simulator.uplink.setStatus(productKey, "away", "ONLINE");
    const [, reply, post] = await subscriber.count(3);
    assert.equal(String(reply?.json.requestId), Data.MessageId);
    assert.deepEqual(valuesOf(post!), { Target: 21 });
    assert.deepEqual(
      simulator.executions.map(({ args }) => args),
      [{ Target: 21 }],
    );
  });

  it("follows desired values at once while it is online", async () => {
    await start();
    const parameters = {
      ProductKey: productKey,
      DeviceName: "room",
      Items: '{"Target":20.0}',
      Versions: "{}",
    };
    const { Data } = assertSucceeded(await acs3(simulator, "SetDeviceDesiredProperty", parameters));
    const [reply, post] = await subscriber.count(2);
    assert.equal(String(reply?.json.requestId), Data.MessageId);
    assert.deepEqual(valuesOf(post!), { Target: 20 });
  });

  it("asks for its desired values when it goes online, reports them and clears them", async () => {
    await start();
    const who = { ProductKey: productKey, DeviceName: "away" };
    const items = { Items: '{"Target":20.0,"Count":null}', Versions: "{}" };
    assertSucceeded(await acs3(simulator, "SetDeviceDesiredProperty", { ...who, ...items }));
    simulator.uplink.setStatus(productKey, "away", "ONLINE");
    const [, post] = await subscriber.count(2);
    assert.deepEqual(valuesOf(post!), { Target: 20 });
    assert.deepEqual(
      simulator.executions.map(({ service, args }) => [service, args]),
      [["set", { Target: 20 }]],
    );
    assert.equal(await valueOf("Target", "away"), "20.0");
    let value: unknown = "";
    while (value !== undefined) {
      const query = { ...who, "Identifier.1": "Target" };
      const { Data } = assertSucceeded(await acs3(simulator, "QueryDeviceDesiredProperty", query));
      value = (Data.List as { DesiredPropertyInfo: { Value?: string }[] }).DesiredPropertyInfo[0]?.Value;
    }
  });

  it("says in the log why it cannot post", async () => {
    const lines: string[] = [];
    const definition = climateDefinition({ propertySet: { post: "{ 'Target': $error('no') }" } });
    simulator = await Simulator.start({ definition, log: (line) => lines.push(line) });
    subscriber = await Subscriber.connect(await simulator.openAmqp());
    await set('{"Target":20.0}');
    await subscriber.count(1);
    while (!lines.some((line) => line.includes("a1Climate001/room cannot post:"))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
});

describe("what a device has reported before the start", () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  const ask = async (action: string, parameters: Record<string, string> = {}, at = Date.now()) =>
    assertSucceeded(
      await acs3(simulator, action, { ProductKey: productKey, DeviceName: "room", ...parameters }, { at }),
    ).Data.List as Record<string, { Identifier?: string; Value: string; Time: number }[]>;

  it("is there to be read", async () => {
    simulator = await Simulator.start({
      definition: climateDefinition({ properties: { Target: 18, "fan:Speed": 2 } }),
    });
    const { PropertyStatusInfo = [] } = await ask("QueryDevicePropertyStatus");
    assert.equal(PropertyStatusInfo.find(({ Identifier }) => Identifier === "Target")?.Value, "18.0");
  });

  it("must fit the thing model", async () => {
    simulator = await Simulator.start();
    const wrong = climateDefinition({ properties: { Target: 99 } });
    await assert.rejects(Simulator.start({ definition: wrong }), {
      message: "a1Climate001/room: properties: tsl parse: Target must be from 5 to 35, got 99.0",
    });
  });

  it("a post with a past has filled the histories: by an expression over the time, oldest first", async () => {
    const now = 1_700_000_000_000;
    const data = '{ "Count": $floor((time - 1699989200000) / 3600000) }';
    const posts = [
      { everyMs: 60_000, property: true as const, data, past: { everyMs: 3_600_000, hours: 3 } },
    ];
    const definition = climateDefinition({ posts, properties: { Count: 99 } });
    simulator = await Simulator.start({ definition, now: () => now });
    const query = { Identifier: "Count", StartTime: "1", EndTime: String(now), Asc: "1", PageSize: "50" };
    const { PropertyInfo = [] } = await ask("QueryDevicePropertyData", query, now);
    assert.deepEqual(
      PropertyInfo.map(({ Value, Time }) => [Value, (now - Time) / 3_600_000]),
      [
        ["0", 3],
        ["1", 2],
        ["2", 1],
        ["99", 0],
      ],
    );
    assert.equal((await ask("QueryDevicePropertyData", query, now)).PropertyInfo?.length, 4);
    const { PropertyStatusInfo = [] } = await ask("QueryDevicePropertyStatus", {}, now);
    assert.equal(PropertyStatusInfo.find(({ Identifier }) => Identifier === "Count")?.Value, "99");
  });

  it("devices post on their schedule from the first read on, with or without a subscription", async () => {
    const posts = [{ everyMs: 10, property: true as const, data: { Count: 5 } }];
    simulator = await Simulator.start({ definition: climateDefinition({ posts }) });
    let value: string | undefined;
    while (value !== "5") {
      const { PropertyStatusInfo = [] } = await ask("QueryDevicePropertyStatus");
      value = PropertyStatusInfo.find(({ Identifier }) => Identifier === "Count")?.Value;
    }
  });
});
