import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { AmqpServer, property, reply } from "../subscription/amqp-server";
import { AsyncPlatform } from "../support/async-platform";
import {
  type Arrival,
  eventually,
  key,
  lamp,
  listening,
  type Message,
  statusesOf,
  subscriptionAt,
  TestFlow,
  unload,
  warningsOf,
} from "../support/nodes";

type Config = Record<string, unknown>;

describe("several subscription nodes", () => {
  let amqp: AmqpServer;
  const heard: [node: string, messageId: unknown][] = [];

  beforeEach(async () => {
    amqp = await AmqpServer.start();
    heard.length = 0;
  });

  afterEach(async () => {
    await unload();
    await amqp.close();
  });

  const at = (id: string, more: Config = {}): Config =>
    subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`, { id, ...more });

  /** A message-in node named after its subscription. */
  const hearing = (subscription: string, more: Config = {}): Config[] =>
    listening(`in-${subscription}`, `${subscription}-out`, { subscription, ...more });

  async function load(subscriptions: Config[], more: Config[] = [], options: object = {}): Promise<TestFlow> {
    const ids = subscriptions.map(({ id }) => String(id));
    const nodes = ids
      .filter((id) => !more.some((node) => node["id"] === `in-${id}`))
      .flatMap((id) => hearing(id));
    const flow = await TestFlow.load({
      credentials: key,
      ...options,
      more: [...subscriptions, ...nodes, ...more],
    });
    for (const id of ids) {
      helper.getNode(`${id}-out`).on("input", (msg) => {
        heard.push([id, (msg as Message & { message: Config }).message["messageId"]]);
        amqp.changed();
      });
    }
    return flow;
  }

  const clients = (): string[] => amqp.logins.map(({ username }) => username.split("|")[0]!);
  const allHeard = (count: number): Promise<void> => amqp.until(() => heard.length === count);

  it("of one account and group share a connection, and everybody hears everything", async () => {
    await load([at("sub-b"), at("sub-a"), at("sub-c")]);
    amqp.send(property("m1"), property("m2"));
    await allHeard(6);
    assert.deepEqual(heard.map((one) => one.join(" ")).sort(), [
      "sub-a m1",
      "sub-a m2",
      "sub-b m1",
      "sub-b m2",
      "sub-c m1",
      "sub-c m2",
    ]);
    await amqp.until(() => amqp.accepted.length === 2);
    const [together, ...others] = clients();
    assert.deepEqual(others, []);
    await unload();
    amqp.logins.length = 0;
    // The one with the lowest id logs in, in whatever order they stand in the flow.
    await load([at("sub-a")]);
    await amqp.until(() => amqp.logins.length === 1);
    assert.deepEqual(clients(), [together]);
  });

  it("use the client id of the node with the lowest id, and the largest credits", async () => {
    await load(
      [at("sub-b", { clientId: "second", credits: 7 }), at("sub-a", { clientId: "first", credits: 3 })],
      hearing("sub-b", { acknowledge: "flow" }),
    );
    amqp.send(...Array.from({ length: 20 }, (_, index) => property(`m${index}`)));
    await allHeard(14);
    assert.equal(amqp.maxOpen, 7);
    assert.deepEqual(clients(), ["first"]);
  });

  it("with the same client id work within an account", async () => {
    const flow = await load([at("sub-a", { clientId: "house" }), at("sub-b", { clientId: "house" })]);
    amqp.send(property("m1"));
    await allHeard(2);
    assert.deepEqual([clients(), flow.arrivals.length], [["house"], 0]);
  });

  it("show the same state, and each reports a refusal to its flows", async () => {
    await amqp.close();
    let isWanted = false;
    amqp = await AmqpServer.start({ admit: () => isWanted });
    const flow = await load([at("sub-a"), at("sub-b")], [], {
      timings: { first: 1, refused: 1, maxRefusedLength: 1 },
    });
    const [one, other] = ["in-sub-a", "in-sub-b"].map((id) => statusesOf(helper.getNode(id)));
    for (const statuses of [one!, other!]) {
      await eventually(() => statuses.some(({ text }) => text?.endsWith("status.refused")));
    }
    isWanted = true;
    for (const statuses of [one!, other!]) {
      await eventually(() => statuses.at(-1)?.text === "node-red:common.status.connected");
    }
    assert.equal(amqp.logins.length, amqp.connections);
    assert.deepEqual(
      flow.arrivals.map(({ port }) => port),
      ["catch", "catch"],
    );
  });

  for (const [what, more] of [
    ["consumer group", { consumerGroupId: "OTHER_GROUP" }],
    ["host", { endpoint: "" }],
  ] as const) {
    it(`with a different ${what} have connections of their own`, async () => {
      const other = await AmqpServer.start();
      try {
        const endpoint = what === "host" ? { endpoint: `amqp://127.0.0.1:${other.endpoint.port}` } : {};
        await load([at("sub-a"), at("sub-b", { ...more, ...endpoint })]);
        await eventually(() => amqp.logins.length + other.logins.length === 2);
      } finally {
        await unload();
        await other.close();
      }
    });
  }

  const twoAccounts = (more: Config = {}): [Config[], Config[], object] => [
    [at("sub-a", { name: "first", ...more }), at("sub-b", { name: "second", account: "account2", ...more })],
    [{ id: "account2", type: "aliyun-iot-account" }],
    { moreCredentials: { account2: key } },
  ];

  it("of two accounts in one group warn at deploy that messages are split", async () => {
    const warnings: string[] = [];
    const loading = load(...twoAccounts());
    const flow = await loading;
    for (const id of ["sub-a", "sub-b"]) {
      helper
        .getNode(id)
        .on("call:warn" as never, (({ args }: { args: [string] }) => warnings.push(args[0])) as never);
    }
    await amqp.until(() => amqp.logins.length === 2);
    await eventually(() => warnings.length > 0);
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /“(first|second)” of this Node-RED also receives messages of the consumer group DEFAULT_GROUP/,
    );
    assert.equal(flow.arrivals.length, 0);
  });

  // Nothing listens there: what counts is what they are told to share.
  const sharing = (more: Config = {}): Config => ({
    type: "aliyun-iot-coordination",
    url: "redis://127.0.0.1:1",
    ...more,
  });
  for (const [what, others, isSplit] of [
    ["one coordination", {}, false],
    ["two coordinations with the same Redis", sharing({ id: "coordination2" }), false],
    ["coordinations with different prefixes", sharing({ id: "coordination2", prefix: "other" }), true],
    ["a coordination, and the other none", { id: "" }, true],
  ] as const)
    it(`of two accounts in one group ${isSplit ? "" : "do not "}warn where they have ${what}`, async () => {
      const [subscriptions, accounts] = twoAccounts();
      const coordination2 = "id" in others ? others["id"] : "coordination";
      await load(
        subscriptions,
        [
          ...accounts.map((node) => ({ ...node, instanceId: "iot-1", coordination: coordination2 })),
          sharing({ id: "coordination" }),
          ...("url" in others ? [others] : []),
        ],
        {
          account: { instanceId: "iot-1", coordination: "coordination" },
          moreCredentials: { account2: key },
        },
      );
      const warnings = ["sub-a", "sub-b"].map((id) => warningsOf(id));
      await amqp.until(() => amqp.logins.length === 2);
      await eventually(() => warnings.flat().length === (isSplit ? 1 : 0));
      for (const warning of warnings.flat()) assert.match(warning, /also receives messages/);
    });

  it("of two accounts with the same client id and group: the second reports it", async () => {
    const flow = await load(...twoAccounts({ clientId: "house" }));
    await flow.until(() => flow.arrivals.length > 0);
    assert.match(flow.arrivals[0]?.msg.error?.message ?? "", /“(first|second)” already uses this client ID/);
    await amqp.until(() => amqp.sender !== undefined);
    assert.equal(amqp.connections, 1);
  });

  it("do not warn within an account", async () => {
    await load([at("sub-a"), at("sub-b"), at("sub-c", { consumerGroupId: "OTHER_GROUP" })]);
    const warnings = ["sub-a", "sub-b", "sub-c"].map((id) => warningsOf(id));
    await amqp.until(() => amqp.logins.length === 2);
    assert.deepEqual(warnings.flat(), []);
  });

  it("of a simulator receive every message", async () => {
    await load(
      [at("sub-a", { endpoint: "", consumerGroupId: "" }), at("sub-b", { consumerGroupId: "of-the-cloud" })],
      [],
      { account: { platform: "simulator" } },
    );
    // The sample's room sensor posts by itself.
    await eventually(() => heard.length >= 2);
    await eventually(() => {
      const idsOf = (node: string): string =>
        heard
          .filter(([one]) => one === node)
          .map(([, id]) => id)
          .join();
      return idsOf("sub-a") === idsOf("sub-b");
    });
  });

  it("bring every call its own reply", async () => {
    const platform = await AsyncPlatform.start();
    const second = {
      id: "second",
      z: "tab",
      x: 1,
      y: 1,
      type: "aliyun-iot-invoke-service",
      ...lamp,
      account: "account",
      awaitReply: true,
      subscription: "subscription2",
      wires: [["result"], ["failure"]],
    };
    try {
      const flow = await TestFlow.load(
        platform.flow({ more: [platform.subscription({ id: "subscription2" }), second] }),
      );
      for (let n = 0; n < 50; n++) {
        flow.send({ payload: { n }, n });
        helper.getNode("second").receive({ payload: { n: n + 100 }, n: n + 100 });
      }
      await platform.until(() => platform.calls.length === 100);
      platform.amqp.send(...platform.calls.map((call) => platform.reply(call)), reply("1", {}, "foreign"));
      await flow.until(() => flow.arrivals.length === 100);
      const wrong = flow.arrivals.filter(
        ({ port, msg }: Arrival) =>
          port !== "result" || Object(msg.payload).n !== (msg as unknown as { n: number }).n,
      );
      assert.deepEqual(wrong, []);
      assert.equal(platform.amqp.connections, 1);
    } finally {
      await unload();
      await platform.close();
    }
  });
});
