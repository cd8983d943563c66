import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { acs3, assertFailed, assertSucceeded } from "../wire";
import { Subscriber } from "./amqp-client";

const doorDevice = ["a1House00001", "door"] as const;
const replyTopic = "/a1House00001/door/thing/downlink/reply/message";

describe("the simulator delivers device messages to subscribers", () => {
  let simulator: Simulator;
  let endpoint: string;
  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: homeDefinition(), ...options });
    endpoint = await simulator.openAmqp();
  };
  afterEach(() => simulator.close());

  const ring = (deviceName = "door") =>
    acs3(simulator, "InvokeThingService", {
      ProductKey: "a1House00001",
      DeviceName: deviceName,
      Identifier: "Ring",
      Args: "{}",
    });
  const group = () => simulator.subscription.state().groups[0]!;

  it("an asynchronous service is replied to, under the id of the call", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint);
    const { Data } = assertSucceeded(await ring());
    const [reply] = await subscriber.count(1);
    assert.equal(reply?.topic, replyTopic);
    assert.match(reply?.messageId ?? "", /^\d{10,20}$/);
    assert.equal(reply?.context.message?.message_id, reply?.messageId);
    assert.ok(Math.abs((reply?.generateTime ?? 0) - Date.now()) < 60_000);
    const { requestId, gmtCreate, ...rest } = reply?.json ?? {};
    assert.equal(requestId, Number(Data.MessageId));
    assert.equal(typeof gmtCreate, "number");
    assert.deepEqual(rest, {
      iotId: "IotIdOfTheDoor00100",
      productKey: "a1House00001",
      deviceName: "door",
      code: 200,
      message: "success",
      topic: "/sys/a1House00001/door/thing/service/Ring_reply",
      data: {},
    });
  });

  it("messages wait for the first subscriber", async () => {
    await start();
    for (const value of [1, 2, 3]) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(String(value)));
    assert.equal(group().waiting, 3);
    const subscriber = await Subscriber.connect(endpoint);
    const received = await subscriber.count(3);
    assert.deepEqual(
      received.map(({ bytes }) => bytes.toString()),
      ["1", "2", "3"],
    );
  });

  it("delivers no more messages than there is credit for", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint, {}, { autoaccept: false, credit_window: 0 });
    const receiver = subscriber.connection.find_receiver(() => true)!;
    for (let n = 0; n < 20; n += 1) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(String(n)));
    receiver.add_credit(3);
    await subscriber.count(3);
    assert.deepEqual([group().unsettled, group().waiting], [3, 17]);
    for (const { context } of subscriber.received) context.delivery?.accept();
    receiver.add_credit(17);
    await subscriber.count(20);
    assert.equal(group().waiting, 0);
  });

  it("what is not acknowledged in time comes again, with the same messageId", async () => {
    await start({ amqpTimes: { acknowledgeMs: 20, redeliverMs: 20 } });
    const subscriber = await Subscriber.connect(endpoint, {}, { autoaccept: false });
    simulator.uplink.postProperty(...doorDevice, {});
    const [first, second] = await subscriber.count(2);
    assert.equal(first?.messageId, second?.messageId);
    second?.context.delivery?.accept();
    await subscriber.close();
    assert.deepEqual([group().acknowledged, group().waiting, group().later], [1, 0, 0]);
  });

  it("an offline device: refused at once, or replied to with 9201 if the file says so", async () => {
    const definition = homeDefinition();
    await start({ definition });
    assertFailed(await ring("gate"), "iot.messagebroker.OFFLINE");
    await simulator.close();
    definition.products[0]!.devices![1]!.offlineReply = true;
    await start({ definition });
    const subscriber = await Subscriber.connect(endpoint);
    const { Data } = assertSucceeded(await ring("gate"));
    const [reply] = await subscriber.count(1);
    assert.deepEqual([reply?.json.requestId, reply?.json.code], [Number(Data.MessageId), 9201]);
    assert.deepEqual(simulator.executions, []);
  });

  it("released and rejected messages are redelivered later, to any client", async () => {
    await start({ amqpTimes: { redeliverMs: 20 } });
    const subscriber = await Subscriber.connect(endpoint, {}, { autoaccept: false });
    simulator.uplink.postRaw("/x/y/user/z", Buffer.from("1"));
    const [first] = await subscriber.count(1);
    first?.context.delivery?.release();
    const [, second] = await subscriber.count(2);
    second?.context.delivery?.reject();
    const [, , third] = await subscriber.count(3);
    third?.context.delivery?.accept();
    await subscriber.close();
    assert.equal(new Set(subscriber.received.map(({ messageId }) => messageId)).size, 1);
    assert.deepEqual([group().delivered, group().acknowledged, group().later], [3, 1, 0]);
  });

  it("messages unacknowledged on a lost connection go to the next one at once", async () => {
    await start();
    const first = await Subscriber.connect(endpoint, {}, { autoaccept: false });
    for (const n of [1, 2, 3]) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(String(n)));
    await first.count(3);
    assert.equal(simulator.subscription.closeConnections({ cut: true }), 1);
    const second = await Subscriber.connect(endpoint);
    const again = await second.count(3);
    assert.deepEqual(
      again.map(({ messageId }) => messageId).sort(),
      first.received.map(({ messageId }) => messageId),
    );
  });

  it("each message goes to one client of its group, and to every group", async () => {
    await start({ definition: { ...homeDefinition(), consumerGroups: ["mine"] } });
    const ours = [
      await Subscriber.connect(endpoint, { clientId: "a" }),
      await Subscriber.connect(endpoint, { clientId: "b" }),
    ];
    const mine = await Subscriber.connect(endpoint, { consumerGroupId: "mine" });
    for (let n = 0; n < 40; n += 1) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(String(n)));
    await mine.count(40);
    await Promise.all(ours.map((subscriber) => subscriber.close()));
    assert.equal(ours[0]!.received.length + ours[1]!.received.length, 40);
    assert.ok(ours.every(({ received }) => received.length > 0));
  });

  it("duplicates, delays and another order, on demand", async () => {
    await start();
    const { subscription } = simulator;
    const topics = async (count: number): Promise<string[]> => {
      const subscriber = await Subscriber.connect(endpoint);
      await subscriber.count(count);
      await subscriber.close();
      return subscriber.received.map(({ bytes }) => bytes.toString());
    };
    const send = (...words: string[]): void => {
      for (const word of words) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(word));
    };
    subscription.disturb({ kind: "duplicate", every: 2 });
    send("1", "2", "3", "4");
    assert.deepEqual(await topics(6), ["1", "2", "2", "3", "4", "4"]);
    subscription.calm();
    subscription.disturb({ kind: "delay", delayMs: 20, times: 1 });
    send("late", "early");
    assert.deepEqual(await topics(2), ["early", "late"]);
    subscription.calm();
    subscription.disturb({ kind: "reorder" });
    const order = Array.from({ length: 30 }, (_none, n) => String(n));
    send(...order);
    const got = await topics(30);
    assert.notDeepEqual(got, order);
    assert.deepEqual(new Set(got), new Set(order));
  });

  it("the platform closes, cuts and refuses, on demand", async () => {
    await start();
    simulator.subscription.disturb({
      kind: "close",
      condition: "amqp:internal-error",
      times: 1,
      topic: "/user/",
    });
    const closing = await Subscriber.connect(endpoint);
    const closed = new Promise<string>((resolve) =>
      closing.connection.once("connection_close", () =>
        resolve((closing.connection.error as { condition: string }).condition),
      ),
    );
    simulator.uplink.postRaw("/x/y/user/z", Buffer.from("1"));
    assert.equal(await closed, "amqp:internal-error");

    simulator.subscription.calm();
    simulator.subscription.disturb({ kind: "cut", times: 1 });
    const cut = await Subscriber.connect(endpoint);
    const gone = new Promise<void>((resolve) => cut.connection.once("disconnected", () => resolve()));
    simulator.uplink.postRaw("/x/y/user/z", Buffer.from("2"));
    await gone;

    simulator.subscription.disturb({ kind: "refuse", times: 1 });
    await assert.rejects(Subscriber.connect(endpoint), /amqp:unauthorized-access/);
    await Subscriber.connect(endpoint);
  });

  for (const reply of ["before", "with"] as const) {
    it(`a reply arrives ${reply} the answer if the file says so`, async () => {
      const definition = homeDefinition();
      definition.products[0]!.devices![0]!.services!.Ring = { reply };
      await start({ definition });
      const subscriber = await Subscriber.connect(endpoint);
      const call = ring().then((answer) => ({ answer, seen: subscriber.received.length }));
      await subscriber.count(1);
      const { answer, seen } = await call;
      assertSucceeded(answer);
      if (reply === "before") assert.equal(seen, 1);
    });
  }

  it("a reply's outputs are written as a device writes them, and those that do not fit are told apart", async () => {
    const definition = homeDefinition();
    const [product] = definition.products;
    const services = (product!.thingModel as { services: object[] }).services;
    const float = { type: "float", specs: { min: "0", max: "100" } };
    services.push({
      identifier: "Weigh",
      callType: "async",
      inputData: [],
      outputData: [{ identifier: "Weight", name: "Weight", dataType: float }],
    });
    product!.devices![0]!.services!.Weigh = { data: { Weight: 10, PicID: "15194139" } };
    await start({ definition });
    const subscriber = await Subscriber.connect(endpoint);
    const call = { ProductKey: doorDevice[0], DeviceName: doorDevice[1], Identifier: "Weigh", Args: "{}" };
    assertSucceeded(await acs3(simulator, "InvokeThingService", call));
    const [reply] = await subscriber.count(1);
    assert.ok(reply?.bytes.includes('"data":{"Weight":10.0}'), reply?.bytes.toString());
    assert.deepEqual(reply?.json.checkFailedData, {
      value: { PicID: "15194139" },
      code: 6304,
      message: "tsl parse: params not exist -> PicID",
    });
  });

  it("a device's state decides what its calls get, and is told to subscribers", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint);
    simulator.uplink.setStatus(...doorDevice, "OFFLINE");
    assertFailed(await ring(), "iot.messagebroker.OFFLINE");
    simulator.uplink.setStatus(...doorDevice, "ONLINE");
    assertSucceeded(await ring());
    const [offline, online] = await subscriber.count(3);
    assert.equal(offline?.topic, "/as/mqtt/status/a1House00001/door");
    assert.deepEqual([offline?.json.status, online?.json.status], ["offline", "online"]);
    const { utcTime, time } = online!.json as Record<string, string>;
    assert.equal(Date.parse(`${time!.replace(" ", "T")}+08:00`), Date.parse(utcTime!));
  });

  it("life cycle: the secret is in create alone, as the platform has it", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint);
    simulator.uplink.postLifecycle(...doorDevice, "create");
    simulator.uplink.postLifecycle(...doorDevice, "delete");
    const [create, gone] = await subscriber.count(2);
    assert.equal(create?.topic, "/a1House00001/door/thing/lifecycle");
    assert.match(String(create?.json.deviceSecret), /^[0-9a-f]{32}$/);
    assert.deepEqual([gone?.json.action, "deviceSecret" in (gone?.json ?? {})], ["delete", false]);
  });

  it("devices post on schedule, as their file says", async () => {
    const definition = homeDefinition();
    Object.assign(definition.products[0]!.thingModel as object, {
      properties: [{ identifier: "Calls", name: "Calls", dataType: { type: "int", specs: {} } }],
    });
    definition.products[0]!.devices![0]!.posts = [
      { everyMs: 10, property: true, data: '{ "Calls": $count($keys(device.calls)) }' },
    ];
    await start({ definition });
    const subscriber = await Subscriber.connect(endpoint);
    const post = (await subscriber.count(2))[0]!;
    assert.equal(post.topic, "/a1House00001/door/thing/event/property/post");
    assert.equal((post.json.items as { Calls: { value: number } }).Calls.value, 0);
  });

  it("closes with 1,000 messages under way, and leaves no timer", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint, {}, { autoaccept: false, credit_window: 1000 });
    simulator.subscription.disturb({ kind: "delay", every: 2 });
    for (let n = 0; n < 1000; n += 1) simulator.uplink.postRaw("/x/y/user/z", Buffer.from(String(n)));
    await subscriber.count(500);
    await simulator.close();
    assert.deepEqual([group().unsettled, group().later, group().waiting], [0, 0, 0]);
  });

  it("uses TLS if it has a key and a certificate", async () => {
    const read = (name: string): string => readFileSync(`test/support/tls/${name}.pem`, "utf8");
    await start({ amqpTls: { key: read("key"), cert: read("cert") } });
    assert.match(endpoint, /^amqps:/);
    const subscriber = await Subscriber.connect(
      endpoint,
      {},
      {
        ca: read("ca"),
        servername: "localhost",
      },
    );
    simulator.uplink.postRaw("/x/y/user/z", Buffer.from("1"));
    await subscriber.count(1);
  });
});
