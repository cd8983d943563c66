import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { Simulator } from "../../lib/simulator/simulator";
import { deploy, type FlowNode } from "../support/admin";
import { eventually } from "../support/nodes";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { versions } from "../support/versions";

interface Answer {
  outcome?: string;
  failure?: { code: string };
  failed?: { code: string; text: { key: string } };
}

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

for (const version of versions) {
  describe(`a deploy while calls of the dialog are under way, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let flows: FlowNode[];
    let account: FlowNode;
    let asked = 0;

    before(async () => {
      const sample = sampleDefinition();
      simulator = await Simulator.start({
        definition: {
          ...sample,
          accessKeys: [key],
          faults: [{ fault: "hang", action: "InvokeThingService", service: "FadeTo" }],
        },
        log: (line) => void (asked += Number(line.includes("InvokeThingService"))),
      });
      account = {
        id: "home",
        type: "aliyun-iot-account",
        endpoint: simulator.endpoint,
        credentialType: "access_key",
        timeout: 60,
      };
      flows = [{ id: "tab", type: "tab" }, account];
      runtime = await sharedRuntime({ version, flows, credentials: { home: key } });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
    });

    async function call(service: string, args: string): Promise<Answer> {
      const settings = {
        account: "home",
        target: "device",
        productKey: "a1BwAGV0001",
        deviceName: "light01",
        service,
        args,
        argsType: "json",
        check: "off",
      };
      const { id: _id, type: _type, ...fields } = account;
      const response = await fetch(`${runtime.url}/aliyun-iot/call-now`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          node: { id: "new", flow: "tab", name: "" },
          settings,
          account: fields,
          call: randomUUID(),
        }),
      });
      return (await response.json()) as Answer;
    }
    const fade = '{"Level":80.0,"DurationMs":5,"Curve":1}';

    it("ends them with an outcome, and leaves the user all calls", async () => {
      for (let round = 0; round < 2; round++) {
        const before = asked;
        const calls = [call("FadeTo", fade), call("FadeTo", fade), call("FadeTo", fade)];
        await eventually(() => asked >= before + 3);
        assert.equal((await call("Reboot", "{}")).failed?.code, "too-many-calls");
        await deploy(runtime, [
          { id: "tab", type: "tab" },
          { ...account, credentials: key },
        ]);
        for (const { outcome, failure } of await Promise.all(calls)) {
          assert.deepEqual([outcome, failure?.code], ["unknown", "closed"]);
        }
      }
      await deploy(runtime, [{ id: "tab", type: "tab" }]);
      const { failed } = await call("Reboot", "{}");
      assert.equal(failed?.text.key, "errors.account-undeployed");
    });
  });
}
