import assert from "node:assert/strict";
import { type ServiceDefinition, Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { assertFailed, assertSucceeded, rpc } from "../wire";

const action = "InvokeThingService";
const doorDevice = { ProductKey: "a1House00001", DeviceName: "door" };

describe("the simulator's devices in time", () => {
  const start = (service: ServiceDefinition): Promise<Simulator> => {
    const definition = homeDefinition();
    const product = definition.products[0];
    if (product) product.devices = [{ deviceName: "door", services: { Open: service } }];
    return Simulator.start({ definition, syncLimitMs: 30 });
  };

  it("a device slower than the limit: TIMEOUT, and it has acted all the same", async () => {
    const simulator = await start({ delayMs: 60_000 });
    try {
      assertFailed(await rpc(simulator, action, open()), "iot.messagebroker.TIMEOUT");
      assert.equal(simulator.executions.length, 1);
    } finally {
      await simulator.close();
    }
  });

  it("a device as slow as the limit still answers", async () => {
    const simulator = await start({ delayMs: 30 });
    try {
      assertSucceeded(await rpc(simulator, action, open()));
    } finally {
      await simulator.close();
    }
  });

  it("closing ends a call that waits, and leaves no timer behind", async () => {
    const simulator = await Simulator.start();
    const args = '{"Level":10.0,"DurationMs":1,"Curve":0}';
    const parameters = { ProductKey: "a1BwAGV0001", DeviceName: "light03", Identifier: "FadeTo", Args: args };
    const timers = countTimers();
    const call = rpc(simulator, action, parameters).then(
      () => "answered",
      () => "cut",
    );
    await acted(simulator);
    assert.equal(countTimers(), timers + 1);
    await simulator.close();
    assert.equal(countTimers(), timers);
    assert.equal(await call, "cut");
    await simulator.close();
  });

  it("an expression sees args and device, with what came before, and the time", async () => {
    const data = `{
      "Percent": $exists(device.lastArgs.Open) ? device.lastArgs.Open.Percent : 1,
      "Steps": [args.Percent, device.calls.Open ? device.calls.Open : 0],
      "Who": device.productKey & "/" & device.deviceName & " " & device.status,
      "Now": $millis() > 1e12
    }`;
    const simulator = await start({ data });
    const result = async (percent: string): Promise<string> => {
      const { Data } = assertSucceeded(await rpc(simulator, action, open("door", percent)));
      return String(Data.Result);
    };
    try {
      assert.match(
        await result("5.5"),
        /"data":{"Percent":1\.0,"Steps":\[5\.5,0\.0],"Who":"a1House00001\/door ONLINE","Now":true}/,
      );
      assert.match(await result("6.0"), /"Percent":5\.5,"Steps":\[6\.0,1\.0]/);
    } finally {
      await simulator.close();
    }
  });

  for (const [what, data] of [
    ["fails", '$error("broken")'],
    ["gives no object", "42"],
    ["never ends", "( $f := function() { $f() }; $f() )"],
    ["never ends, and calls nothing that waits", "( $f := function($n) { $f($n + 1) + 1 }; $f(0) )"],
    ["has a regular expression that never ends", '$match("' + "a".repeat(40) + '!", /^(a+)+$/)'],
    ["has another one", '{ "Percent": $contains("' + "x".repeat(30_000) + '", /(x+x+)+y/) ? 1 : 2 }'],
    ["fills the memory", '( $f := function($t) { $f($t & $t) }; { "Text": $f("0123456789") } )'],
    ["gives what cannot be copied", '{ "Percent": function($n) { $n } }'],
  ] as const) {
    it(`an expression that ${what}: the device answers 400`, async () => {
      const simulator = await start({ data });
      try {
        const { Data } = assertSucceeded(await rpc(simulator, action, open()));
        const { code, data: outputs } = JSON.parse(String(Data.Result)) as { code: number; data: unknown };
        assert.deepEqual([code, outputs], [400, {}]);
        // Others are served meanwhile and afterwards.
        assertSucceeded(await rpc(simulator, "GetDeviceStatus", doorDevice));
      } finally {
        await simulator.close();
      }
    });
  }

  it("while an expression never ends, the simulator answers others", async () => {
    const simulator = await start({ data: '$match("' + "a".repeat(40) + '!", /^(a+)+$/)' });
    try {
      let isOver = false;
      const endless = rpc(simulator, action, open()).then(() => (isOver = true));
      await acted(simulator);
      for (let call = 0; call < 5; call++)
        assertSucceeded(await rpc(simulator, "GetDeviceStatus", doorDevice));
      assert.equal(isOver, false);
      await endless;
    } finally {
      await simulator.close();
    }
  });

  it("closing ends an expression that would not end", async () => {
    const simulator = await start({ data: '$match("' + "a".repeat(40) + '!", /^(a+)+$/)' });
    const call = rpc(simulator, action, open()).catch(() => "cut");
    await acted(simulator);
    await simulator.close();
    assert.equal(await call, "cut");
  });

  it("200 calls at a time: each gets the answer to its own args", async () => {
    const simulator = await start({ data: '{ "Percent": args.Percent }', delayMs: 5 });
    try {
      const calls = Array.from({ length: 200 }, async (_, n) => {
        const percent = `${n / 4 + 0.25}`.includes(".") ? `${n / 4 + 0.25}` : `${n / 4 + 0.25}.0`;
        const { Data } = assertSucceeded(await rpc(simulator, action, open("door", percent)));
        assert.match(String(Data.Result), new RegExp(`"Percent":${percent.replace(".", "\\.")}\\D`));
        return Data.MessageId;
      });
      assert.equal(new Set(await Promise.all(calls)).size, 200);
      assert.equal(simulator.executions.length, 200);
    } finally {
      await simulator.close();
    }
  });
});

/** Resolves once a device has acted. */
async function acted(simulator: Simulator): Promise<void> {
  while (simulator.executions.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** Timers that keep the process alive. */
function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}
