import assert from "node:assert/strict";
import { platformLimits } from "../../../lib/simulator/definition/limits";
import { operations } from "../../../lib/simulator/gateway/operations";
import { Simulator, type SimulatorDefinition } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertFailed, assertRefused, assertSucceeded, type Reply, send } from "../wire";

const batch = { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}", "DeviceName.1": "door" };

describe("the simulator's limits", () => {
  let simulator: Simulator;
  let now = 0;
  const start = async (limits?: SimulatorDefinition["limits"]): Promise<void> => {
    now = Date.now();
    const definition = { ...homeDefinition(), ...(limits && { limits }) };
    simulator = await Simulator.start({ definition, now: () => now });
  };
  /** The codes of so many calls; blank for a success. */
  const codes = async (count: number, call: () => Promise<Reply>): Promise<string[]> => {
    const found: string[] = [];
    for (let n = 0; n < count; n++) found.push((await call()).json.Code ?? "");
    return found;
  };
  const times = (count: number, code: string): string[] => Array.from({ length: count }, () => code);
  const ring = (): Promise<Reply> => acs3(simulator, "InvokeThingsService", batch, { at: now });
  afterEach(() => simulator.close());

  it("are off unless the file has some", async () => {
    await start();
    assert.deepEqual(await codes(60, ring), times(60, ""));
    assert.equal(simulator.executions.length, 60);
  });

  it("platform: 10 batches in any second, the eleventh is throttled and no device acts", async () => {
    await start("platform");
    assert.deepEqual(await codes(5, ring), times(5, ""));
    now += 600;
    assert.deepEqual(await codes(6, ring), [...times(5, ""), "Throttling.User"]);
    assertRefused(await ring(), 400, "Throttling.User");
    assert.equal(simulator.executions.length, 10);
    // The first five are a second old, the others are not.
    now += 400;
    assert.deepEqual(await codes(6, ring), [...times(5, ""), "Throttling.User"]);
    now += 1000;
    assert.deepEqual(await codes(11, ring), [...times(10, ""), "Throttling.User"]);
  });

  it("each operation has its own, for all keys of the account together", async () => {
    await start({ InvokeThingsService: 1 });
    assertSucceeded(await ring());
    const other = { accessKeyId: "STS.NTuC9", secret: "s3cr3t/+=", token: "CAIS+/=token", at: now };
    assertRefused(await acs3(simulator, "InvokeThingsService", batch, other), 400, "Throttling.User");
    assertSucceeded(await acs3(simulator, "InvokeThingService", open(), { at: now }));
    assert.deepEqual(simulator.calls, {
      InvokeThingsService: { calls: 2, throttled: 1, maxPerSecond: 2 },
      InvokeThingService: { calls: 1, throttled: 0, maxPerSecond: 1 },
    });
  });

  it("calls that are not signed with a good key do not count", async () => {
    await start({ InvokeThingsService: 1 });
    const wrong = { secret: "guessed", at: now };
    assertRefused(await acs3(simulator, "InvokeThingsService", batch, wrong), 400, "SignatureDoesNotMatch");
    assertSucceeded(await ring());
  });

  it("a clock that is put back does not throttle for ever", async () => {
    await start({ InvokeThingsService: 1 });
    assertSucceeded(await ring());
    now -= 60_000;
    assertSucceeded(await ring());
  });

  it("platform: 50 commands a second to one device, whichever operation they come from", async () => {
    await start("platform");
    const one = (): Promise<Reply> => acs3(simulator, "InvokeThingService", open(), { at: now });
    assert.deepEqual(await codes(49, one), times(49, ""));
    assertSucceeded(await ring());
    const code = "iot.messagebroker.RateLimit";
    assertFailed(await one(), code);
    assertFailed(
      await acs3(simulator, "InvokeThingsService", { ...batch, "DeviceName.2": "attic" }, { at: now }),
      code,
    );
    assertSucceeded(await acs3(simulator, "InvokeThingService", open("attic"), { at: now }));
    assert.equal(simulator.executions.length, 51);
    now += 1000;
    assertSucceeded(await one());
  });

  it("platform: every operation of the simulator has one", () => {
    assert.deepEqual(Object.keys(platformLimits).sort(), [...operations.keys()].sort());
  });

  it("GET calls tells how many there were, and how many within a second; DELETE counts anew", async () => {
    await start();
    const ask = async (method: string): Promise<unknown> =>
      JSON.parse((await send(simulator, method, "/_simulator/calls")).text);
    for (let n = 0; n < 6; n++) {
      assertSucceeded(await ring());
      now += 400;
    }
    assert.deepEqual(await ask("GET"), {
      InvokeThingsService: { calls: 6, throttled: 0, maxPerSecond: 3 },
    });
    assert.deepEqual(await ask("DELETE"), {});
    assertSucceeded(await ring());
    assert.deepEqual(await ask("GET"), {
      InvokeThingsService: { calls: 1, throttled: 0, maxPerSecond: 1 },
    });
    assert.equal((await send(simulator, "POST", "/_simulator/calls")).status, 405);
  });
});
