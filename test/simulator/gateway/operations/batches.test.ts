import assert from "node:assert/strict";
import { Simulator, type SimulatorDefinition } from "../../../../lib/simulator/simulator";
import { homeDefinition } from "../../fixture";
import { Subscriber } from "../../messages/amqp-client";
import { climateDefinition, productKey } from "../../property-fixture";
import { acs3, assertFailed, assertRefused, assertSucceeded, type Reply } from "../../wire";

const listOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [`DeviceName.${index + 1}`, name]));

/** The two operations that command many devices, and a home for each. */
const operations = [
  {
    action: "InvokeThingsService",
    definition: homeDefinition,
    usual: { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}" },
    good: ["door", "garage", "attic"],
    offline: "gate",
    inactive: "roof",
    wrong: { Args: "[]" },
    wrongCode: "iot.common.InvalidFormattedParameter",
    missing: ["ProductKey", "Identifier", "Args"],
  },
  {
    action: "SetDevicesProperty",
    definition: () => {
      const definition = climateDefinition();
      const [product] = definition.products ?? [];
      product?.devices?.push({ deviceName: "hall" }, { deviceName: "attic" });
      return definition;
    },
    usual: { ProductKey: productKey, Items: '{"Target":20.0}' },
    good: ["room", "hall", "attic"],
    offline: "away",
    inactive: "new",
    wrong: { Items: '{"Target":20}' },
    wrongCode: "6307",
    missing: ["ProductKey", "Items"],
  },
] as const;

for (const { action, usual, good, offline, inactive, ...operation } of operations) {
  describe(`${action} in the simulator`, () => {
    let simulator: Simulator;
    afterEach(() => simulator.close());

    const start = async (more: Partial<SimulatorDefinition> = {}): Promise<void> => {
      simulator = await Simulator.start({ definition: { ...operation.definition(), ...more } });
    };
    const call = (names: readonly string[], more: Record<string, string> = {}): Promise<Reply> =>
      acs3(simulator, action, { ...usual, ...listOf(names), ...more });
    const acted = (): string[] => simulator.executions.map(({ deviceName }) => deviceName);

    it("reaches every device once; the answer says nothing about single devices", async () => {
      await start();
      const json = assertSucceeded(await call(good));
      assert.deepEqual(Object.keys(json).sort(), ["RequestId", "Success"]);
      assert.deepEqual(acted(), good);
      assert.equal(new Set(simulator.executions.map(({ messageId }) => messageId)).size, good.length);
    });

    it("takes 100 names, and refuses 101, none and a blank one; wrong args; what is missing", async () => {
      await start();
      const many = Array.from({ length: 101 }, () => good[0]);
      assertFailed(await call(many), "iot.common.InvalidFormattedParameter", /at most 100 devices.*got 101/);
      assertFailed(await call([]), "iot.device.NoneDeviceNameElement");
      assertFailed(await call([...good, ""]), "iot.device.NullDeviceName");
      assertFailed(await call(good, operation.wrong), operation.wrongCode);
      assertFailed(await call(good, { ProductKey: "nothing" }), "iot.prod.NotExistedProduct");
      assertFailed(await call(["box"], { ProductKey: "a1NoModel001" }), "iot.prod.NotSeniorProduct");
      for (const name of operation.missing) {
        assertRefused(await call(good, { [name]: "" }), 400, `Missing${name}`);
      }
      assert.deepEqual(acted(), []);
      assertSucceeded(await call(many.slice(1)));
      assert.equal(acted().length, 100);
    });

    const [first, second, third] = good;
    for (const [choice, reached, isRefused] of [
      [undefined, [], true],
      ["refuse-all", [], true],
      ["refuse-rest", [first, second], true],
      ["skip", [first, second, third], false],
    ] as const) {
      it(`a name that does not exist, batchWithBadName ${choice ?? "left out"}`, async () => {
        await start(choice && { batchWithBadName: choice });
        const reply = await call([first, second, "nobody", third]);
        if (isRefused) assertFailed(reply, "iot.device.NotExistedDevice", /nobody/);
        else assertSucceeded(reply);
        assert.deepEqual(acted(), reached);
      });
    }

    for (const [choice, reached, isRefused] of [
      [undefined, [first, second, third], false],
      ["skip", [first, second, third], false],
      ["refuse-all", [], true],
      ["refuse-rest", [first, second], true],
    ] as const) {
      it(`a device that is offline, batchWithOfflineDevice ${choice ?? "left out"}`, async () => {
        await start(choice && { batchWithOfflineDevice: choice });
        for (const [name, code] of [
          [offline, "iot.messagebroker.OFFLINE"],
          [inactive, "iot.device.InactiveDevice"],
        ] as const) {
          const before = acted().length;
          const reply = await call([first, second, name, third]);
          if (isRefused) assertFailed(reply, code);
          else assertSucceeded(reply);
          assert.deepEqual(acted().slice(before), reached);
        }
      });
    }

    it("wrong args are refused before anything else is done, whatever the file says", async () => {
      await start({ batchWithBadName: "refuse-rest", batchWithOfflineDevice: "refuse-rest" });
      assertFailed(await call([first, "nobody"], operation.wrong), operation.wrongCode);
      assert.deepEqual(acted(), []);
    });

    it("each device's reply comes over AMQP with an id that the call did not return", async () => {
      await start();
      const subscriber = await Subscriber.connect(await simulator.openAmqp());
      assertSucceeded(await call(good));
      const isReply = ({ topic }: { topic: string }): boolean => topic.endsWith("/downlink/reply/message");
      let replies = subscriber.received.filter(isReply);
      for (let heard = 1; replies.length < good.length; heard++) {
        replies = (await subscriber.count(heard)).filter(isReply);
      }
      const who = replies.map(({ json }) => [String(json.requestId), String(json.deviceName)]);
      assert.deepEqual(
        new Map(who as [string, string][]),
        new Map(simulator.executions.map(({ messageId, deviceName }) => [messageId, deviceName])),
      );
      for (const { json } of replies) {
        assert.deepEqual([json.code, json.productKey], [200, usual.ProductKey]);
        assert.ok(String(json.iotId).length > 10);
        assert.match(String(json.topic), new RegExp(`^/sys/${usual.ProductKey}/${String(json.deviceName)}/`));
      }
    });

    it("the log says how many devices a call named, and none of their args", async () => {
      const lines: string[] = [];
      simulator = await Simulator.start({
        definition: operation.definition(),
        log: (line) => lines.push(line),
      });
      assertSucceeded(await call(good));
      assert.match(lines[0] ?? "", new RegExp(`^${action} ${usual.ProductKey}/3 devices .*ok `));
    });

    it("a fault for one device hits the batch that names it", async () => {
      await start({ faults: [{ fault: "drop-after", deviceName: second, times: 1 }] });
      await assert.rejects(call(good));
      assert.deepEqual(acted(), good);
      assertSucceeded(await call([first]));
    });
  });
}

