import assert from "node:assert/strict";
import type { Text } from "../../lib/base/failure";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Catalog } from "../../lib/look-up/catalog";
import type { CheckStep } from "../../lib/look-up/connection-check";
import { checkClientPrefix, checkSubscription } from "../../lib/look-up/subscription-check";
import { type AccessKeyDefinition, type FaultDefinition, Simulator } from "../../lib/simulator/simulator";
import type { AmqpEndpoint } from "../../lib/subscription/amqp-socket";
import { signLogin } from "../../lib/subscription/login";
import { tryLogin } from "../../lib/subscription/login-check";
import { Subscriber } from "../simulator/messages/amqp-client";
import { AmqpServer, type ServerOptions } from "../subscription/amqp-server";
import { translate } from "../support/catalog";
import { smallSample } from "../support/small-sample";

const key: AccessKeyDefinition = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const status = "QueryConsumerGroupStatus";
const list = "QueryConsumerGroupList";

interface Trial {
  /** The key as the simulator has it. */
  has?: Partial<AccessKeyDefinition>;
  /** The key as the account has it. */
  typed?: { accessKeyId?: string; accessKeySecret?: string; securityToken?: string };
  instanceOf?: string;
  group?: string;
  fault?: FaultDefinition;
  /** Where AMQP is, instead of the simulator. */
  host?: string;
  amqp?: ServerOptions;
  isHostOfUid?: boolean;
  ownClients?: string[];
}

