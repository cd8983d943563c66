import assert from "node:assert/strict";
import { type EventEmitter, once } from "node:events";
import { open } from "../fixture";
import { VendorSample } from "../messages/vendor-sample";
import { acs3, assertSucceeded } from "../wire";
import { base, gate, GateFixture } from "./fixture";

type Message = Record<string, unknown>;
type Callback = (message: Message) => void;

/** What of the kit is used; it has no types of its own. */
interface KitDevice extends EventEmitter {
  postProps(properties: object, callback: Callback): void;
  postEvent(name: string, outputs: object, callback: Callback): void;
  postTags(tags: object[], callback: Callback): void;
  deleteTags(keys: string[], callback: Callback): void;
  getConfig(callback: Callback): void;
  getShadow(): void;
  onShadow(callback: Callback): void;
  onProps(callback: Callback): void;
  onService(
    name: string,
    callback: (message: Message, reply: (answer: object, type?: string) => void) => void,
  ): void;
  publish(topic: string, payload: string): void;
  end(force?: boolean): void;
}

const kit = require("alibabacloud-iot-device-sdk") as { device(config: object): KitDevice };

describe("a device with the vendor's kit for Node.js, unchanged", () => {
  let home: GateFixture;
  let device: KitDevice;
  let sample: VendorSample;

  before(async () => {
    home = new GateFixture();
    await home.start();
    await home.subscriber.close();
    sample = new VendorSample(await home.simulator.openAmqp());
    await sample.ready();
    device = kit.device({
      ProductKey: gate.productKey,
      DeviceName: gate.deviceName,
      DeviceSecret: gate.secret,
      brokerUrl: home.mqttEndpoint,
    });
    await once(device, "connect");
    await sample.message("/as/mqtt/status/a1House00001/gate");
  });
  after(async () => {
    device.end(true);
    await sample.close();
    await home.close();
  });

  const answered = (act: (callback: Callback) => void): Promise<Message> => new Promise(act);
  const heard = async (topic: string, text?: string): Promise<Message> =>
    JSON.parse((await sample.message(`/a1House00001/gate/${topic}`, text)).content) as Message;

  it("posts properties, hears that they were taken, and a subscriber gets them", async () => {
    const { code, data } = await answered((done) => device.postProps({ Level: 20, rpm: 3 }, done));
    assert.deepEqual([code, data], [200, {}]);
    const { items } = await heard("thing/event/property/post");
    const { Level, rpm } = items as Record<string, { value: unknown }>;
    assert.deepEqual([Level?.value, rpm?.value], [20, 3]);
  });

  it("posts an event with its outputs bare, hears that it was taken, and a subscriber gets them", async () => {
    const { code } = await answered((done) => device.postEvent("Jam", { rpm: 10 }, done));
    assert.equal(code, 200);
    const { value, identifier } = await heard("thing/event/Jam/post");
    assert.deepEqual([value, identifier], [{ rpm: 10 }, "Jam"]);
  });

  it("answers asynchronous and synchronous services", async () => {
    device.onService("Ring", ({ id }, reply) => reply({ id, code: 200, data: {} }));
    device.onService("Open", ({ id, params }, reply) => reply({ id, code: 200, data: params }, "sync"));
    // What is subscribed to holds once a message after it has come back.
    await answered((done) => device.postProps({}, done));
    const ring = { ProductKey: "a1House00001", DeviceName: "gate", Identifier: "Ring", Args: "{}" };
    const { Data } = assertSucceeded(await acs3(home.simulator, "InvokeThingService", ring));
    const { requestId, code } = await heard("thing/downlink/reply/message");
    assert.deepEqual([String(requestId), code], [Data.MessageId, 200]);
    const opened = assertSucceeded(await acs3(home.simulator, "InvokeThingService", open("gate", "20.5")));
    assert.deepEqual((JSON.parse(String(opened.Data.Result)) as Message).data, { Percent: 20.5 });
  });

  it("gets commands of a batch like any other, and its replies reach subscribers", async () => {
    const batch = { ProductKey: gate.productKey, "DeviceName.1": "door", "DeviceName.2": "gate" };
    const called: Message[] = [];
    device.onService("Ring", (message, reply) => {
      called.push(message);
      reply({ id: message.id, code: 200, data: {} });
    });
    await answered((done) => device.postProps({}, done));
    const ring = { ...batch, Identifier: "Ring", Args: "{}" };
    assertSucceeded(await acs3(home.simulator, "InvokeThingsService", ring));
    const { messageId } = home.simulator.executions.at(-1)!;
    const { requestId, code, topic, iotId } = await heard("thing/downlink/reply/message", messageId);
    assert.deepEqual([String(requestId), code], [messageId, 200]);
    assert.equal(topic, `${base}/thing/service/Ring_reply`);
    assert.ok(iotId);
    assert.deepEqual(
      called.map(({ id, method, params }) => [id, method, params]),
      [[messageId, "thing.service.Ring", {}]],
    );

    const arrived = answered((done) => device.onProps(done));
    const set = { ...batch, Items: '{"Level":26.0}' };
    assertSucceeded(await acs3(home.simulator, "SetDevicesProperty", set));
    const { id, params } = await arrived;
    assert.deepEqual(params, { Level: 26 });
    device.publish(`${base}/thing/service/property/set_reply`, JSON.stringify({ id, code: 200, data: {} }));
    assert.equal((await heard("thing/downlink/reply/message", String(id))).code, 200);
    // The door is a simulated device; each got each command once.
    assert.deepEqual(
      home.simulator.executions.slice(-4).map(({ deviceName, service }) => `${deviceName} ${service}`),
      ["door Ring", "gate Ring", "door set", "gate set"],
    );
  });

  it("gets properties that are set, replies, and posts them", async () => {
    const arrived = answered((done) => device.onProps(done));
    const set = { ProductKey: gate.productKey, DeviceName: "gate", Items: '{"Level":25.0,"rpm":4.0}' };
    const { Data } = assertSucceeded(await acs3(home.simulator, "SetDeviceProperty", { ...set, Qos: "1" }));
    const { id, params, method } = await arrived;
    assert.deepEqual([id, method], [Data.MessageId, "thing.service.property.set"]);
    device.publish(`${base}/thing/service/property/set_reply`, JSON.stringify({ id, code: 200, data: {} }));
    const { requestId, code } = await heard("thing/downlink/reply/message", String(id));
    assert.deepEqual([String(requestId), code], [Data.MessageId, 200]);
    await answered((done) => device.postProps(params as object, done));
    const status = { ProductKey: gate.productKey, DeviceName: "gate" };
    const { List } = assertSucceeded(await acs3(home.simulator, "QueryDevicePropertyStatus", status)).Data;
    const { PropertyStatusInfo } = List as { PropertyStatusInfo: Message[] };
    assert.deepEqual(
      PropertyStatusInfo.map(({ Identifier, Value }) => [Identifier, Value]),
      [
        ["Level", "25.0"],
        ["rpm", "4.0"],
      ],
    );
  });

  it("posts and deletes tags, asks for its configuration and its shadow, and is answered each time", async () => {
    const tags = [{ attrKey: "room", attrValue: "hall" }];
    assert.equal((await answered((done) => device.postTags(tags, done))).code, 200);
    assert.deepEqual((await heard("thing/deviceinfo/update")).value, tags);
    const query = { "Tag.1.TagKey": "room", "Tag.1.TagValue": "hall" };
    const tagged = async (): Promise<unknown> =>
      assertSucceeded(await acs3(home.simulator, "QueryDeviceByTags", query)).Total;
    assert.equal(await tagged(), 1);
    assert.equal((await answered((done) => device.deleteTags(["room"], done))).code, 200);
    assert.equal(await tagged(), 0);
    assert.equal((await answered((done) => device.getConfig(done))).code, 6710);
    const shadow = answered((done) => device.onShadow(done));
    device.getShadow();
    assert.equal(((await shadow).payload as Message).status, "error");
  });

  it("publishes to its own topics", async () => {
    device.publish("/a1House00001/gate/user/update", "anything");
    assert.equal((await sample.message("/a1House00001/gate/user/update")).content, "anything");
  });

  it("subscribes to nothing that it may not", () => {
    assert.ok(!home.lines.some((line) => line.includes("may not")), home.lines.join("\n"));
  });
});
