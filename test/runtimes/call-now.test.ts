import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { hashSync } from "bcryptjs";
import type { AuditRecord } from "../../lib/audit/record";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { type Runtime, startRuntime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";

type Fields = Record<string, unknown>;
interface Answer {
  outcome?: string;
  result?: string;
  isHidden?: boolean;
  dryRun?: boolean;
  durationMs?: number;
  messageId?: string;
  warnings?: { key: string }[];
  failure?: { code: string; text: { key: string }; hint?: { key: string } };
  failed?: { code: string; text: { key: string; params?: { name?: unknown } } };
  questions?: { key: string; name: unknown; source: string; kind: string }[];
  isDryRun?: boolean;
}

const password = "a password of the tests";
const secret = "the-secret-of-the-home";
const callPermission = "aliyun-iot-account.call";
const users: Record<string, string | string[]> = {
  admin: "*",
  caller: ["*.read", callPermission],
  writer: ["*.read", "*.write"],
  reader: "read",
};

for (const version of versions) {
  describe(`calls from the dialog, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    const tokens: Record<string, string> = {};
    const accounts: Record<string, Fields> = {};

    before(async () => {
      const definition = {
        ...sampleDefinition(),
        accessKeys: [{ accessKeyId: "testid", accessKeySecret: secret }],
      };
      simulator = await startSimulator(definition);
      const own = { endpoint: simulator.endpoint, credentialType: "access_key" };
      Object.assign(accounts, {
        home: { ...own, audit: "file", name: "Home" },
        strict: { ...own, allow: "*/light01/FadeTo", confirm: "*/*/FadeTo" },
        dry: { ...own, mode: "dry-run" },
        sample: { platform: "simulator" },
      });
      const key = { accessKeyId: "testid", accessKeySecret: secret };
      runtime = await startRuntime({
        version,
        flows: [
          { id: "tab", type: "tab", env: [{ name: "LEVEL", value: "secret-70", type: "str" }] },
          ...Object.entries(accounts).map(([id, fields]) => ({ id, type: "aliyun-iot-account", ...fields })),
          { id: "messages", type: "aliyun-iot-subscription", account: "sample" },
          {
            id: "invoke",
            z: "tab",
            x: 1,
            y: 1,
            ...call({ args: form({ Level: { type: "env", value: "LEVEL" } }), argsType: "form" }),
            type: "aliyun-iot-invoke-service",
            wires: [[], []],
          },
        ],
        credentials: { home: key, strict: key, dry: key },
        settings: {
          adminAuth: {
            type: "credentials",
            users: Object.entries(users).map(([username, permissions]) => ({
              username,
              permissions,
              password: hashSync(password, 4),
            })),
          },
        },
      });
      for (const username of Object.keys(users)) {
        const body = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password };
        const response = await fetch(`${runtime.url}/auth/token`, {
          method: "POST",
          body: new URLSearchParams(body),
        });
        tokens[username] = ((await response.json()) as { access_token: string }).access_token;
      }
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.stop();
    });

    const form = (members: Fields): string => JSON.stringify(members);
    const call = (more: Fields = {}): Fields => ({
      account: "home",
      target: "device",
      productKey: "a1BwAGV0001",
      productKeyType: "str",
      deviceName: "light01",
      deviceNameType: "str",
      service: "FadeTo",
      serviceType: "str",
      args: '{"Level": 30, "DurationMs": 5, "Curve": 1}',
      argsType: "json",
      ...more,
    });
    const bodyOf = (settings: Fields = {}, more: Fields = {}): Fields => {
      const complete = call(settings);
      return {
        node: { id: "invoke", flow: "tab", name: "the lamp" },
        settings: complete,
        account: accounts[String(complete["account"])] ?? {},
        call: randomUUID(),
        ...more,
      };
    };

    async function post(
      route: string,
      body: unknown,
      user: string | undefined = "caller",
    ): Promise<{ status: number; answer: Answer; text: string }> {
      const response = await fetch(`${runtime.url}/aliyun-iot/${route}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(user !== "" && { authorization: `Bearer ${tokens[user]}` }),
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        answer: text.startsWith("{") ? (JSON.parse(text) as Answer) : {},
      };
    }

    const callNow = async (settings: Fields = {}, more: Fields = {}, user?: string): Promise<Answer> => {
      const { status, answer, text } = await post("call-now", bodyOf(settings, more), user);
      assert.equal(status, 200, text);
      return answer;
    };
    const plan = async (settings: Fields): Promise<Answer> =>
      (await post("call-plan", bodyOf(settings))).answer;
    const executions = async (): Promise<{ service: string; args: unknown }[]> =>
      (await (await fetch(`${simulator.endpoint}/_simulator/executions`)).json()) as [];

    it("take a permission of their own: 403 for who may only read and write, 401 for who has not logged in", async () => {
      const before = (await executions()).length;
      for (const route of ["call-plan", "call-now"]) {
        for (const user of ["reader", "writer"]) {
          const { status, answer } = await post(route, bodyOf(), user);
          assert.equal(status, 403, user);
          assert.equal(answer.failed?.text.key, "errors.call-forbidden");
        }
        assert.equal((await post(route, bodyOf(), "")).status, 401);
        for (const user of ["admin", "caller"]) assert.equal((await post(route, bodyOf(), user)).status, 200);
      }
      assert.equal((await executions()).length, before + 2);
    });

    it("are carried out as those of a message: the device gets the args in the types of the thing model", async () => {
      const { outcome, result, durationMs } = await callNow();
      assert.equal(outcome, "done");
      assert.match(result ?? "", /OldLevel/);
      assert.ok(durationMs !== undefined);
      const { service, args } = (await executions()).at(-1)!;
      assert.equal(service, "FadeTo");
      assert.match(JSON.stringify(args), /30/);
      const wrong = await callNow({ args: '{"Level": 3000, "DurationMs": 5}' });
      assert.deepEqual([wrong.outcome, wrong.failure?.code], ["not-sent", "invalid-input"]);
      const warned = await callNow({ args: '{"Level": 3000, "DurationMs": 5}', check: "warn" });
      assert.deepEqual(
        warned.warnings?.map(({ key }) => key),
        ["errors.check-sent"],
      );
      const missing = await callNow({ deviceName: "nobody" });
      assert.equal(missing.outcome, "refused");
      assert.ok(missing.failure?.text && missing.failure.hint);
    });

    it("keep the account's rules; the user's confirmation counts", async () => {
      assert.equal((await callNow({ account: "strict" })).outcome, "done");
      const other = await callNow({ account: "strict", deviceName: "light02" });
      assert.equal(other.failure?.code, "not-allowed");
    });

    it("only show on a dry run what would be sent", async () => {
      const before = (await executions()).length;
      assert.equal((await plan({ account: "dry" })).isDryRun, true);
      const { dryRun, result } = await callNow({ account: "dry" });
      assert.equal(dryRun, true);
      assert.match(result ?? "", /"Identifier":"FadeTo".*30\.0/);
      assert.equal((await executions()).length, before);
    });

    it("stand in the account's audit with the user, and as calls of a dialog", async () => {
      await callNow();
      const file = path.join(runtime.userDir, "aliyun-iot", "audit-home.jsonl");
      const read = (): AuditRecord[] =>
        readFileSync(file, "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as AuditRecord);
      let records = read();
      // The outcome is written after the answer.
      while (records.at(-1)?.event !== "outcome") {
        await new Promise((resolve) => setTimeout(resolve, 20));
        records = read();
      }
      const last = records.slice(-2).map((record) => {
        assert.ok(record.event !== "gap");
        const { event, from, user, node, flow, identifiers } = record;
        return { event, from, user, node, flow, identifiers };
      });
      const common = {
        from: "dialog",
        user: "caller",
        node: { id: "invoke", type: "aliyun-iot-invoke-service", name: "the lamp" },
        flow: "tab",
        identifiers: ["FadeTo"],
      };
      assert.deepEqual(last, [
        { event: "sending", ...common },
        { event: "outcome", ...common },
      ]);
    });

    it("are not made with an account that is undeployed, or has changed", async () => {
      const before = (await executions()).length;
      const refusals: [Fields, Fields, string][] = [
        [{ account: "nowhere" }, {}, "errors.account-undeployed"],
        [{ account: "invoke" }, {}, "errors.account-undeployed"],
        [{}, { account: { ...accounts["home"], mode: "dry-run" } }, "errors.account-changed"],
        [{ account: "strict" }, { account: accounts["home"] }, "errors.account-changed"],
      ];
      for (const [settings, more, key] of refusals) {
        for (const route of ["call-plan", "call-now"]) {
          const { answer } = await post(route, bodyOf(settings, more));
          assert.equal(answer.failed?.text.key, key);
        }
      }
      assert.equal((await executions()).length, before);
    });

    it("ask for what a message would bring, and send what the user enters, digit by digit", async () => {
      const settings = {
        deviceName: "topic",
        deviceNameType: "msg",
        argsType: "form",
        args: form({
          Level: { type: "msg", value: "payload.level" },
          DurationMs: { type: "num", value: "5" },
          Curve: { type: "jsonata", value: "payload.curve + 1" },
        }),
      };
      const { questions = [] } = await plan(settings);
      assert.deepEqual(
        questions.map(({ key, source, kind }) => [key, source, kind]),
        [
          ["deviceName", "msg.topic", "text"],
          ["args:0", "msg.payload.level", "value"],
          ["args:1", "JSONata", "value"],
        ],
      );
      assert.deepEqual(questions[1]?.name, "Level");
      const values = {
        deviceName: { type: "str", value: "light01" },
        "args:0": { type: "num", value: "41.50" },
        "args:1": { type: "num", value: "2" },
      };
      const { outcome, failure } = await callNow(settings, { values });
      assert.equal(outcome, "done", JSON.stringify(failure));
      assert.match(JSON.stringify((await executions()).at(-1)), /41\.5/);
      const { answer } = await post(
        "call-now",
        bodyOf(settings, { values: { deviceName: values.deviceName } }),
      );
      assert.deepEqual(
        [answer.failed?.text.key, answer.failed?.text.params?.name],
        ["errors.call-missing", "Level"],
      );
      const whole = { args: "payload", argsType: "msg" };
      const asked = (await plan(whole)).questions ?? [];
      assert.deepEqual(
        asked.map(({ key, kind }) => [key, kind]),
        [["args", "args"]],
      );
      const args = { args: { type: "json", value: '{"Level": 22, "DurationMs": 5, "Curve": 0}' } };
      assert.equal((await callNow(whole, { values: args })).outcome, "done");
    });

    it("take values of the runtime only where the deployed node takes them, and show them to nobody", async () => {
      const level = (type: string, value: string, name = "Level"): Fields => ({
        argsType: "form",
        args: form({ [name]: { type, value }, DurationMs: { type: "num", value: "5" } }),
      });
      const asks = async (settings: Fields, more: Fields = {}): Promise<number | undefined> =>
        (await post("call-plan", bodyOf(settings, more))).answer.questions?.length;
      assert.equal(await asks(level("env", "LEVEL")), 0);
      const elsewhere = { node: { id: "new", flow: "tab", name: "" } };
      assert.equal(await asks(level("env", "LEVEL"), elsewhere), 1, "an undeployed node");
      assert.equal(await asks(level("env", "PATH")), 1, "another variable");
      assert.equal(await asks(level("env", "LEVEL", "Curve")), 1, "another parameter");
      assert.equal(await asks(level("flow", "LEVEL")), 1, "another source");
      assert.equal(await asks(level("jsonata", '$env("PATH")')), 1, "another expression");
      assert.equal(await asks({ deviceName: "${LEVEL}" }), 1);
      const { answer, text } = await post(
        "call-now",
        bodyOf({ account: "dry", check: "off", ...level("env", "LEVEL") }),
      );
      assert.equal(answer.isHidden, true);
      assert.match(answer.result ?? "", /FadeTo/);
      assert.doesNotMatch(text, /secret-70/);
      for (const check of ["error", "warn"]) {
        const checked = await post("call-now", bodyOf({ account: "dry", check, ...level("env", "LEVEL") }));
        assert.match(checked.text, /errors\.call-hidden/, check);
        assert.doesNotMatch(checked.text, /secret-70/);
      }
    });

    it("wait for the reply of an asynchronous service through the deployed subscription, else say that it was accepted", async () => {
      const scene = {
        Title: "Evening",
        Enabled: 1,
        ValidFrom: "1700000000000",
        Color: { Red: 1, Green: 2, Gamma: 1 },
        Levels: [1],
        Steps: [{ At: 1, Level: 2 }],
      };
      const scenes = { account: "sample", service: "LoadScenes", args: JSON.stringify(scene) };
      const accepted = await callNow(scenes);
      assert.match(accepted.result ?? "", /messageId/, JSON.stringify(accepted));
      const awaiting = { ...scenes, awaitReply: true, replyTimeout: 20 };
      const undeployed = await callNow({ ...awaiting, subscription: "nowhere" });
      assert.match(undeployed.result ?? "", /messageId/);
      const replied = await callNow({ ...awaiting, subscription: "messages" });
      assert.equal(replied.outcome, "done", JSON.stringify(replied));
      assert.doesNotMatch(replied.result ?? "", /messageId/);
    });

    it("are made once, however often they are asked for, and a few at a time", async () => {
      const before = (await executions()).length;
      const body = bodyOf();
      const twice = await Promise.all([post("call-now", body), post("call-now", body)]);
      assert.deepEqual(
        twice.map(({ status }) => status).sort((one, other) => one - other),
        [200, 409],
      );
      const many = await Promise.all(Array.from({ length: 12 }, () => post("call-now", bodyOf())));
      const statuses = many.map(({ status }) => status);
      assert.ok(statuses.includes(429) && statuses.includes(200), statuses.join());
      const made = 1 + statuses.filter((status) => status === 200).length;
      assert.equal((await executions()).length, before + made);
      assert.equal((await callNow()).outcome, "done");
    });

    it("go on when the browser leaves", async () => {
      const before = (await executions()).length;
      const leaving = new AbortController();
      const sent = fetch(`${runtime.url}/aliyun-iot/call-now`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${tokens["caller"]}` },
        body: JSON.stringify(bodyOf()),
        signal: leaving.signal,
      }).catch(() => undefined);
      setTimeout(() => leaving.abort(), 1);
      await sent;
      // The next call ends after it, since the account's queue is first in, first out.
      await callNow();
      assert.ok((await executions()).length >= before + 1);
      assert.ok(runtime.isRunning());
    });

    it("refuse what no dialog asks, with one text", async () => {
      const before = (await executions()).length;
      const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
      const many = Object.fromEntries(Array.from({ length: 2000 }, (_none, n) => [`k${n}`, n]));
      const hostile: unknown[] = [
        {},
        [],
        bodyOf({}, { node: "invoke" }),
        bodyOf({}, { node: { id: "../x", flow: "tab", name: "" } }),
        bodyOf({}, { node: { id: "invoke", flow: "tab", name: "x".repeat(5000) } }),
        bodyOf({}, { settings: [] }),
        bodyOf({}, { settings: call({ service: { a: 1 } }) }),
        bodyOf({}, { settings: call({ deviceName: "x".repeat(5000) }) }),
        bodyOf({ args: "x".repeat(1024 * 1024 + 1) }),
        bodyOf({}, { account: null }),
        bodyOf({}, { account: many }),
        bodyOf({}, { values: many }),
        bodyOf({}, { values: { args: "x" } }),
        bodyOf({}, { values: { args: { type: "env", value: "PATH" } } }),
        bodyOf({}, { values: { args: { type: "json", value: "x".repeat(300_000) } } }),
      ];
      for (const [n, body] of hostile.entries()) {
        for (const route of ["call-plan", "call-now"]) {
          const { status, answer } = await post(route, body);
          assert.equal(status, 400, `body ${n} ${route}`);
          assert.equal(answer.failed?.text.key, "errors.look-up-request");
        }
      }
      for (const id of [undefined, 5, "short", "x".repeat(65), ["a".repeat(20)]]) {
        assert.equal((await post("call-now", bodyOf({}, { call: id }))).status, 400);
      }
      const proto = JSON.stringify(bodyOf()).replace(
        '"settings":{',
        '"settings":{"__proto__":{"account":"dry"},',
      );
      assert.equal((await post("call-now", proto)).answer.outcome, "done");
      for (const args of [deep, `{"a":${deep}}`, '{"__proto__":{"type":"msg","value":"x"}}', "5", ""]) {
        const { status, answer } = await post("call-now", bodyOf({ args, argsType: "form", check: "off" }));
        assert.equal(status, 200);
        assert.ok(answer.failed ?? answer.failure, args.slice(0, 30));
      }
      assert.equal((await executions()).length, before + 1);
      assert.ok(runtime.isRunning());
    });
  });
}
