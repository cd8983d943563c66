import assert from "node:assert/strict";
import Module from "node:module";
import type { Node, NodeAPI } from "node-red";
import helper from "node-red-node-test-helper";
import { stub } from "sinon";
import { coordinationStep } from "../../nodes/admin/coordination-step";
import { accountIdentity } from "../../nodes/common/account-identity";
import type { CoordinationNode } from "../../nodes/common/coordination-node";
import { AmqpServer, property } from "../subscription/amqp-server";
import {
  eventually,
  fade,
  type FlowOptions,
  lamp,
  listening,
  statusesOf,
  subscriptionAt,
  type TestFlow,
  unload,
  useSimulator,
  warningsOf,
} from "../support/nodes";
import { coordinationWith, isConnected, stateOf, TestRedis } from "../support/redis";

const password = "never-shown-password";

/** What a node has said at a level. */
function saidBy(id: string, level: "error" | "log" | "warn"): string[] {
  const said: string[] = [];
  const node: Node = helper.getNode(id);
  node.on(`call:${level}` as never, ((call: { args: [string] }) => said.push(call.args[0])) as never);
  return said;
}

describe("an account with a coordination", function () {
  this.timeout(30_000);
  const simulation = useSimulator();
  let redis: TestRedis;

  before(async () => {
    redis = await TestRedis.start();
  });

  after(() => redis.stop());

  /** A flow whose account shares its limits over a Redis. */
  function load(settings: object, more: FlowOptions = {}): Promise<TestFlow> {
    const node = { id: "coordination", type: "aliyun-iot-coordination", ...settings };
    return simulation.flowWith(
      { coordination: "coordination", ...more.account },
      { ...more, more: [node, ...(more.more ?? [])] },
    );
  }

  const isThere = (): Promise<unknown> => stateOf(coordinationNode().open(), isConnected);
  const coordinationNode = (): CoordinationNode => helper.getNode("coordination") as CoordinationNode;
  const check = (id: unknown = "coordination") =>
    coordinationStep(
      { nodes: { getNode: (name: string) => helper.getNode(name) } } as unknown as NodeAPI,
      id,
    );

  it("calls as before, and the connection check names Redis and the other Node-REDs", async () => {
    const flow = await load({ url: redis.url });
    const statuses = statusesOf(coordinationNode());
    await isThere();
    assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(statuses.at(-1)?.text, "node-red:common.status.connected");
    const alone = await check();
    assert.equal(alone.step, "redis");
    assert.equal(alone.state, "ok");
    const { key, params } = alone.text as { key: string; params: Record<string, unknown> };
    assert.equal(key, "connection.redis-others");
    assert.match(String(params["server"]), /^(?:Redis|Valkey) \d+\./);
    assert.equal(params["others"], 0);
    const other = coordinationWith(redis.port);
    await stateOf(other, isConnected);
    await stateOf(coordinationNode().open(), (state) => state.name === "connected" && state.members === 2);
    assert.deepEqual((await check()).text, { key, params: { ...params, others: 1 } });
    await other.close();
    await stateOf(coordinationNode().open(), (state) => state.name === "connected" && state.members === 1);
  });

  it("sends no faster than its rate", async () => {
    const quiet = await load({ url: redis.url }, { account: { rate: 20 } });
    await isThere();
    for (let n = 0; n < 30; n++) quiet.send({ payload: fade });
    await quiet.until(() => quiet.arrivals.length === 30);
    const [first = 0, ...rest] = simulation.simulator.executions.map(({ at }) => at);
    assert.ok(rest.at(-1)! - first >= 1300, "29 calls at 20 a second");
  });

  it("goes on while Redis is away: one warning, one status of each node, and it recovers by itself", async () => {
    const own = await TestRedis.start();
    try {
      const flow = await load({ url: own.url });
      await isThere();
      const warnings = warningsOf("coordination");
      const logs = saidBy("coordination", "log");
      const statuses = statusesOf(flow.node);
      const config = statusesOf(coordinationNode());
      await own.kill();
      const trouble = /status\.redis-away$/;
      await eventually(
        () => trouble.test(statuses.at(-1)?.text ?? "") && trouble.test(config.at(-1)?.text ?? ""),
      );
      for (let n = 0; n < 20; n++) assert.equal((await flow.run({ payload: fade })).port, "result");
      const step = await check();
      assert.equal(step.state, "warning");
      assert.equal(step.hint, "hints.redis-unreachable");
      await own.startAgain();
      await isThere();
      assert.equal((await flow.run({ payload: fade })).port, "result");
      await eventually(() => statuses.at(-1)?.text?.startsWith("✓") === true);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /fixed share.*127\.0\.0\.1/);
      assert.equal(logs.length, 1);
    } finally {
      await own.stop();
    }
  });

  it("warns of another cause while Redis is away, and of none twice", async () => {
    const own = await TestRedis.start();
    try {
      await load({ url: own.url });
      await isThere();
      const warnings = warningsOf("coordination");
      const isAwayFor = (code: string): Promise<unknown> =>
        stateOf(coordinationNode().open(), (state) => state.name === "away" && state.failure.code === code);
      await own.kill();
      await isAwayFor("redis-unreachable");
      await own.startAgain("--requirepass", password);
      await isAwayFor("redis-refused");
      await eventually(() => warnings.length === 2, 5000);
      assert.match(warnings[1]!, /refuses the login/);
      await own.kill();
      await isAwayFor("redis-unreachable");
      await own.startAgain("--requirepass", password);
      await isAwayFor("redis-refused");
      // A warning is seen a little after it was given.
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(warnings.length, 2);
    } finally {
      await own.stop();
    }
  });

  it("its receiving nodes show as well that Redis is away, and the trouble of the subscription first", async () => {
    const own = await TestRedis.start();
    const amqp = await AmqpServer.start();
    try {
      const wait = { id: "wait", z: "tab", x: 1, y: 1, type: "aliyun-iot-wait-until", ...lamp };
      await load(
        { url: own.url },
        {
          more: [
            subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`),
            ...listening("in", "heard"),
            {
              ...wait,
              subscription: "subscription",
              kind: "property",
              identifier: "Level",
              identifierType: "str",
            },
          ],
          timings: { first: 1, maxMs: 20, perMinute: 1000 },
        },
      );
      await isThere();
      const warnings = ["coordination", "subscription", "in", "wait"].map((id) => warningsOf(id));
      const [of, inOf, waitOf] = ["subscription", "in", "wait"].map((id) => statusesOf(helper.getNode(id)));
      const receiving = [of!, inOf!];
      await eventually(() => receiving.every((all) => all.at(-1)?.text?.endsWith(".connected") === true));
      await own.kill();
      for (const all of [...receiving, waitOf!])
        await eventually(() => all.at(-1)?.text?.endsWith("status.redis-away-messages") === true);
      amqp.send(property("m"));
      await amqp.until(() => amqp.accepted.includes("m"));
      await own.startAgain();
      await isThere();
      for (const all of receiving) await eventually(() => all.at(-1)?.text?.endsWith(".connected") === true);
      await eventually(() => waitOf!.at(-1)?.text === undefined);
      assert.equal(warnings.flat().length, 1);
      // One change to it, and one back.
      for (const all of receiving)
        assert.equal(all.filter(({ text }) => text?.endsWith("redis-away-messages")).length, 1);
    } finally {
      await unload();
      await amqp.close();
      await own.stop();
    }
  });

  it("is of use before Redis is there for the first time", async () => {
    const own = await TestRedis.start();
    await own.kill();
    try {
      const flow = await load({ url: own.url });
      assert.equal((await flow.run({ payload: fade })).port, "result");
      await own.startAgain();
      await isThere();
      assert.equal((await flow.run({ payload: fade })).port, "result");
    } finally {
      await own.stop();
    }
  });

  it("says which password is wrong, and shows none", async () => {
    const own = await TestRedis.start("--requirepass", password);
    try {
      for (const [typed, isRight] of [
        [`${password}2`, false],
        ["", false],
        [password, true],
      ] as const) {
        const flow = await load({ url: own.url }, { moreCredentials: { coordination: { password: typed } } });
        const warnings = warningsOf("coordination");
        const state = await stateOf(coordinationNode().open(), ({ name }) => name !== "connecting");
        assert.equal(state.name, isRight ? "connected" : "away");
        if (state.name === "away") assert.equal(state.failure.code, "redis-refused");
        assert.equal((await flow.run({ payload: fade })).port, "result");
        const shown = JSON.stringify([warnings, state, await check(), flow.arrivals.map(({ msg }) => msg)]);
        assert.ok(!shown.includes(password), shown);
      }
    } finally {
      await own.stop();
    }
  });

  const wrong: [what: string, settings: object, said: RegExp][] = [
    ["no URL", {}, /no URL/],
    ["another scheme", { url: "http://127.0.0.1:6379" }, /of the form/],
    ["a path", { url: "redis://127.0.0.1:6379/0/1" }, /of the form/],
    ["a password in the URL", { url: `redis://me:${password}@127.0.0.1` }, /do not belong in the URL/],
    ["plain text to another machine", { url: "redis://redis.example:6379" }, /unencrypted/],
    ["a prefix with a space", { url: "redis://127.0.0.1", prefix: "a b" }, /prefix/],
    ["a variable that is not set", { url: "${REDIS_URL_NOT_SET}" }, /REDIS_URL_NOT_SET/],
    ["a TLS configuration that is not there", { url: "rediss://127.0.0.1", tls: "none" }, /TLS/],
  ];
  for (const [what, settings, said] of wrong) {
    it(`with ${what}: one error at deploy, and calls go on`, async () => {
      const flow = await load(settings);
      const errors = saidBy("coordination", "error");
      assert.equal((await flow.run({ payload: fade })).port, "result");
      const state = coordinationNode().open().state;
      assert.equal(state.name, "away");
      const step = await check();
      assert.equal(step.state, "warning");
      await eventually(() => errors.length > 0);
      assert.equal(errors.length, 1);
      assert.match(errors[0]!, said);
      assert.ok(!JSON.stringify([errors, step]).includes(password));
    });
  }

  it("that does not exist: one error, and calls go on", async () => {
    const flow = await simulation.flowWith({ coordination: "gone" });
    const errors = saidBy("account", "error");
    assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(errors.length, 1);
    assert.match(errors[0]!, /does not exist/);
    assert.deepEqual(await check("gone"), {
      step: "redis",
      state: "warning",
      text: { key: "errors.coordination-undeployed" },
    });
  });

  it("asks for ioredis by name where it is not installed, and calls go on", async () => {
    const loader = Module as unknown as { _load(name: string, ...rest: unknown[]): unknown };
    const loading = stub(loader, "_load").callsFake((name, ...rest) => {
      if (name !== "ioredis") return loading.wrappedMethod.call(loader, name, ...rest);
      throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
    });
    try {
      const flow = await load({ url: redis.url });
      const warnings = warningsOf("coordination");
      await eventually(() => warnings.length > 0);
      assert.match(warnings[0]!, /npm install ioredis/);
      assert.equal((await flow.run({ payload: fade })).port, "result");
    } finally {
      loading.restore();
    }
  });
});

describe("which account it is that several Node-REDs share", () => {
  const endpoint = new URL("https://iot.cn-shanghai.aliyuncs.com");
  const typed = { credentialType: "access_key", roleArn: "", roleName: "" };
  const of = (instanceId: string, more: object = {}, keyId = "key1"): string =>
    accountIdentity(endpoint, instanceId, { ...typed, ...more }, keyId);

  it("the instance says it, whichever key is used, else the key or the role", () => {
    assert.equal(of("iot-1"), of("iot-1", { credentialType: "sts" }, "key2"));
    assert.notEqual(of("iot-1"), of("iot-2"));
    assert.notEqual(of(""), of("", {}, "key2"));
    const role = { credentialType: "ram_role_arn", roleArn: "acs:ram::1:role/a" };
    assert.equal(of("", role), of("", role, "key2"));
    assert.notEqual(of("", role), of("", { ...role, roleArn: "acs:ram::2:role/a" }));
    assert.notEqual(
      of("iot-1"),
      accountIdentity(new URL("https://iot.cn-beijing.aliyuncs.com"), "iot-1", typed, ""),
    );
  });

  it("no key can be read in the name", () => {
    assert.match(of("", {}, "LTAI5tSecretLooking"), /^[0-9a-f]{32}$/);
  });
});
