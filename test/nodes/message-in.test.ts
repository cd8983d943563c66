import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { AmqpServer, property, reply, type Sent } from "../subscription/amqp-server";
import {
  eventually,
  key,
  listening,
  type Message,
  statusesOf,
  subscriptionAt,
  TestFlow,
  unload,
  warningsOf,
} from "../support/nodes";

interface Received {
  node: string;
  msg: Message & { message: Record<string, unknown> };
}

describe("message-in node", () => {
  let amqp: AmqpServer;
  const received: Received[] = [];
  let waiting: (() => void)[] = [];

  beforeEach(async () => {
    amqp = await AmqpServer.start();
    received.length = 0;
    waiting = [];
  });

  afterEach(async () => {
    await unload();
    await amqp.close();
  });

  const subscription = (more: Record<string, unknown> = {}): Record<string, unknown> =>
    subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`, more);

  /** A message-in node with a helper node behind it that collects. */
  const withOutput = (id: string, more: Record<string, unknown> = {}): Record<string, unknown>[] =>
    listening(id, `${id}-out`, more);

  async function load(
    nodes: Record<string, unknown>[],
    options: Parameters<typeof TestFlow.load>[0] = {},
  ): Promise<TestFlow> {
    const flow = await TestFlow.load({
      credentials: key,
      ...options,
      more: [...(options.more ?? [subscription()]), ...nodes],
    });
    for (const { id } of nodes.filter(({ type }) => type === "helper")) {
      helper.getNode(id as string).on("input", (msg) => {
        received.push({ node: (id as string).replace("-out", ""), msg: msg as Received["msg"] });
        for (const wake of waiting.splice(0)) wake();
      });
    }
    return flow;
  }

  async function receivedCount(count: number): Promise<void> {
    while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  }

  const back = (node: string, messageId: unknown): void =>
    helper.getNode(node).receive({ payload: "done", message: { messageId } });

  const status = (messageId: string, deviceName = "light01", more: object = {}): Sent => ({
    messageId,
    topic: `/as/mqtt/status/a1BwAGV0001/${deviceName}`,
    body: { status: "offline", productKey: "a1BwAGV0001", deviceName, iotId: "i", ...more },
  });

  const post = (messageId: string, items: Record<string, unknown>): Sent => ({
    messageId,
    topic: "/a1BwAGV0001/light01/thing/event/property/post",
    body: { productKey: "a1BwAGV0001", deviceName: "light01", items },
  });

  it("receives the posts of one property, or only its value", async () => {
    const posts = { kind: "property", identifier: "Color" };
    await load([
      ...withOutput("posts", posts),
      ...withOutput("values", { ...posts, output: "value" }),
      ...withOutput("any", { identifier: "Color" }),
      ...withOutput("module", { kind: "property", identifier: "testFb:Color", output: "value" }),
    ]);
    amqp.send(post("m1", { Brightness: { value: 20, time: 1 } }));
    amqp.send(post("m2", { Color: { value: { Red: 1 }, time: 1 }, Brightness: { value: 20, time: 1 } }));
    amqp.send(post("m3", { toString: { value: 1, time: 1 }, "testFb:Color": { value: "9007199254740993" } }));
    await receivedCount(4);
    assert.deepEqual(
      received.map(({ node, msg }) => [node, msg.message["messageId"]]),
      [
        ["posts", "m2"],
        ["values", "m2"],
        ["any", "m2"],
        ["module", "m3"],
      ],
    );
    assert.ok("items" in (received[0]!.msg.payload as object));
    assert.deepEqual(received[1]!.msg.payload, { Red: 1 });
    assert.equal(received[3]!.msg.payload, "9007199254740993");
  });

  it("takes product, device and property from environment variables", async () => {
    const env = Object.entries({ PRODUCT: "a1BwAGV0001", DEVICE: "light01", PROPERTY: "Color" });
    const fields = { productKey: "${PRODUCT}", deviceName: "${DEVICE}", identifier: "${PROPERTY}" };
    await load([
      ...withOutput("in", { z: "place", kind: "property", output: "value", ...fields }),
      { id: "place", type: "tab", env: env.map(([name, value]) => ({ name, value, type: "str" })) },
    ]);
    amqp.send(post("m1", { Brightness: { value: 20, time: 1 } }));
    amqp.send(post("m2", { Color: { value: "red", time: 1 } }));
    await receivedCount(1);
    assert.equal(received[0]!.msg.payload, "red");
  });

  it("reports at deploy that the output `value` needs a property", async () => {
    for (const more of [{ kind: "property" }, { kind: "event", identifier: "Color" }, { kind: "any" }]) {
      const nodes = withOutput("in", { output: "value", ...more });
      await load(nodes);
      const { error } = helper.getNode("in") as unknown as { error: { args: unknown[][] } };
      assert.match(String(error.args[0]?.[0]), /choose the kind/);
      await unload();
    }
  });

  it("sends posts of a device into the flow, with their origin", async () => {
    await load(withOutput("in"));
    amqp.send(property("m1", 80));
    await receivedCount(1);
    const { payload, topic, message } = received[0]!.msg;
    assert.deepEqual(payload, {
      iotId: "i",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      items: { Level: { value: 80 } },
    });
    assert.equal(topic, "/a1BwAGV0001/light01/thing/event/property/post");
    const { generateTime, ...rest } = message;
    assert.deepEqual(rest, {
      kind: "property",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      iotId: "i",
      messageId: "m1",
      format: "json",
    });
    assert.equal(typeof generateTime, "number");
    await amqp.until(() => amqp.accepted.length === 1);
  });

  it("gives each of two nodes the messages that it selects, as separate objects", async () => {
    await load([
      ...withOutput("offline", { kind: "status" }),
      ...withOutput("light02", { deviceName: "light02" }),
      ...withOutput("everything"),
    ]);
    amqp.send(property("m1"), status("m2"), status("m3", "light02"), reply(5, {}, "m4"));
    await receivedCount(2 + 1 + 4);
    const idsOf = (node: string): unknown[] =>
      received.filter((one) => one.node === node).map(({ msg }) => msg.message["messageId"]);
    assert.deepEqual(idsOf("offline"), ["m2", "m3"]);
    assert.deepEqual(idsOf("light02"), ["m3"]);
    assert.deepEqual(idsOf("everything"), ["m1", "m2", "m3", "m4"]);
    const [one, other] = received.filter(({ msg }) => msg.message["messageId"] === "m2");
    assert.deepEqual(one!.msg.payload, other!.msg.payload);
    assert.notEqual(one!.msg.payload, other!.msg.payload);
    await amqp.until(() => amqp.accepted.length === 4);
  });

  it("passes on invalid JSON and custom formats", async () => {
    await load(withOutput("in"));
    const topic = "/a1BwAGV0001/light01/user/raw";
    amqp.send(
      { ...property("m1"), body: '{"items":' },
      { messageId: "m2", topic, body: Buffer.from([0xff, 0xfe, 0]) },
      { messageId: "m3", topic, body: "21.5 °C" },
    );
    await receivedCount(3);
    assert.deepEqual(
      received.map(({ msg }) => [msg.payload, msg.message["format"], msg.message["isBroken"]]),
      [
        ['{"items":', "text", true],
        [Buffer.from([0xff, 0xfe, 0]), "buffer", undefined],
        ["21.5 °C", "text", undefined],
      ],
    );
  });

  it("removes the secret from the message about a new device", async () => {
    await load(withOutput("in", { kind: "lifecycle" }));
    amqp.send({
      messageId: "m1",
      topic: "/a1BwAGV0001/light09/thing/lifecycle",
      body: { action: "create", productKey: "a1BwAGV0001", deviceName: "light09", deviceSecret: "dont-tell" },
    });
    await receivedCount(1);
    assert.ok(!JSON.stringify(received).includes("dont-tell"));
    assert.equal((received[0]!.msg.payload as { action: string }).action, "create");
  });

  it("drops a message that comes twice", async () => {
    await load(withOutput("in"));
    amqp.send(property("m1"), property("m1"), property("m2"), property("m1"));
    await amqp.until(() => amqp.accepted.length === 4);
    await receivedCount(2);
    assert.deepEqual(
      received.map(({ msg }) => msg.message["messageId"]),
      ["m1", "m2"],
    );
  });

  it("acknowledges when the flow sends the message back, whatever else has become of it", async () => {
    await load(withOutput("in", { acknowledge: "flow" }));
    amqp.send(property("m1"), property("m2"));
    await receivedCount(2);
    assert.deepEqual(amqp.accepted, []);
    back("in", "m2");
    await amqp.until(() => amqp.accepted.length === 1);
    back("in", "m1");
    await amqp.until(() => amqp.accepted.length === 2);
    assert.deepEqual(amqp.accepted, ["m2", "m1"]);
  });

  it("warns once about an unknown message that is returned to it, and continues", async () => {
    await load(withOutput("in", { acknowledge: "flow" }));
    const warnings = warningsOf("in");
    await amqp.until(() => amqp.sender !== undefined);
    for (const id of ["never-seen", undefined, 5, "never-seen"]) back("in", id);
    amqp.send(property("m1"));
    await receivedCount(1);
    back("in", "m1");
    await amqp.until(() => amqp.accepted.length === 1);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /never-seen/);
  });

  it("gets no more than the credits while the flow acknowledges nothing, and each message again", async () => {
    await load(withOutput("in", { acknowledge: "flow" }), {
      more: [subscription({ credits: "3" })],
      timings: { acknowledge: 200 },
    });
    const warnings = warningsOf("subscription");
    amqp.send(...["m1", "m2", "m3", "m4", "m5"].map((id) => property(id)));
    await receivedCount(3);
    await amqp.until(() => amqp.released.length === 5);
    assert.ok(amqp.maxOpen <= 3, `${amqp.maxOpen} open at once`);
    assert.deepEqual(amqp.accepted, []);
    await eventually(() => warnings.length > 0);
    assert.match(warnings[0]!, /did not return the message m1 /);
    assert.equal(warnings.length, 1);
    // The platform delivers it again, and this time the flow is quick; once more, and it is known as done.
    amqp.send(property("m1"));
    await receivedCount(6);
    back("in", "m1");
    await amqp.until(() => amqp.accepted.length === 1);
    amqp.send(property("m1"));
    await amqp.until(() => amqp.accepted.length === 2);
    assert.equal(received.length, 6);
  });

  it("joins a message that comes again to the one that the flow still works on", async () => {
    await load(withOutput("in", { acknowledge: "flow" }), { timings: { first: 1 } });
    amqp.send(property("m1"));
    await receivedCount(1);
    const before = amqp.connections;
    amqp.cut();
    await amqp.until(() => amqp.connections > before && amqp.openCount === 1);
    back("in", "m1");
    await amqp.until(() => amqp.accepted.length === 1);
    assert.equal(received.length, 1);
  });

  it("shows the state of the connection", async () => {
    await amqp.close();
    let isWanted = false;
    amqp = await AmqpServer.start({ admit: () => isWanted });
    const flow = await load(withOutput("in"), { timings: { first: 1, refused: 1, maxRefusedLength: 1 } });
    const statuses = statusesOf(helper.getNode("in"));
    await eventually(() => statuses.some(({ text }) => text?.endsWith("status.refused")));
    const refused = statuses.find(({ text }) => text?.endsWith("status.refused"));
    assert.deepEqual([refused?.fill, refused?.shape], ["red", "dot"]);
    // Catch nodes of the flows that use the subscription are told, once.
    await flow.until(() => flow.arrivals.length > 0);
    const { port, msg } = flow.arrivals[0]!;
    assert.equal(port, "catch");
    assert.match(msg.error?.message ?? "", /refuses the subscription.*iot:sub/);
    isWanted = true;
    await eventually(() => statuses.at(-1)?.text === "node-red:common.status.connected");
    assert.deepEqual([statuses.at(-1)?.fill, statuses.at(-1)?.shape], ["green", "dot"]);
    assert.ok(
      statuses.some(({ text, fill }) => text === "node-red:common.status.connecting" && fill === "yellow"),
    );
    assert.equal(flow.arrivals.length, 1);
  });

  for (const [name, nodes, expected] of [
    ["no subscription", { subscription: "" }, /No subscription is chosen/],
    ["a kind that does not exist", { kind: "bogus" }, /“bogus”, which this version does not support/],
    ["a variable that is not set", { deviceName: "${NOT_SET}" }, /variable NOT_SET, which is not set/],
  ] as const) {
    it(`says what is wrong with ${name}`, async () => {
      await load(withOutput("in", nodes));
      const node = helper.getNode("in") as unknown as { error: { args: [string][] } };
      assert.match(String(node.error.args.find(([text]) => expected.test(text))?.[0]), expected);
      assert.equal(amqp.connections, 0);
    });
  }

  for (const [name, wrong, expected] of [
    ["no account", { account: "" }, /no account/],
    ["no consumer group", { consumerGroupId: "" }, /no Consumer group/],
    ["a client id with a comma", { clientId: "a,b" }, /Client ID of the subscription is “a,b”/],
    ["a consumer group that no variable holds", { consumerGroupId: "${NOT_SET}" }, /variable NOT_SET/],
    ["a client id that no variable holds", { clientId: "$(NOT_SET)" }, /variable NOT_SET/],
    ["no credits", { credits: "0" }, /Credits must be a number from 1/],
    ["a host that is none", { endpoint: "http://nowhere" }, /AMQP host must be/],
    ["no host", { endpoint: "" }, /AMQP host cannot be determined/],
    ["a TLS configuration that is not there", { tls: "gone" }, /TLS configuration is missing/],
  ] as const) {
    it(`notifies Catch nodes of a subscription with ${name}`, async () => {
      const flow = await load(withOutput("in"), { more: [subscription(wrong)] });
      await flow.until(() => flow.arrivals.length > 0);
      assert.equal(flow.arrivals[0]?.port, "catch");
      assert.match(flow.arrivals[0].msg.error?.message ?? "", expected);
      assert.equal(amqp.connections, 0);
    });
  }

  it("shows a misconfigured account, and notifies Catch nodes", async () => {
    const flow = await load(withOutput("in"), { credentials: {} });
    const statuses = statusesOf(helper.getNode("in"));
    await flow.until(() => flow.arrivals.length > 0);
    assert.match(flow.arrivals[0]?.msg.error?.message ?? "", /no AccessKey ID/);
    await eventually(() => statuses.some(({ text }) => text?.endsWith("status.missing-credentials")));
    assert.deepEqual([statuses.at(-1)?.fill, statuses.at(-1)?.shape], ["red", "dot"]);
  });

  it("has a client id per node that stays the same after a restart", async () => {
    const nodes = [...withOutput("one"), ...withOutput("two", { subscription: "second" })];
    const more = [subscription(), subscription({ id: "second", consumerGroupId: "SECOND_GROUP" })];
    const idsOf = (): string[] => amqp.logins.map(({ username }) => username.split("|")[0]!).sort();
    await load(nodes, { more });
    await amqp.until(() => amqp.logins.length === 2);
    const first = idsOf();
    assert.equal(new Set(first).size, 2);
    for (const id of first) assert.match(id, /^node-red-[0-9a-f]{32}$/);
    await unload();
    amqp.logins.length = 0;
    await load(nodes, { more });
    await amqp.until(() => amqp.logins.length === 2);
    assert.deepEqual(idsOf(), first);
  });
});
