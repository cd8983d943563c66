import assert from "node:assert/strict";
import { Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator.js";
import { house } from "../house.js";
import { acs3, assertFailed, assertSucceeded } from "../wire.js";
import { Subscriber } from "./amqp-client.js";

const door = ["a1House00001", "door"] as const;
const REPLY_TOPIC = "/a1House00001/door/thing/downlink/reply/message";

describe("the simulator hands device messages to subscribers", () => {
  let simulator: Simulator;
  let endpoint: string;
  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: house(), ...options });
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
    assert.equal(reply?.topic, REPLY_TOPIC);
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

  it("hands out no more than there is credit for", async () => {
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
    simulator.uplink.postProperty(...door, {});
    const [first, second] = await subscriber.count(2);
    assert.equal(first?.messageId, second?.messageId);
    second?.context.delivery?.accept();
    await subscriber.close();
    assert.deepEqual([group().acknowledged, group().waiting, group().later], [1, 0, 0]);
  });

  it("an offline device: refused at once, or replied to with 9201 where the file says so", async () => {
    const definition = house();
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
});
