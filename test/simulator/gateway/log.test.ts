import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, rpc } from "../wire";

describe("the simulator's log", () => {
  it("has one line for each request, without secret, token, signature, key or args", async () => {
    const lines: string[] = [];
    const faults = [{ fault: "drop-after" as const, deviceName: "attic" }];
    const simulator = await Simulator.start({
      definition: { ...homeDefinition(), faults },
      log: (line) => lines.push(line),
    });
    const sts = { accessKeyId: "STS.NTuC9", secret: "s3cr3t/+=", token: "CAIS+/=token" };
    const signatures: string[] = [];
    try {
      for (const call of [rpc, acs3]) {
        await call(simulator, "InvokeThingService", open("door", "77.125"), sts);
        await call(simulator, "InvokeThingService", open("gate"), sts);
        const wrong = await call(simulator, "InvokeThingService", open(), { ...sts, secret: "guessed" });
        signatures.push(...(wrong.text.match(/to sign is:[^"]+/g) ?? []));
        await call(simulator, "InvokeThingService", open("attic"), sts).catch(() => undefined);
        await call(simulator, "InvokeThingService", open("no\nforged line"), sts);
        await call(simulator, "Nothing", {}, sts);
      }
    } finally {
      await simulator.close();
    }
    const withoutIds = lines.map((line) => line.replace(/ [0-9A-F-]{36}$/, ""));
    const each = [
      "InvokeThingService a1House00001/door Open -> ok",
      "InvokeThingService a1House00001/gate Open -> iot.messagebroker.OFFLINE",
      "InvokeThingService a1House00001/door Open -> SignatureDoesNotMatch",
      "InvokeThingService a1House00001/attic Open -> no proper answer (fault drop-after)",
      "InvokeThingService a1House00001/no?forged line Open -> iot.device.NotExistedDevice",
      "request -> InvalidAction.NotFound",
    ];
    assert.deepEqual(withoutIds, [...each, ...each]);
    const text = lines.join("\n");
    for (const secret of ["s3cr3t", "CAIS", "STS.NTuC9", "77.125", "guessed", "Signature=", ...signatures]) {
      assert.ok(!text.includes(secret), secret);
    }
  });
});
