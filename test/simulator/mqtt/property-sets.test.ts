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
});
