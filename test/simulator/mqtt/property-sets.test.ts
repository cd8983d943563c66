import assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import { acs3, assertFailed, assertSucceeded } from "../wire";
import { nextMessage } from "./device-client";
import { base, GateFixture } from "./fixture";

const who = { ProductKey: "a1House00001", DeviceName: "gate" };
const setTopic = `${base}/thing/service/property/set`;

describe("properties are set on a device over MQTT", () => {
  let home: GateFixture;
  beforeEach(async () => {
    home = new GateFixture();
    await home.start();
  });
  afterEach(() => home.close());

  const set = async (Items: string, more: Record<string, string> = {}): Promise<string> => {
    const reply = await acs3(home.simulator, "SetDeviceProperty", { ...who, Items, ...more });
    return String(assertSucceeded(reply).Data.MessageId);
  };
  const ask = async (device: MqttClient, name: string, params: unknown): Promise<unknown> => {
    await device.subscribeAsync(`${base}/thing/property/desired/${name}_reply`);
    const answer = nextMessage(device);
    await device.publishAsync(
      `${base}/thing/property/desired/${name}`,
      JSON.stringify({ id: "7", version: "1.0", params, method: `thing.property.desired.${name}` }),
    );
    const { code, id, data } = (await answer).json;
    assert.deepEqual([code, id], [200, "7"]);
    return data;
  };

  it("it gets them as they were written, and its reply reaches subscribers", async () => {
    const device = await home.connect();
    await device.subscribeAsync(setTopic);
    for (const topic of ["set_reply", "set"]) {
      const heard = home.subscriber.received.length;
      const arrived = nextMessage(device);
      const messageId = await set('{"Level":20.0,"rpm":3.50}');
      const message = await arrived;
      assert.equal(message.topic, setTopic);
      assert.match(message.text, /"params":\{"Level":20\.0,"rpm":3\.50\}/);
      const { id, version, method } = message.json;
      assert.deepEqual([id, version, method], [messageId, "1.0", "thing.service.property.set"]);
      await device.publishAsync(`${setTopic}_reply`, JSON.stringify({ id, code: 200, data: {} }));
      const reply = (await home.subscriber.count(heard + 1)).at(-1);
      assert.equal(reply?.topic, "/a1House00001/gate/thing/downlink/reply/message");
      assert.equal(String(reply.json.requestId), messageId);
      assert.equal(reply.json.topic, `${base}/thing/service/property/${topic}`);
      assert.deepEqual([reply.json.code, reply.json.data], [200, {}]);
    }
  });

  it("with QoS 0 an offline device is refused, with QoS 1 it gets the set when it is back", async () => {
    const refused = await acs3(home.simulator, "SetDeviceProperty", { ...who, Items: '{"Level":1.0}' });
    assertFailed(refused, "iot.messagebroker.OFFLINE");
    const messageId = await set('{"Level":2.0}', { Qos: "1" });
    const device = await home.connect();
    const arrived = nextMessage(device);
    await device.subscribeAsync(`${base}/thing/service/#`, { qos: 1 });
    const { json } = await arrived;
    assert.deepEqual([json.id, json.params], [messageId, { Level: 2 }]);
    const heard = home.subscriber.received.length;
    await device.publishAsync(`${setTopic}_reply`, JSON.stringify({ id: json.id, code: 200, data: {} }));
    const reply = (await home.subscriber.count(heard + 1)).at(-1);
    assert.equal(String(reply?.json.requestId), messageId);
  });

  it("a device asks for its desired values after it has connected, and deletes them", async () => {
    const parameters = { ...who, Items: '{"Level":5.0,"rpm":null}', Versions: "{}" };
    const { Data } = assertSucceeded(await acs3(home.simulator, "SetDeviceDesiredProperty", parameters));
    assert.equal(Data.Versions, '{"Level":1,"rpm":1}');
    const device = await home.connect();
    assert.deepEqual(await ask(device, "get", ["Level", "rpm"]), { Level: { value: 5, version: 1 } });
    await ask(device, "delete", { Level: { version: 9 } });
    assert.deepEqual(await ask(device, "get", []), { Level: { value: 5, version: 1 } });
    await ask(device, "delete", { Level: { version: 1 } });
    assert.deepEqual(await ask(device, "get", ["Level"]), {});
  });

  it("desired values reach a device that is online at once", async () => {
    const device = await home.connect();
    await device.subscribeAsync(setTopic);
    const arrived = nextMessage(device);
    const parameters = { ...who, Items: '{"Level":5.0}', Versions: '{"Level":0}' };
    const { Data } = assertSucceeded(await acs3(home.simulator, "SetDeviceDesiredProperty", parameters));
    const { json } = await arrived;
    assert.deepEqual([json.id, json.params], [Data.MessageId, { Level: 5 }]);
  });

  it("with QoS 1, a set that the device did not acknowledge comes again over its next connection", async () => {
    const first = await home.connect();
    // It reads the message, and never acknowledges it.
    const read = new Promise<string>((resolve) => {
      first.handleMessage = ({ payload }) => resolve(String(payload));
    });
    await first.subscribeAsync(setTopic, { qos: 1 });
    const messageId = await set('{"Level":2.0}', { Qos: "1" });
    assert.ok((await read).includes(messageId));
    first.end(true);
    await home.subscriber.count(2);
    const second = await home.connect();
    const again = nextMessage(second);
    await second.subscribeAsync(setTopic, { qos: 1 });
    assert.equal((await again).json.id, messageId);
    await second.publishAsync(`${setTopic}_reply`, JSON.stringify({ id: messageId, code: 200, data: {} }));
    const reply = (await home.subscriber.count(4)).at(-1);
    assert.equal(String(reply?.json.requestId), messageId);
    await second.endAsync();
    // It was acknowledged: the third connection hears only what is set then.
    await home.subscriber.count(5);
    const third = await home.connect();
    const next = nextMessage(third);
    await third.subscribeAsync(setTopic, { qos: 1 });
    const newer = await set('{"Level":3.0}', { Qos: "1" });
    assert.equal((await next).json.id, newer);
  });

  it("with QoS 1, a device that has connected but not subscribed gets the set when it does", async () => {
    const device = await home.connect();
    const messageId = await set('{"Level":2.0}', { Qos: "1" });
    const arrived = nextMessage(device);
    await device.subscribeAsync([`${base}/thing/service/+`, `${base}/thing/service/property/+`]);
    assert.equal((await arrived).json.id, messageId);
  });

  it("a session that outlives its connection gets the set without subscribing again", async () => {
    const first = await home.connect({ clean: false });
    await first.subscribeAsync(setTopic, { qos: 1 });
    await first.endAsync();
    await home.subscriber.count(2);
    const messageId = await set('{"Level":2.0}', { Qos: "1" });
    const heard: string[] = [];
    const second = await home.connect({ clean: false, onMessage: (text) => heard.push(text) });
    if (heard.length === 0) heard.push((await nextMessage(second)).text);
    assert.ok(heard[0]?.includes(`"id":"${messageId}"`), heard[0]);
  });

  it("its reply can come before the answer to the call, as the file says", async () => {
    await home.close();
    home = new GateFixture();
    await home.start({}, { propertySet: { reply: "before" } });
    const device = await home.connect();
    await device.subscribeAsync(setTopic);
    device.on("message", (_topic, payload) => {
      const { id } = JSON.parse(payload.toString("utf8")) as { id: string };
      device.publish(`${setTopic}_reply`, JSON.stringify({ id, code: 200, data: {} }));
    });
    const messageId = await set('{"Level":2.0}');
    assert.equal(String(home.subscriber.received.at(-1)?.json.requestId), messageId);
  });

  it("a reply counts, too, after the device has connected again", async () => {
    const first = await home.connect();
    const arrived = nextMessage(first);
    await first.subscribeAsync(setTopic);
    const messageId = await set('{"Level":2.0}');
    await arrived;
    await first.endAsync();
    await home.subscriber.count(2);
    const second = await home.connect();
    const heard = home.subscriber.received.length;
    await second.publishAsync(
      `${setTopic}_reply`,
      JSON.stringify({ id: messageId, code: 100001, message: "stuck", data: {} }),
    );
    const reply = (await home.subscriber.count(heard + 1)).at(-1);
    const { requestId, code, message } = reply!.json;
    assert.deepEqual([String(requestId), code, message], [messageId, 100001, "stuck"]);
  });

  it("what is wrong in a question for desired values is said", async () => {
    const device = await home.connect();
    for (const [name, params] of [
      ["get", { Level: 1 }],
      ["delete", ["Level"]],
    ] as const) {
      await device.subscribeAsync(`${base}/thing/property/desired/${name}_reply`);
      const answer = nextMessage(device);
      await device.publishAsync(
        `${base}/thing/property/desired/${name}`,
        JSON.stringify({ id: "1", params }),
      );
      assert.equal((await answer).json.code, 460);
    }
  });
});