describe("the check of a subscription", function () {
  this.timeout(40_000);
  const closing: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const one of closing.splice(0).toReversed()) await one.close();
  });

  async function start(trial: Trial): Promise<Simulator> {
    const simulator = await Simulator.start({
      definition: {
        ...smallSample,
        accessKeys: [{ ...key, ...trial.has }],
        instanceId: trial.instanceOf ?? "",
        consumerGroups: ["house-7"],
        faults: trial.fault ? [trial.fault] : [],
      },
    });
    closing.push(simulator);
    return simulator;
  }

  async function endpointOf(trial: Trial, simulator: Simulator): Promise<AmqpEndpoint> {
    if (trial.amqp) {
      const server = await AmqpServer.start(trial.amqp);
      closing.push({ close: () => server.close() });
      return server.endpoint;
    }
    const url = new URL(await simulator.openAmqp());
    return { host: trial.host ?? url.hostname, port: Number(url.port), tls: undefined };
  }

  async function check(trial: Trial, running?: Simulator): Promise<CheckStep[]> {
    const simulator = running ?? (await start(trial));
    const credentials = { ...key, ...trial.typed };
    const client = new Client({
      endpoint: new URL(simulator.endpoint),
      credentials: typedCredentials({
        credentialType: trial.typed?.securityToken ? "sts" : "access_key",
        ...credentials,
      }),
      timeout: 10_000,
    });
    closing.push(client);
    const endpoint = await endpointOf(trial, simulator);
    const consumerGroupId = trial.group ?? "house-7";
    const steps = await checkSubscription({
      client,
      catalog: new Catalog(client),
      consumerGroupId,
      isHostOfUid: trial.isHostOfUid ?? false,
      ownClients: new Set(trial.ownClients),
      login: () => {
        const settings = { clientId: `${checkClientPrefix}1`, consumerGroupId, instanceId: "" };
        const login = signLogin(settings, credentials, Date.now() + client.clockOffsetMs);
        return tryLogin(endpoint, login, new AbortController().signal);
      },
    });
    const said = steps.flatMap(({ text, hint, hintParams }) => [
      text,
      hint && { key: hint, ...(hintParams && { params: hintParams }) },
    ]);
    for (const language of ["en-US", "zh-CN"]) {
      for (const text of said) if (text) assert.match(localized(language, text), /^[^_]+$/);
    }
    assert.ok(!JSON.stringify(steps).includes(key.accessKeySecret));
    return steps;
  }

  const wrongOnes = (steps: CheckStep[]): string[] =>
    steps
      .filter(({ state }) => state !== "ok")
      .map(({ step, state, hint }) => `${step} ${state} ${hint ?? ""}`.trimEnd());

  it("finds a subscription right that works", async () => {
    const steps = await check({});
    assert.deepEqual(
      steps.map(({ step, state, action = "" }) => `${step} ${state} ${action}`.trimEnd()),
      ["settings ok", "key ok", "instance ok", "host ok", "group ok", "permission ok sub", "clients ok"],
    );
  });

  const causes: [string, Trial, string][] = [
    ["an unknown key", { typed: { accessKeyId: "nobody" } }, "key failed hints.access-key-id"],
    ["a wrong secret", { typed: { accessKeySecret: "wrong" } }, "key failed hints.access-key-secret"],
    ["a disabled key", { has: { inactive: true } }, "key failed hints.access-key-disabled"],
    [
      "an expired token",
      { has: { securityToken: "token", expired: true }, typed: { securityToken: "token" } },
      "key failed hints.token-expired",
    ],
    ["a missing instance id", { instanceOf: "iot-060a0abc" }, "instance failed hints.instance"],
    ["an unknown group", { group: "nobody" }, "group failed hints.group-unknown"],
    ["iot:sub that is missing", { has: { deny: ["sub"] } }, "permission failed hints.sub-permission"],
    [
      "iot:sub that is missing, or an account id of somebody else",
      { has: { deny: ["sub"] }, isHostOfUid: true },
      "permission failed hints.sub-permission-uid",
    ],
    [
      "iot:sub that is missing, from the list of groups alone",
      { has: { deny: ["sub", status] } },
      "permission failed hints.sub-permission",
    ],
    [
      "an unknown group, from the list of groups alone",
      { has: { deny: [status] }, group: "nobody" },
      "group failed hints.group-unknown",
    ],
    [
      "no single cause where the API may not be asked",
      { has: { deny: ["sub", status, list] } },
      "login failed hints.subscription-refused",
    ],
    ["a host that is not there", { host: "amqp.nowhere.invalid" }, "host failed hints.subscription-host"],
    [
      "an account id or a region for which there is no host",
      { host: "1.iot-amqp.cn-nowhere.invalid", isHostOfUid: true },
      "host failed hints.subscription-uid",
    ],
    ["a host that nobody serves", { host: "127.0.0.2" }, "host failed hints.subscription-reach"],
    [
      "an unknown group where the server hangs up later instead of refusing the login",
      { amqp: { onReceiver: (connection) => connection.close() }, group: "nobody" },
      "group failed hints.group-unknown",
    ],
    [
      "an unknown group where the server refuses the receiver",
      {
        amqp: {
          onReceiver: (_connection, sender) =>
            sender.close({ condition: "amqp:not-found", description: "?" }),
        },
        group: "nobody",
      },
      "group failed hints.group-unknown",
    ],
    [
      "a server that hangs up, in its own words",
      {
        amqp: {
          onOpen: (connection) => connection.close({ condition: "amqp:internal-error", description: "" }),
        },
      },
      "host failed",
    ],
  ];
  for (const [cause, trial, expected] of causes) {
    it(`names ${cause}, once`, async () => {
      assert.deepEqual(wrongOnes(await check(trial)), [expected]);
    });
  }

  it("works for a key that may not see the other clients, and says how to see them", async () => {
    const steps = await check({ has: { deny: [status, list] } });
    assert.deepEqual(wrongOnes(steps), ["clients warning hints.permission-action"]);
  });

  it("believes a login that works, whatever the API says", async () => {
    const steps = await check({ fault: { fault: "server-error" } });
    assert.deepEqual(wrongOnes(steps), []);
    assert.ok(steps.some(({ step }) => step === "permission"));
  });

  it("says by how much the clock is off, and logs in with the platform's time", async () => {
    const steps = await check({ fault: { fault: "wrong-clock", clockOffsetMs: 7_200_000 } });
    assert.deepEqual(wrongOnes(steps), ["clock warning hints.clock-mended"]);
  });

  it("names the clients that share the messages, but not those of this Node-RED", async () => {
    const simulator = await start({});
    const endpoint = await simulator.openAmqp();
    const group = { consumerGroupId: "house-7" };
    for (const clientId of ["mine", "elsewhere"]) {
      const subscriber = await Subscriber.connect(endpoint, { ...group, clientId });
      closing.push(subscriber);
    }
    const steps = await check({ ownClients: ["mine"] }, simulator);
    assert.deepEqual(wrongOnes(steps), ["clients warning hints.group-clients"]);
    const text = steps.at(-1)?.text as Text;
    assert.deepEqual(text.params, { clients: "elsewhere" });
  });

  it("takes no message away from a running subscription, and does not end it", async () => {
    const simulator = await start({});
    const group = { consumerGroupId: "house-7", clientId: "running" };
    const running = await Subscriber.connect(await simulator.openAmqp(), group);
    // Each message waits until every group has it.
    closing.push(running, await Subscriber.connect(await simulator.openAmqp()));
    const own = { ownClients: ["running"] };
    const state = { isOver: false };
    const checks = Promise.all([check(own, simulator), check(own, simulator)]).then((steps) => {
      state.isOver = true;
      return steps;
    });
    let sent = 0;
    while (!state.isOver) {
      sent++;
      await simulator.subscription.publish("/a1/b/user/update", { sent });
    }
    for (const steps of await checks) assert.deepEqual(wrongOnes(steps), []);
    await running.count(sent);
    assert.equal(running.received.length, sent);
    const group7 = simulator.subscription.state().groups.find((one) => one.consumerGroupId === "house-7");
    assert.equal(group7?.delivered, sent);
    assert.deepEqual(
      group7?.connections.map(({ clientId }) => clientId),
      ["running"],
    );
  });

  it("logs out at once when it is cancelled", async () => {
    const server = await AmqpServer.start({ admit: () => new Promise(() => undefined) });
    closing.push({ close: () => server.close() });
    const leaving = new AbortController();
    const settings = { clientId: "me", consumerGroupId: "g", instanceId: "" };
    const trying = tryLogin(server.endpoint, signLogin(settings, key, Date.now()), leaving.signal);
    setImmediate(() => leaving.abort());
    assert.equal((await trying)?.code, "closed");
    const ended = await tryLogin(server.endpoint, signLogin(settings, key, Date.now()), leaving.signal);
    assert.equal(ended?.code, "closed");
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
