import assert from "node:assert/strict";
import { Simulator } from "../../../../lib/simulator/simulator";
import { homeDefinition, open } from "../../fixture";
import { assertFailed, assertRefused, assertSucceeded, type Reply, rpc } from "../../wire";

const action = "InvokeThingService";

describe("the simulator calls a service", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
  afterEach(() => simulator.close());

  it("synchronous: the device's answer stands in Data.Result, floats with a decimal", async () => {
    const { Data } = assertSucceeded(await rpc(simulator, action, open()));
    const id = String(Data.MessageId);
    assert.match(id, /^\d+$/);
    const data = '{"Percent":20.0,"Steps":[1.0,2.5]}';
    assert.equal(Data.Result, `{"code":200,"data":${data},"id":"${id}","message":"success","version":"1.0"}`);
  });

  it("writes down what the device did, once for each time", async () => {
    const { Data } = assertSucceeded(await rpc(simulator, action, open("door", "55.5")));
    const [execution, ...more] = simulator.executions;
    assert.deepEqual(more, []);
    assert.deepEqual(
      { ...execution, at: 0 },
      {
        productKey: "a1House00001",
        deviceName: "door",
        service: "Open",
        args: { Percent: 55.5 },
        messageId: Data.MessageId,
        at: 0,
      },
    );
  });

  it("asynchronous: MessageId alone", async () => {
    const reply = await rpc(simulator, action, { ...open(), Identifier: "Ring", Args: "{}" });
    assert.deepEqual(Object.keys(assertSucceeded(reply).Data), ["MessageId"]);
    assert.equal(simulator.executions.length, 1);
  });

  it("finds the device by IotId, which wins over the names", async () => {
    const parameters = { ...open("garage"), IotId: "IotIdOfTheDoor00100" };
    assertSucceeded(await rpc(simulator, action, parameters));
    assert.equal(simulator.executions[0]?.deviceName, "door");
  });

  it("a device's own code is a success of the call", async () => {
    const { Data } = assertSucceeded(await rpc(simulator, action, open("garage")));
    const { id: _, ...result } = JSON.parse(String(Data.Result)) as Record<string, unknown>;
    assert.deepEqual(result, { code: 100001, data: { Percent: 3 }, message: "jammed", version: "1.0" });
  });

  it("a bare device answers without an envelope", async () => {
    const { Data } = assertSucceeded(await rpc(simulator, action, open("attic")));
    assert.equal(Data.Result, '{"Percent":7.0}');
  });

  const unreachable = {
    gate: "iot.messagebroker.OFFLINE",
    roof: "iot.device.InactiveDevice",
    cellar: "6208",
  };
  for (const [deviceName, code] of Object.entries(unreachable)) {
    it(`${code} from a device that cannot act`, async () => {
      assertFailed(await rpc(simulator, action, open(deviceName)), code);
      assertFailed(
        await rpc(simulator, action, { ...open(deviceName), Identifier: "Ring", Args: "{}" }),
        code,
      );
      assert.equal(simulator.executions.length, 0);
    });
  }

  const wrong: [string, Record<string, string>, string][] = [
    ["an unknown product", { ProductKey: "a1Nothing" }, "iot.prod.NotExistedProduct"],
    ["a blank product", { ProductKey: "" }, "iot.prod.NullProductKey"],
    ["an unknown device", { DeviceName: "window" }, "iot.device.NotExistedDevice"],
    ["a blank device", { DeviceName: "" }, "iot.device.NullDeviceName"],
    ["an unknown IotId", { IotId: "nothing" }, "iot.device.NotExistedDevice"],
    ["a blank IotId", { IotId: "" }, "iot.device.InvalidIoTId"],
    ["an unknown service", { Identifier: "Close" }, "iot.prod.QueryProductAbilityFailed"],
    ["a service of an unknown module", { Identifier: "m:Open" }, "iot.prod.QueryProductAbilityFailed"],
    ["the generated service set", { Identifier: "set", Args: "{}" }, "iot.prod.QueryProductAbilityFailed"],
    ["the name of a built-in", { Identifier: "__proto__" }, "iot.prod.QueryProductAbilityFailed"],
    [
      "a product without a model",
      { ProductKey: "a1NoModel001", DeviceName: "box" },
      "iot.prod.NotSeniorProduct",
    ],
    ["Args that are no JSON", { Args: "{" }, "iot.common.InvalidFormattedParameter"],
    ["Args that break the thing model", { Args: '{"Percent":20}' }, "6307"],
  ];
  for (const [what, parameters, code] of wrong) {
    it(`refuses ${what}: ${code}`, async () => {
      assertFailed(await rpc(simulator, action, { ...open(), ...parameters }), code);
      assert.equal(simulator.executions.length, 0);
    });
  }

  it("finds a service of another module as module:service, and not without its name", async () => {
    const definition = homeDefinition();
    const services = [{ identifier: "Dim", callType: "sync", inputData: [] }];
    const thingModel = [{ services: [] }, { functionBlockId: "light", services }];
    definition.products.push({ productKey: "a1Modules001", thingModel, devices: [{ deviceName: "m" }] });
    await simulator.close();
    simulator = await Simulator.start({ definition });
    const parameters = { ProductKey: "a1Modules001", DeviceName: "m", Identifier: "light:Dim", Args: "{}" };
    assertSucceeded(await rpc(simulator, action, parameters));
    assert.equal(simulator.executions[0]?.service, "light:Dim");
    assertFailed(
      await rpc(simulator, action, { ...parameters, Identifier: "Dim" }),
      "iot.prod.QueryProductAbilityFailed",
    );
  });
});

describe("the simulator calls a service of many devices", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
  afterEach(() => simulator.close());

  const call = (names: string[], parameters = {}): Promise<Reply> => {
    const list = Object.fromEntries(names.map((name, index) => [`DeviceName.${index + 1}`, name]));
    const all = { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}", ...list, ...parameters };
    return rpc(simulator, "InvokeThingsService", all);
  };

  it("all that are online act; the answer has no Data", async () => {
    const json = assertSucceeded(await call(["door", "gate", "garage"]));
    assert.deepEqual(Object.keys(json).sort(), ["RequestId", "Success"]);
    assert.deepEqual(
      simulator.executions.map(({ deviceName }) => deviceName),
      ["door", "garage"],
    );
  });

  it("refuses no device, 101 devices, an unknown one, a synchronous service", async () => {
    assertFailed(await call([]), "iot.device.NoneDeviceNameElement");
    assertFailed(
      await call(Array.from({ length: 101 }, () => "door")),
      "iot.common.InvalidFormattedParameter",
    );
    assertFailed(await call(["door", "window"]), "iot.device.NotExistedDevice");
    const sync = { Identifier: "Open", Args: '{"Percent":1.0}' };
    assertFailed(await call(["door"], sync), "iot.device.InvokeThingServiceFailed", /asynchronous/);
    assertRefused(await call(["door"], { Identifier: "" }), 400, "MissingIdentifier");
    assert.equal(simulator.executions.length, 0);
  });
});
