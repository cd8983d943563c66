import assert from "node:assert/strict";
import PopClient from "@alicloud/pop-core";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import {
  expiredKeys,
  type Keys,
  refusalOf,
  sampleProductKey,
  stsKeys,
  testKeys,
  unknownKeys,
  wrongKeys,
} from "./official";

for (const method of ["GET", "POST"]) {
  describe(`the official package @alicloud/pop-core (V1, ${method}) talks to the simulator`, () => {
    let simulator: Simulator;
    before(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
    after(() => simulator.close());

    const call = (
      action: string,
      parameters: object,
      keys: Keys = testKeys,
    ): Promise<Record<string, unknown>> => {
      const client = new PopClient({ ...keys, endpoint: simulator.endpoint, apiVersion: "2018-01-20" });
      return client.request(action, parameters, { method });
    };

    it("calls synchronous and asynchronous services", async () => {
      const { Success, Data } = await call("InvokeThingService", open());
      assert.equal(Success, true);
      assert.match((Data as { Result: string }).Result, /"data":{"Percent":20\.0,/);
      const later = await call("InvokeThingService", { ...open(), Identifier: "Ring", Args: "{}" });
      assert.deepEqual(Object.keys(later.Data as object), ["MessageId"]);
      assert.equal(simulator.executions.length, 2);
    });

    it("calls a service of many devices, the list flattened by the package", async () => {
      const parameters = {
        ProductKey: sampleProductKey,
        DeviceName: ["door", "gate", "attic"],
        Identifier: "Ring",
        Args: "{}",
      };
      assert.equal((await call("InvokeThingsService", parameters)).Success, true);
      assert.equal(simulator.executions.at(-1)?.deviceName, "attic");
    });

    it("calls with a temporary key, and with characters that are hard to sign", async () => {
      const Args = JSON.stringify({ Text: "客厅(A)~!'* +%😀\n" });
      const { Data } = await call("InvokeThingService", { ...open(), Identifier: "Echo", Args }, stsKeys);
      const { data } = JSON.parse((Data as { Result: string }).Result) as { data: unknown };
      assert.deepEqual(data, JSON.parse(Args));
    });

    it("looks up page by page", async () => {
      const { Total, Data } = await call(
        "QueryDevice",
        { ProductKey: sampleProductKey, PageSize: 4, CurrentPage: 2 },
        stsKeys,
      );
      const { DeviceInfo } = Data as { DeviceInfo: { DeviceName: string }[] };
      assert.deepEqual([Total, DeviceInfo.map((device) => device.DeviceName)], [6, ["garage", "attic"]]);
    });

    const refusals: [string, object, Keys, string][] = [
      ["a wrong secret", open(), wrongKeys, "SignatureDoesNotMatch"],
      ["an unknown key", open(), unknownKeys, "InvalidAccessKeyId.NotFound"],
      ["an expired token", open(), expiredKeys, "InvalidSecurityToken.Expired"],
      ["a device offline", open("gate"), testKeys, "iot.messagebroker.OFFLINE"],
      ["Args that break the thing model", open("door", "20"), testKeys, "6307"],
    ];
    for (const [what, parameters, keys, code] of refusals) {
      it(`is refused for ${what}: ${code}`, async () => {
        const refusal = await refusalOf(call("InvokeThingService", parameters, keys));
        assert.equal(refusal.code, code);
      });
    }

    it("is refused a denied action", async () => {
      assert.equal(
        (await refusalOf(call("QueryDevice", { ProductKey: sampleProductKey }))).code,
        "Forbidden.RAM",
      );
    });

    it("gets XML if it asks for it, and cannot read it", async () => {
      const refusal = await refusalOf(call("InvokeThingService", { ...open(), Format: "XML" }));
      assert.equal(refusal.code, undefined);
    });
  });
}
