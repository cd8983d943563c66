import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Text } from "../../lib/base/failure";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { checkConnection, type CheckStep } from "../../lib/look-up/connection-check";
import { allActions, commandActions, usualActions } from "../../lib/look-up/ram-policy";
import {
  type AccessKeyDefinition,
  type FaultDefinition,
  Simulator,
  type SimulatorOptions,
} from "../../lib/simulator/simulator";
import { translate } from "../support/catalog";
import { TestProxy } from "../support/proxy";
import { smallSample } from "../support/small-sample";

const key: AccessKeyDefinition = { accessKeyId: "testid", accessKeySecret: "testsecret" };

interface Trial {
  /** The key as the simulator has it. */
  has?: Partial<AccessKeyDefinition>;
  /** The key as the account has it. */
  typed?: { accessKeyId?: string; accessKeySecret?: string; securityToken?: string };
  fault?: FaultDefinition;
  instanceId?: string;
  instanceOf?: string;
  endpoint?: string;
  options?: SimulatorOptions;
  proxy?: string;
}

describe("the connection check", function () {
  this.timeout(40_000);
  const closing: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const one of closing.splice(0).toReversed()) await one.close();
  });

  async function check(trial: Trial, wanted?: readonly string[]): Promise<CheckStep[]> {
    const simulator = await Simulator.start({
      ...trial.options,
      definition: {
        ...smallSample,
        accessKeys: [{ ...key, ...trial.has }],
        instanceId: trial.instanceOf ?? "",
        faults: trial.fault ? [trial.fault] : [],
      },
    });
    closing.push(simulator);
    const client = new Client({
      endpoint: new URL(trial.endpoint ?? simulator.endpoint),
      credentials: typedCredentials({
        credentialType: trial.typed?.securityToken ? "sts" : "access_key",
        ...key,
        ...trial.typed,
      }),
      instanceId: trial.instanceId,
      timeout: 10_000,
      proxy: trial.proxy === undefined ? undefined : { url: trial.proxy, noProxy: [] },
    });
    closing.push(client);
    const steps = await checkConnection(client, wanted);
    assert.deepEqual(simulator.executions, [], "a check carries nothing out");
    const said = steps.flatMap(({ text, hint }) => [text, hint && { key: hint }]).filter(Boolean);
    for (const language of ["en-US", "zh-CN"]) {
      for (const text of said as (Text | string)[]) assert.match(localized(language, text), /\S/);
    }
    assert.ok(!JSON.stringify(steps).includes(key.accessKeySecret));
    return steps;
  }

  const wrongOnes = (steps: CheckStep[]): string[] =>
    steps
      .filter(({ state }) => state !== "ok")
      .map(({ step, state, hint }) => `${step} ${state} ${hint ?? ""}`);

  it("passes a correct account", async () => {
    const steps = await check({});
    assert.ok(steps.every(({ state }) => state === "ok"));
    assert.deepEqual(
      steps.map(({ step, action }) => action ?? step),
      ["settings", "network", "clock", "key", "instance", ...usualActions],
    );
  });

  const faults: [string, Trial, string][] = [
    ["drop-before", { fault: { fault: "drop-before" } }, "network failed hints.no-answer"],
    ["drop-after", { fault: { fault: "drop-after" } }, "network failed hints.no-answer"],
    ["hang", { fault: { fault: "hang" } }, "network failed hints.no-answer"],
    ["throttle", { fault: { fault: "throttle" } }, "limits failed hints.throttled"],
    ["server-error", { fault: { fault: "server-error" } }, "network failed hints.later"],
    ["garbage", { fault: { fault: "garbage" } }, "network failed hints.odd-answer"],
    [
      "a wrong clock for ever",
      { fault: { fault: "wrong-clock", clockOffsetMs: -3_600_000 } },
      "clock warning hints.clock-mended",
    ],
    ["an unknown key", { typed: { accessKeyId: "nobody" } }, "key failed hints.access-key-id"],
    ["a wrong secret", { typed: { accessKeySecret: "wrong" } }, "key failed hints.access-key-secret"],
    ["a disabled key", { has: { inactive: true } }, "key failed hints.access-key-disabled"],
    [
      "an expired token",
      { has: { securityToken: "token", expired: true }, typed: { securityToken: "token" } },
      "key failed hints.token-expired",
    ],
    ["a missing token", { has: { securityToken: "token" } }, "key failed hints.token"],
    ["a missing instance id", { instanceOf: "iot-060a0abc" }, "instance failed hints.instance"],
    [
      "a wrong instance id",
      { instanceOf: "iot-060a0abc", instanceId: "iot-other" },
      "instance failed hints.instance",
    ],
    ["a refused connection", { endpoint: "http://127.0.0.1:9" }, "network failed hints.network"],
    ["a host that is not there", { endpoint: "https://iot.nowhere.invalid" }, "network failed hints.dns"],
  ];
  for (const [name, trial, expected] of faults) {
    it(`names ${name}`, async () => {
      assert.deepEqual(wrongOnes(await check(trial)), [expected]);
    });
  }

  for (const [status, hint] of [
    [407, "hints.proxy-login"],
    [502, "hints.proxy"],
  ] as const) {
    it(`names a proxy that answers ${status}`, async () => {
      const proxy = await TestProxy.start(9, status);
      closing.push(proxy);
      const behind = { endpoint: "https://iot.cn-shanghai.aliyuncs.com", proxy: proxy.url };
      assert.deepEqual(wrongOnes(await check(behind)), [`network failed ${hint}`]);
    });
  }

  it("names an untrusted certificate", async () => {
    const pem = (name: string): Buffer => readFileSync(`test/support/tls/${name}.pem`);
    const server = createServer({ key: pem("key"), cert: pem("cert") }).listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push({ close: async () => void server.close() });
    const { port } = server.address() as AddressInfo;
    const steps = await check({ endpoint: `https://localhost:${port}` });
    assert.deepEqual(wrongOnes(steps), ["network failed hints.tls"]);
  });

  it("accepts an answer in XML", async () => {
    assert.deepEqual(wrongOnes(await check({ fault: { fault: "xml" } })), []);
  });

  it("says by how much the clock is off", async () => {
    const steps = await check({ fault: { fault: "wrong-clock", clockOffsetMs: 7_200_000 } });
    const clock = steps.find(({ step }) => step === "clock");
    assert.deepEqual(clock?.text, { key: "errors.clock-slow", params: { minutes: 120 } });
  });

  const testable = allActions.filter((action) => action !== "sub");
  const actionsIn = (steps: CheckStep[]): string[] => steps.flatMap(({ action = [] }) => action);

  it("tests every permission that it is asked for, without carrying anything out", async () => {
    const steps = await check({}, allActions);
    assert.deepEqual(wrongOnes(steps), []);
    assert.deepEqual(actionsIn(steps), testable);
  });

  it("tests just what it is asked for, in that order", async () => {
    for (const wanted of [["QueryDevice", "SetDeviceProperty"], ["sub"], []]) {
      const steps = await check({ has: { deny: ["QueryProductList", "InvokeThingService"] } }, wanted);
      assert.deepEqual(wrongOnes(steps), []);
      assert.deepEqual(
        actionsIn(steps),
        wanted.filter((action) => action !== "sub"),
      );
    }
  });

  for (const action of testable) {
    it(`names a missing permission for ${action}, and only that`, async () => {
      const steps = await check({ has: { deny: [action] } }, allActions);
      const wrong = steps.filter(({ state }) => state !== "ok");
      assert.deepEqual(
        wrong.map((step) => [step.action, step.state, step.hint]),
        [[action, commandActions.includes(action) ? "failed" : "warning", "hints.permission-policy"]],
      );
    });
  }

  it("names all missing permissions at once", async () => {
    const steps = await check({ has: { deny: [...testable] } }, testable);
    assert.deepEqual(actionsIn(steps.filter(({ state }) => state !== "ok")), testable);
  });
});

function localized(language: string, text: Text | string): string {
  if (typeof text === "string") return text;
  const params = Object.fromEntries(
    Object.entries(text.params ?? {}).map(([name, value]) => [
      name,
      typeof value === "number" ? String(value) : localized(language, value),
    ]),
  );
  return translate(language, `aliyun-iot-invoke-service.${text.key}`, params);
}
