import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { fieldFleet, fleetProduct, lampName } from "../../support/fleet-definition";
import { longRun } from "../../support/long-run";
import { acs3, assertRefused, assertSucceeded, type Reply } from "../wire";
import { Subscriber } from "./amqp-client";

const count = longRun(10_000);
const scenes =
  '{"Title":"Evening","Enabled":1,"ValidFrom":"1704164645000","Color":{"Red":255,"Green":10,"Gamma":2.0},"Levels":[20.0],"Steps":[]}';

describe(`${count} devices of one product in the simulator, with the limits of the platform`, () => {
  let simulator: Simulator;
  let now: number;
  beforeEach(async () => {
    // A clock of its own: the calls take no time, and are as far apart as the test says.
    now = Date.now();
    const definition = {
      ...fieldFleet(count, { maxDelayMs: 50 }),
      limits: "platform" as const,
      batchWithOfflineDevice: "refuse-all" as const,
    };
    simulator = await Simulator.start({ definition, now: () => now });
  });
  afterEach(() => simulator.close());

  const call = (action: string, names: readonly string[], parameters: object): Promise<Reply> =>
    acs3(
      simulator,
      action,
      {
        ProductKey: fleetProduct,
        ...Object.fromEntries(names.map((name, index) => [`DeviceName.${index + 1}`, name])),
        ...parameters,
      },
      { at: now },
    );

  /** The names of those that are online, as a client finds them: 50 states a call. */
  const findOnline = async (): Promise<string[]> => {
    const online: string[] = [];
    for (let first = 1; first <= count; first += 50) {
      const names = Array.from({ length: 50 }, (_none, n) => lampName(first + n));
      const { DeviceStatusList } = assertSucceeded(await call("BatchGetDeviceState", names, {}));
      const { DeviceStatus } = DeviceStatusList as { DeviceStatus: { DeviceName: string; Status: string }[] };
      online.push(...DeviceStatus.filter(({ Status }) => Status === "ONLINE").map((row) => row.DeviceName));
      now += 20;
    }
    return online;
  };

  it("10 batches a second reach each device once, and each that answers is heard once", async () => {
    const subscriber = await Subscriber.connect(await simulator.openAmqp());
    const online = await findOnline();
    assert.equal(online.length, count * 0.95);
    for (let first = 0; first < online.length; first += 100) {
      const names = online.slice(first, first + 100);
      const parameters = { Identifier: "LoadScenes", Args: scenes };
      assertSucceeded(await call("InvokeThingsService", names, parameters));
      now += 100;
    }
    assert.deepEqual(
      simulator.executions.map(({ deviceName }) => deviceName),
      online,
    );
    const { calls, throttled, maxPerSecond } = simulator.calls.InvokeThingsService!;
    assert.deepEqual([calls, throttled, maxPerSecond], [Math.ceil(online.length / 100), 0, 10]);

    // One in a hundred acts and never answers.
    const answering = count * 0.94;
    const replies = await subscriber.count(answering);
    const ids = new Map(simulator.executions.map(({ deviceName, messageId }) => [deviceName, messageId]));
    const codes = { 200: 0, 100001: 0 };
    for (const { json } of replies) {
      const name = String(json.deviceName);
      assert.equal(String(json.requestId), ids.get(name));
      ids.delete(name);
      codes[json.code as keyof typeof codes]++;
    }
    assert.deepEqual([ids.size, codes], [count * 0.01, { 200: count * 0.92, 100001: count * 0.02 }]);
  });

  it("an eleventh batch in a second is throttled, and reaches nobody", async () => {
    const online = await findOnline();
    const reboot = (batch: number): Promise<Reply> =>
      call("InvokeThingsService", online.slice(batch * 50, batch * 50 + 50), {
        Identifier: "Reboot",
        Args: "{}",
      });
    for (let batch = 0; batch < 10; batch++) assertSucceeded(await reboot(batch));
    assertRefused(await reboot(10), 400, "Throttling.User");
    assert.deepEqual(
      simulator.executions.map(({ deviceName }) => deviceName),
      online.slice(0, 500),
    );
  });
});
