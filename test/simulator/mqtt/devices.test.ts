import assert from "node:assert/strict";
import { createConnection } from "node:net";
import type { MqttClient } from "mqtt";
import { Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { Subscriber } from "../messages/amqp-client";
import { acs3, assertFailed, assertSucceeded } from "../wire";
import { closed, connectDevice, type DeviceOptions, nextMessage } from "./device-client";

const gate = { productKey: "a1House00001", deviceName: "gate", secret: "gatesecret" };
const base = "/sys/a1House00001/gate";

describe("real devices connect to the simulator by MQTT", () => {
  let simulator: Simulator;
  let mqttEndpoint: string;
  let clients: MqttClient[] = [];

  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    const definition = homeDefinition();
    const [product] = definition.products;
    for (const device of product!.devices!) device.deviceSecret = "gatesecret";
    Object.assign(product!.thingModel as object, {
      properties: [
        { identifier: "Level", name: "Level", dataType: { type: "float", specs: { min: "0", max: "100" } } },
      ],
      events: [{ identifier: "Jam", name: "Jammed", type: "alert", outputData: [] }],
    });
    simulator = await Simulator.start({ definition, ...options });
    mqttEndpoint = await simulator.openMqtt();
  };
  const connect = async (options: Partial<DeviceOptions> = {}): Promise<MqttClient> => {
    const client = await connectDevice(mqttEndpoint, { ...gate, ...options });
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  };
  const subscribed = async (options: Partial<DeviceOptions> = {}): Promise<MqttClient> => {
    const client = await connect(options);
    await client.subscribeAsync([
      `${base}/thing/service/+`,
      `${base}/rrpc/request/+`,
      `/ext/rrpc/+${base}/thing/service/+`,
      `${base}/thing/event/+/post_reply`,
    ]);
    return client;
  };
  const statusOf = async (DeviceName = "gate") =>
    assertSucceeded(await acs3(simulator, "GetDeviceStatus", { ProductKey: "a1House00001", DeviceName })).Data
      .Status;
  const ring = { ProductKey: "a1House00001", DeviceName: "gate", Identifier: "Ring", Args: "{}" };

  afterEach(async () => {
    for (const client of clients) client.end(true);
    clients = [];
    await simulator.close();
  });

  it("a device is online while it is connected, and says so to subscribers", async () => {
    await start();
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    assert.equal(await statusOf(), "OFFLINE");
    const device = await connect();
    const [online] = await subscriber.count(1);
    assert.deepEqual([online?.topic, online?.json.status], ["/as/mqtt/status/a1House00001/gate", "online"]);
    assert.equal(await statusOf(), "ONLINE");
    await device.endAsync();
    const [, offline] = await subscriber.count(2);
    assert.equal(offline?.json.status, "offline");
    assertFailed(await acs3(simulator, "InvokeThingService", ring), "iot.messagebroker.OFFLINE");
  });

  for (const signmethod of ["hmacmd5", "hmacsha1", "hmacsha256"]) {
    it(`${signmethod} is accepted, a wrong secret is not`, async () => {
      await start();
      await connect({ signmethod });
      await assert.rejects(connect({ signmethod, secret: "wrong" }), /Bad username or password/);
    });
  }

  it("refuses strangers, disabled devices and a keep-alive outside 30 to 1200 s", async () => {
    await start();
    for (const wrong of [
      { deviceName: "nobody" },
      { deviceName: "cellar" },
      { productKey: "a1Nowhere" },
      { clientId: "" },
      { keepalive: 29 },
      { keepalive: 1201 },
      { keepalive: 0 },
    ]) {
      await assert.rejects(connect(wrong), /Bad username or password/, JSON.stringify(wrong));
    }
  });

  for (const [ext, topic] of [
    [undefined, new RegExp(`^${base}/rrpc/request/\\d+$`)],
    [3, new RegExp(`^/ext/rrpc/\\d+${base}/thing/service/Open$`)],
  ] as const) {
    it(`answers a synchronous service ${ext ? "with" : "without"} ext=1`, async () => {
      await start();
      const device = await subscribed(ext === undefined ? {} : { ext });
      const call = acs3(simulator, "InvokeThingService", open("gate", "20.0"));
      const request = await nextMessage(device);
      assert.match(request.topic, topic);
      assert.equal(request.json.method, "thing.service.Open");
      assert.ok(request.text.includes('"params":{"Percent":20.0}'), request.text);
      const answer = `{"id":"${String(request.json.id)}","code":200,"data":{"Percent":19.0}}`;
      device.publish(request.topic.replace("/rrpc/request/", "/rrpc/response/"), answer);
      const { Data } = assertSucceeded(await call);
      assert.equal(Data.Result, answer);
      assert.deepEqual(
        simulator.executions.map(({ deviceName, service, args }) => [deviceName, service, args]),
        [["gate", "Open", { Percent: 20 }]],
      );
    });
  }

  it("a device that does not answer in time: TIMEOUT", async () => {
    await start({ syncLimitMs: 30 });
    await subscribed();
    assertFailed(await acs3(simulator, "InvokeThingService", open("gate")), "iot.messagebroker.TIMEOUT");
  });

  it("the reply of an asynchronous service goes to the subscribers", async () => {
    await start();
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const device = await subscribed();
    await subscriber.count(1);
    const call = acs3(simulator, "InvokeThingService", ring);
    const request = await nextMessage(device);
    assert.equal(request.topic, `${base}/thing/service/Ring`);
    const { Data } = assertSucceeded(await call);
    assert.equal(request.json.id, Data.MessageId);
    device.publish(
      `${base}/thing/service/Ring_reply`,
      `{"id":"${String(request.json.id)}","code":100001,"data":{}}`,
    );
    const [, reply] = await subscriber.count(2);
    assert.equal(reply?.json.requestId, Number(Data.MessageId));
    assert.deepEqual([reply?.json.code, reply?.json.data], [100001, {}]);
  });

  it("property posts are checked against the thing model, forwarded and replied to", async () => {
    await start();
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const device = await subscribed();
    await subscriber.count(1);
    const post = { id: "7", version: "1.0", method: "thing.event.property.post" };
    const params = { Level: { value: 20, time: 1524448722000 }, Bogus: 1 };
    device.publish(`${base}/thing/event/property/post`, JSON.stringify({ ...post, params }));
    const reply = await nextMessage(device);
    assert.equal(reply.topic, `${base}/thing/event/property/post_reply`);
    assert.deepEqual(reply.json, {
      code: 200,
      message: "success",
      data: { Bogus: "tsl parse: params not exist -> Bogus" },
      id: "7",
      method: "thing.event.property.post",
      version: "1.0",
    });
    const [, message] = await subscriber.count(2);
    assert.equal(message?.topic, "/a1House00001/gate/thing/event/property/post");
    assert.ok(
      message?.bytes.includes('"Level":{"value":20.0,"time":1524448722000}'),
      message?.bytes.toString(),
    );
    assert.equal(message?.json.requestId, "7");
    const failed = message?.json.checkFailedData as Record<string, { code: number }>;
    assert.equal(failed.Bogus?.code, 6304);
    // With ack 0 there is no reply: the next one that comes is that of the event.
    device.publish(
      `${base}/thing/event/property/post`,
      JSON.stringify({ ...post, sys: { ack: 0 }, params: {} }),
    );
    const event = { id: "8", method: "thing.event.Jam.post", params: { value: {}, time: 5 } };
    device.publish(`${base}/thing/event/Jam/post`, JSON.stringify(event));
    assert.equal((await nextMessage(device)).json.id, "8");
    const received = await subscriber.count(4);
    assert.deepEqual(
      [received[3]?.json.identifier, received[3]?.json.type, received[3]?.json.time],
      ["Jam", "alert", 5],
    );
    device.publish(`${base}/thing/event/property/post`, "no JSON");
    assert.equal((await nextMessage(device)).json.code, 6207);
  });

  it("a property may be posted as a bare number, without a time", async () => {
    await start();
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const device = await subscribed();
    await subscriber.count(1);
    const method = "thing.event.property.post";
    device.publish(
      `${base}/thing/event/property/post`,
      `{"id":"7","method":"${method}","params":{"Level":20.0}}`,
    );
    const reply = await nextMessage(device);
    assert.deepEqual([reply.json.code, reply.json.data], [200, {}]);
    const [, message] = await subscriber.count(2);
    assert.ok(message?.bytes.includes('"Level":{"value":20.0,'), message?.bytes.toString());
  });

  it("custom topics go to the subscribers as they are", async () => {
    await start();
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const device = await connect();
    await subscriber.count(1);
    device.publish("/a1House00001/gate/user/raw", Buffer.from([0, 255, 1]));
    const [, message] = await subscriber.count(2);
    assert.equal(message?.topic, "/a1House00001/gate/user/raw");
    assert.deepEqual(message?.bytes, Buffer.from([0, 255, 1]));
  });

  it("the same device a second time kicks the first, and stays online", async () => {
    await start();
    const first = await connect();
    const kicked = closed(first);
    const second = await connect({ clientId: "another" });
    await kicked;
    assert.equal(second.connected, true);
    assert.equal(await statusOf(), "ONLINE");
  });

  it("a device may neither listen to nor speak for another", async () => {
    await start();
    const device = await connect();
    for (const filter of [
      "#",
      "/sys/+/+/thing/service/+",
      "/sys/a1House00001/door/thing/service/+",
      "/ext/rrpc/+/sys/#",
    ]) {
      await assert.rejects(device.subscribeAsync(filter), filter);
    }
    const end = closed(device);
    device.publish("/sys/a1House00001/door/thing/event/property/post", "{}");
    await end;
  });

  it("garbage, floods before the login and silent sockets end alone", async () => {
    await start({ amqpTimes: { patienceMs: 300 } });
    const { hostname, port } = new URL(mqttEndpoint);
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.alloc(100_000, 0x10),
      Buffer.from([0x30, 5, 0, 1, 65]),
    ]) {
      const socket = createConnection(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write(bytes);
      socket.resume();
      await new Promise<void>((resolve) => socket.once("close", () => resolve()));
    }
    createConnection(Number(port), hostname).on("error", () => undefined);
    await connect();
  });

  it("invalid and unsolicited answers change nothing", async () => {
    await start({ syncLimitMs: 60 });
    const device = await subscribed();
    for (const [topic, text] of [
      [`${base}/thing/service/Ring_reply`, '{"id":"1","code":200}'],
      [`${base}/rrpc/response/1`, "{"],
      [`${base}/thing/service/Ring_reply`, "[[["],
      [`${base}/thing/event/x/y/post`, '{"method":"x","params":{}}'],
    ] as const) {
      await device.publishAsync(topic, text, { qos: 1 });
    }
    const call = acs3(simulator, "InvokeThingService", open("gate"));
    const request = await nextMessage(device);
    device.publish(request.topic.replace("/request/", "/response/"), "no JSON");
    assert.equal(assertSucceeded(await call).Data.Result, "no JSON");
    assertFailed(await acs3(simulator, "InvokeThingService", open("gate")), "iot.messagebroker.TIMEOUT");
  });

  it("openMqtt returns the same address twice, and reports a port in use in one sentence", async () => {
    await start();
    assert.equal(await simulator.openMqtt(), mqttEndpoint);
    const mqttPort = Number(new URL(mqttEndpoint).port);
    const other = await Simulator.start({ definition: homeDefinition(), mqttPort });
    try {
      await assert.rejects(other.openMqtt(), {
        name: "SimulatorInputError",
        message: `port ${mqttPort} is already in use on 127.0.0.1`,
      });
    } finally {
      await other.close();
    }
  });
});
