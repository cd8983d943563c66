import assert from "node:assert/strict";
import { Simulator, SimulatorInputError } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertRefused, assertSucceeded, type Reply } from "../wire";

describe("temporary keys of the simulator", () => {
  let simulator: Simulator;
  let clock = Date.now();

  beforeEach(async () => {
    clock = Date.now();
    simulator = await Simulator.start({ definition: homeDefinition(), now: () => clock });
  });

  afterEach(() => simulator.close());

  const call = (n: number): Promise<Reply> =>
    acs3(simulator, "InvokeThingService", open(), {
      accessKeyId: `STS.${n}`,
      secret: `secret-${n}`,
      token: `token-${n}`,
      at: clock,
    });

  const issue = (n: number, expiresAt: number): void =>
    simulator.addAccessKey({
      accessKeyId: `STS.${n}`,
      accessKeySecret: `secret-${n}`,
      securityToken: `token-${n}`,
      expiresAt,
    });

  it("are valid from their creation to their expiry", async () => {
    assertRefused(await call(1), 404, "InvalidAccessKeyId.NotFound");
    issue(1, clock + 60_000);
    assertSucceeded(await call(1));
    clock += 59_999;
    assertSucceeded(await call(1));
    clock += 1;
    assertRefused(await call(1), 400, "InvalidSecurityToken.Expired");
    issue(2, clock + 60_000);
    assertSucceeded(await call(2));
  });

  it("are rejected if they are invalid", () => {
    const key = { accessKeyId: "a", accessKeySecret: "b" };
    for (const wrong of [
      { ...key, expiresAt: 5 },
      { ...key, securityToken: "t", expiresAt: "soon" as never },
    ]) {
      assert.throws(() => simulator.addAccessKey(wrong), SimulatorInputError);
    }
  });
});
