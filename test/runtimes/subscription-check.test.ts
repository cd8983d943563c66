import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { Simulator } from "../../lib/simulator/simulator";
import { AmqpServer } from "../subscription/amqp-server";
import { eventually } from "../support/nodes";
import { packageRoot } from "../support/npm";
import { type Runtime, startRuntime } from "../support/runtime";

const stored = "__PWRD__";
const secret = "stored-secret-of-the-home";
const ok = ["settings", "key", "instance", "host", "group", "permission", "clients"].map(
  (step) => `${step} ok`,
);

type Fields = Record<string, unknown>;

interface Step {
  step: string;
  state: string;
  text?: { key?: string };
}

for (const version of [4, 5] as const) {
  describe(`the check of a subscription that nobody has deployed, in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let thief: AmqpServer;
    let amqp: string;
    let away: string;

    before(async () => {
      thief = await AmqpServer.start();
      away = `amqp://127.0.0.1:${thief.endpoint.port}`;
      const accessKeys = [{ accessKeyId: "home", accessKeySecret: secret }];
      const consumerGroups = ["house-7", "of-a-variable"];
      simulator = await Simulator.start({
        definition: { ...sampleDefinition(), accessKeys, consumerGroups },
      });
      amqp = await simulator.openAmqp();
      const account = {
        type: "aliyun-iot-account",
        endpoint: simulator.endpoint,
        credentialType: "access_key",
      };
      const subscription = { type: "aliyun-iot-subscription", account: "home", consumerGroupId: "house-7" };
      const pem = (name: string): string =>
        readFileSync(path.join(packageRoot, "test/support/tls", name), "utf8");
      runtime = await startRuntime({
        version,
        env: { GROUP: "of-a-variable", HOST: away },
        flows: [
          { id: "tab", type: "tab" },
          { id: "home", ...account },
          { id: "other", ...account },
          { id: "house", ...subscription, endpoint: amqp },
          { id: "variable", ...subscription, endpoint: amqp, consumerGroupId: "${GROUP}" },
          { id: "elsewhere", ...subscription, account: "other", endpoint: away },
          { id: "tls", type: "tls-config", cert: "", key: "", ca: "" },
          {
            id: "heard",
            type: "aliyun-iot-message-in",
            z: "tab",
            subscription: "house",
            kind: "any",
            acknowledge: "auto",
            wires: [[]],
          },
        ],
        credentials: {
          home: { accessKeyId: "home", accessKeySecret: secret },
          other: { accessKeyId: "home", accessKeySecret: secret },
          tls: { certdata: pem("cert.pem"), keydata: pem("key.pem") },
        },
      });
      await eventually(() => running().length === 1);
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
      await thief?.close();
    });

    const running = () => simulator.subscription.state().groups.flatMap(({ connections }) => connections);

    const body = (changes: Fields = {}, credentials: Fields = {}, ids: Fields = {}): Fields => ({
      account: {
        id: ids["account"] ?? "home",
        properties: { endpoint: simulator.endpoint, credentialType: "access_key" },
        credentials: { accessKeyId: stored, accessKeySecret: stored, ...credentials },
      },
      subscription: {
        id: ids["subscription"] ?? "house",
        properties: { account: "home", endpoint: amqp, consumerGroupId: "house-7", ...changes },
      },
    });

    async function post(given: unknown, signal?: AbortSignal): Promise<{ status: number; text: string }> {
      const response = await fetch(`${runtime.url}/aliyun-iot/subscription-check`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(given),
        ...(signal && { signal }),
      });
      const text = await response.text();
      assert.ok(!text.includes(secret), text);
      return { status: response.status, text };
    }

    async function check(given: Fields): Promise<Step[]> {
      const { status, text } = await post(given);
      assert.equal(status, 200, text);
      return (JSON.parse(text) as { steps: Step[] }).steps;
    }

    const wrongOnes = (steps: Step[]): string[] =>
      steps.filter(({ state }) => state !== "ok").map(({ step, text }) => `${step} ${text?.key}`);

    it("finds the deployed one right, and leaves its connection alone", async () => {
      const before = running();
      const steps = await check(body());
      assert.deepEqual(
        steps.map(({ step, state }) => `${step} ${state}`),
        ok,
      );
      assert.deepEqual(running(), before);
    });

    it("checks what the form holds and not what is deployed", async () => {
      assert.deepEqual(wrongOnes(await check(body({ consumerGroupId: "nobody" }))), [
        "group errors.group-unknown",
      ]);
      assert.deepEqual(wrongOnes(await check(body({ consumerGroupId: "" }))), [
        "settings errors.subscription-blank",
      ]);
      const wrong = body({}, { accessKeyId: "home", accessKeySecret: "wrong" });
      assert.deepEqual(
        (await check(wrong)).map(({ step, state }) => `${step} ${state}`),
        ["settings ok", "key failed"],
      );
    });

    it("uses another client id than a client that is connected", async () => {
      const before = running();
      const { clientId } = before[0]!;
      await check(body({ clientId }));
      assert.deepEqual(running(), before);
    });

    it("resolves a variable only where it is deployed", async () => {
      const ids = { subscription: "variable" };
      assert.deepEqual(wrongOnes(await check(body({ consumerGroupId: "${GROUP}" }, {}, ids))), []);
      for (const change of [
        { consumerGroupId: "${HOME}" },
        { endpoint: "${HOST}" },
        { clientId: "$(GROUP)" },
      ]) {
        assert.deepEqual(wrongOnes(await check(body(change, {}, ids))), [
          "settings errors.undeployed-variable",
        ]);
      }
    });

    it("signs no login for a host of somebody's own with a stored secret", async () => {
      const before = thief.connections;
      const attacks = [
        body({ endpoint: away }),
        body({ endpoint: away }, {}, { subscription: "new" }),
        // Deployed with this host, but for another account.
        body({ endpoint: away, account: "other" }, {}, { subscription: "elsewhere" }),
        body({ endpoint: away }, {}, { subscription: "elsewhere" }),
        body({ endpoint: away }, { accessKeyId: "home" }),
        body({ endpoint: "evil.example" }),
        body({ endpoint: "iot-x.amqp.iothub.aliyuncs.com:5672" }),
        body({ endpoint: "iot-x.amqp.iothub.aliyuncs.com.evil.example" }),
      ];
      for (const attack of attacks) {
        assert.deepEqual(
          wrongOnes(await check(attack)),
          ["settings errors.undeployed-host"],
          JSON.stringify(attack),
        );
      }
      const withKey = body({ tls: "tls", endpoint: amqp });
      assert.deepEqual(wrongOnes(await check(withKey)), ["settings errors.undeployed-tls"]);
      assert.equal(thief.connections, before);
    });

    it("signs a login for any host with a secret that was typed, and ends it with the request", async () => {
      const slow = await AmqpServer.start({ admit: () => new Promise(() => undefined) });
      try {
        const endpoint = `amqp://127.0.0.1:${slow.endpoint.port}`;
        const typed = { accessKeyId: "home", accessKeySecret: secret };
        const leaving = new AbortController();
        const asked = post(body({ endpoint }, typed), leaving.signal).catch((error: Error) => error.name);
        await eventually(() => slow.logins.length === 1);
        assert.match(slow.logins[0]!.username, /^node-red-check-/);
        leaving.abort();
        assert.equal(await asked, "AbortError");
        await eventually(() => slow.openSockets === 0);
      } finally {
        await slow.close();
      }
    });

    it("refuses what no dialog sends", async () => {
      const good = body();
      const odd: unknown[] = [
        {},
        [],
        { account: good["account"] },
        { subscription: good["subscription"] },
        body({}, {}, { subscription: "home" }),
        body({}, {}, { account: "house" }),
        body({}, {}, { subscription: "a b" }),
        body({ consumerGroupId: "x".repeat(200_000) }),
        { ...good, subscription: { id: "house", properties: [] } },
      ];
      for (const given of odd)
        assert.equal((await post(given)).status, 400, JSON.stringify(given).slice(0, 200));
      for (const value of [7, null, true, {}, [["a"]]]) {
        const steps = await check(
          body({ consumerGroupId: value, clientId: value, endpoint: value, uid: value }),
        );
        assert.ok(steps.length > 0);
      }
    });
  });
}