describe("batches of the simulator and devices that are offline", () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  it("with Qos 1, a property set waits for the device", async () => {
    simulator = await Simulator.start({
      definition: { ...climateDefinition(), batchWithOfflineDevice: "refuse-all" },
    });
    const parameters = { ProductKey: productKey, Items: '{"Count":3}', ...listOf(["room", "away"]) };
    assertSucceeded(await acs3(simulator, "SetDevicesProperty", { ...parameters, Qos: "1" }));
    assertFailed(await acs3(simulator, "SetDevicesProperty", parameters), "iot.messagebroker.OFFLINE");
    const wrong = { ...parameters, Qos: "2" };
    assertFailed(await acs3(simulator, "SetDevicesProperty", wrong), "iot.common.InvalidFormattedParameter");
    assert.equal(simulator.executions.length, 1);
    simulator.uplink.setStatus(productKey, "away", "ONLINE");
    assert.deepEqual(
      simulator.executions.map(({ deviceName, args }) => [deviceName, args]),
      [
        ["room", { Count: 3 }],
        ["away", { Count: 3 }],
      ],
    );
  });

  it("with offlineReply, a reply with code 9201 follows", async () => {
    const definition = homeDefinition();
    for (const device of definition.products[0]?.devices ?? []) device.offlineReply = true;
    simulator = await Simulator.start({ definition });
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const parameters = { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}" };
    assertSucceeded(
      await acs3(simulator, "InvokeThingsService", { ...parameters, ...listOf(["gate", "door"]) }),
    );
    const replies = await subscriber.count(2);
    assert.deepEqual(
      new Map(replies.map(({ json }) => [json.deviceName, json.code])),
      new Map<unknown, unknown>([
        ["gate", 9201],
        ["door", 200],
      ]),
    );
    assert.deepEqual(
      simulator.executions.map(({ deviceName }) => deviceName),
      ["door"],
    );
  });

  it("with reply before, the call is answered once its replies have arrived", async () => {
    const definition = homeDefinition();
    const [product] = definition.products;
    product!.devices = ["north", "south"].map((deviceName) => ({
      deviceName,
      services: { Ring: { reply: "before", delayMs: 10 } },
    }));
    simulator = await Simulator.start({ definition });
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const parameters = { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}" };
    assertSucceeded(
      await acs3(simulator, "InvokeThingsService", { ...parameters, ...listOf(["north", "south"]) }),
    );
    assert.equal(subscriber.received.length, 2);
  });
});
