import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Simulator } from "../../lib/simulator/simulator";
import { ask, type FlowNode } from "../support/admin";
import { type Runtime, startRuntime } from "../support/runtime";
import { TokenService } from "../support/token-service";
import { versions } from "../support/versions";

const messages = 200;

/** `/go` sends messages to a lamp; their outcomes go to the log, failures because nothing catches them. */
function flow(endpoint: string, name: string): FlowNode[] {
  const at = (id: string, type: string, more: Record<string, unknown>): FlowNode => ({
    id,
    type,
    z: "tab",
    x: 1,
    y: 1,
    ...more,
  });
  return [
    { id: "tab", type: "tab", label: "roles" },
    { id: "account", type: "aliyun-iot-account", name, endpoint, credentialType: "default", rate: 1_000_000 },
    at("go", "http in", { url: "/go", method: "get", wires: [["many", "answer"]] }),
    at("answer", "http response", { wires: [] }),
    at("many", "function", {
      func: `for (let n = 0; n < ${messages}; n++) node.send({ payload: {}, n });`,
      libs: [],
      wires: [["invoke"]],
    }),
    at("invoke", "aliyun-iot-invoke-service", {
      account: "account",
      target: "device",
      productKey: "a1BwAGV0001",
      productKeyType: "str",
      deviceName: "light01",
      deviceNameType: "str",
      service: "Reboot",
      serviceType: "str",
      args: "payload",
      argsType: "msg",
      check: "off",
      result: "payload",
      resultType: "msg",
      wires: [["tell"], []],
    }),
    at("tell", "function", { func: 'node.warn("the lamp answered"); return null;', libs: [], wires: [[]] }),
  ];
}

for (const version of versions) {
  describe(`an account whose credentials are fetched, Node-RED ${version}`, () => {
    let simulator: Simulator;
    let tokens: TokenService;
    let runtime: Runtime;
    let platformTime = Date.now();
    const environment = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true", ALIBABA_CLOUD_CREDENTIALS_URI: "" };

    before(async () => {
      simulator = await Simulator.start({ now: () => platformTime });
      tokens = await TokenService.start((token) =>
        simulator.addAccessKey({
          accessKeyId: token.AccessKeyId,
          accessKeySecret: token.AccessKeySecret,
          securityToken: token.SecurityToken,
          expiresAt: platformTime + 60_000,
        }),
      );
      Object.assign(process.env, environment, { ALIBABA_CLOUD_CREDENTIALS_URI: tokens.url });
      runtime = await startRuntime({ version, flows: flow(simulator.endpoint, "first") });
    });

    after(async () => {
      for (const name of Object.keys(environment)) delete process.env[name];
      await runtime?.stop();
      await tokens?.close();
      await simulator?.close();
    });

    const answered = (since: number): number => count(since, /the lamp answered/g);
    const count = (since: number, text: RegExp): number =>
      runtime.log().slice(since).match(text)?.length ?? 0;

    async function until(isTrue: () => boolean): Promise<void> {
      const limit = Date.now() + 30_000;
      while (!isTrue()) {
        if (Date.now() > limit) assert.fail(runtime.log().slice(-2000));
        await pause(50);
      }
    }

    it("calls with them, and with fresh ones when they have expired", async () => {
      await ask(runtime, "go");
      await until(() => answered(0) === messages);
      assert.equal(tokens.questions.length, 1);
      platformTime += 61_000;
      await ask(runtime, "go");
      await until(() => answered(0) === 2 * messages);
      assert.equal(tokens.questions.length, 2);
    });

    it("is deployed while a token is renewed: every message ends, nothing is carried out, the next ones go well", async () => {
      const since = runtime.log().length;
      const done = simulator.executions.length;
      platformTime += 61_000;
      tokens.hold();
      await ask(runtime, "go");
      await tokens.asked(3);
      const started = runtime.flowsStarted();
      await ask(runtime, "flows", {
        method: "POST",
        headers: { "content-type": "application/json", "node-red-deployment-type": "full" },
        body: JSON.stringify(flow(simulator.endpoint, "second")),
      });
      await started;
      const ended = count(since, /stopped while the call was in flight|stopped before the call was sent/g);
      assert.equal(ended, messages, runtime.log().slice(since, since + 3000));
      assert.equal(simulator.executions.length, done);
      tokens.release();
      await ask(runtime, "go");
      await until(() => answered(since) === messages);
      assert.equal(simulator.executions.length, done + messages);
      assert.doesNotMatch(runtime.log(), /unhandled|uncaught|timed out|SECRET|TOKEN-issued/i);
    });
  });
}
