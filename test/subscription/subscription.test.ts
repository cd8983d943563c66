import assert from "node:assert/strict";
import type { DeviceMessage, MessageFilter } from "../../lib/subscription/device-message";
import type { MessageListener } from "../../lib/subscription/listener";
import type { SubscriptionState } from "../../lib/subscription/state";
import { Subscription, type SubscriptionSettings } from "../../lib/subscription/subscription";
import { AmqpServer, property, reply } from "./amqp-server";

const anything: MessageFilter = { kind: "any", productKey: "", deviceName: "", identifier: "" };
const light = { productKey: "a1BwAGV0001", deviceName: "light01" };

describe("a subscription", () => {
  let server: AmqpServer;
  let subscription: Subscription;

  const open = (settings: Partial<SubscriptionSettings> = {}): Subscription => {
    subscription = new Subscription({
      endpoint: server.endpoint,
      login: () => Promise.resolve({ username: "me", password: "secret" }),
      credits: 100,
      isOurs: () => true,
      onForeignReply: () => undefined,
      onUnacknowledged: () => undefined,
      ...settings,
    });
    return subscription;
  };

  beforeEach(async () => {
    server = await AmqpServer.start();
  });

  afterEach(async () => {
    await subscription.close();
    await server.close();
  });

  /** A listener that remembers what it took. */
  const collector = (
    acknowledge: MessageListener["acknowledge"] = "auto",
    filter: Partial<MessageFilter> = {},
  ): MessageListener & { took: DeviceMessage[] } => {
    const took: DeviceMessage[] = [];
    return {
      took,
      acknowledge,
      filter: { ...anything, ...filter },
      take: (message) => {
        took.push(message);
        server.changed();
      },
    };
  };

  it("connects with its first user and disconnects with the last", async () => {
    const states: string[] = [];
    open({ timings: { linger: 10 } }).watch((state: SubscriptionState) => {
      states.push(state.name);
      server.changed();
    });
    const listening = subscription.listen(collector());
    await server.until(() => states.includes("connected"));
    listening.end();
    await server.until(() => states.at(-1) === "closed");
    assert.deepEqual(states, ["closed", "connecting", "connected", "closed"]);
  });

  it("delivers each message to the listeners that select it, and accepts it", async () => {
    const all = collector();
    const events = collector("auto", { kind: "event" });
    open().listen(all);
    subscription.listen(events);
    server.send(property("1"), property("2"));
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual(
      all.took.map(({ kind, messageId }) => [kind, messageId]),
      [
        ["property", "1"],
        ["property", "2"],
      ],
    );
    assert.deepEqual(events.took, []);
  });

  it("delivers a reply to the call that awaits it", async () => {
    const { source } = open().replies();
    const waiting = source.expect(light).reply("7", 10_000);
    server.send(reply(7));
    assert.deepEqual(await waiting, {
      code: 200,
      message: "success",
      data: { OldLevel: 10 },
      checkFailedData: undefined,
    });
  });

  it("waits for the flow's word, and accepts the message then", async () => {
    const flow = collector("flow");
    const listening = open().listen(flow);
    server.send(property("1"), property("2"));
    await server.until(() => flow.took.length === 2);
    assert.equal(listening.acknowledge("2"), true);
    assert.equal(listening.acknowledge("3"), false);
    await server.until(() => server.accepted.length === 1);
    assert.deepEqual(server.accepted, ["2"]);
    assert.equal(server.openCount, 1);
  });

  it("redelivers a message that the flow did not acknowledge, and reports it", async () => {
    const unacknowledged: string[] = [];
    const flow = collector("flow");
    const listening = open({
      timings: { acknowledge: 20 },
      onUnacknowledged: ({ messageId }) => {
        unacknowledged.push(messageId);
        server.changed();
      },
    }).listen(flow);
    server.send(property("1"));
    await server.until(() => server.released.length === 1 && unacknowledged.length === 1);
    server.send(property("1"));
    await server.until(() => flow.took.length === 2);
    assert.equal(listening.acknowledge("1"), true);
    await server.until(() => server.accepted.length === 1);
  });

  it("accepts a message that the flow acknowledged too late, without handing it out again", async () => {
    const flow = collector("flow");
    const listening = open({ timings: { acknowledge: 20 } }).listen(flow);
    server.send(property("1"));
    await server.until(() => server.released.length === 1);
    assert.equal(listening.acknowledge("1"), true);
    server.send(property("1"));
    await server.until(() => server.accepted.length === 1);
    assert.equal(flow.took.length, 1);
  });

  it("loses no message and repeats none when the connection is cut while the flow works", async () => {
    const flow = collector("flow");
    const listening = open().listen(flow);
    server.send(property("1"), property("2"));
    await server.until(() => flow.took.length === 2);
    listening.acknowledge("1");
    await server.until(() => server.accepted.length === 1);
    server.cut();
    // Delivered again, and joined to the one that the flow still works on.
    await server.until(() => server.sender !== undefined && server.openCount === 1);
    listening.acknowledge("2");
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual(
      flow.took.map(({ messageId }) => messageId),
      ["1", "2"],
    );
  });

  it("accepts a message that was acknowledged while there was no connection, without handing it out again", async () => {
    const flow = collector("flow");
    const listening = open().listen(flow);
    server.send(property("1"));
    await server.until(() => flow.took.length === 1);
    server.cut();
    listening.acknowledge("1");
    await server.until(() => server.accepted.length === 1);
    assert.equal(flow.took.length, 1);
  });

  it("drops what the platform delivers twice", async () => {
    const all = collector();
    open().listen(all);
    server.send(property("1"), property("1"), property("2"));
    await server.until(() => server.accepted.length === 3);
    assert.deepEqual(
      all.took.map(({ messageId }) => messageId),
      ["1", "2"],
    );
  });

  it("gives back what a listener still held when it ends", async () => {
    const flow = collector("flow");
    const listening = open().listen(flow);
    subscription.listen(collector());
    server.send(property("1"));
    await server.until(() => flow.took.length === 1);
    listening.end();
    assert.equal(listening.acknowledge("1"), false);
    await server.until(() => server.released.length === 1);
  });

  it("releases unacknowledged messages when it is closed, and closes properly", async () => {
    const flow = collector("flow");
    open().listen(flow);
    server.send(property("1"));
    await server.until(() => flow.took.length === 1);
    await subscription.close();
    await server.until(() => server.released.length === 1);
    const states: string[] = [];
    subscription.watch(({ name }) => states.push(name));
    assert.deepEqual(states, ["closed"]);
  });

  it("ends the waits of calls when it is closed", async () => {
    const { source } = open().replies();
    const waiting = source.expect(light).reply("7", 10_000);
    await server.until(() => server.sender !== undefined);
    const ended = assert.rejects(waiting, { code: "closed", outcome: "unknown" });
    await subscription.close();
    await ended;
  });

  it("delivers a reply to both the call and the flow", async () => {
    const listener = collector("auto", { kind: "reply", identifier: "FadeTo", ...light });
    open().listen(listener);
    const { source } = subscription.replies();
    const waiting = source.expect(light).reply("7", 10_000);
    server.send(reply(7));
    await waiting;
    assert.deepEqual(
      listener.took.map(({ requestId, identifier }) => [requestId, identifier]),
      [["7", "FadeTo"]],
    );
  });

  it("connects again for a user who comes back", async () => {
    open({ timings: { linger: 1 } });
    for (let round = 1; round <= 3; round++) {
      const states: string[] = [];
      const unwatch = subscription.watch(({ name }) => {
        states.push(name);
        server.changed();
      });
      const held = subscription.replies();
      await server.until(() => states.includes("connected"));
      held.end();
      held.end();
      await server.until(() => states.at(-1) === "closed");
      unwatch();
    }
    assert.equal(server.connections, 3);
  });

  for (const others of ["nobody else", "a call that waits for replies"]) {
    it(`keeps messages that arrive between two deploys of a listener, beside ${others}`, async () => {
      open();
      const before = collector();
      const first = subscription.listen(before);
      const source = others === "nobody else" ? undefined : subscription.replies().source;
      server.send(property("1"));
      await server.until(() => server.accepted.length === 1);
      first.end();
      server.send(property("2"), property("2"), property("3"));
      // A call's reply shows that what was sent before has come; else it has at least had every chance to.
      server.send(reply(7));
      await source?.expect(light).reply("7", 10_000);
      for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
      const after = [collector("auto", { kind: "property" }), collector("auto", { kind: "property" })];
      for (const listener of after) subscription.listen(listener);
      await server.until(() => server.accepted.length === 5);
      for (const { took } of after) {
        assert.deepEqual(
          took.map(({ messageId }) => messageId),
          ["2", "3"],
        );
      }
      assert.equal(before.took.length, 1);
    });
  }

  it("gives back what came after its last user", async () => {
    open({ timings: { linger: 100 } });
    const listening = subscription.listen(collector());
    await server.until(() => server.sender !== undefined);
    const states: string[] = [];
    subscription.watch(({ name }) => {
      states.push(name);
      server.changed();
    });
    listening.end();
    server.send(property("1"));
    await server.until(() => states.at(-1) === "closed");
    const taker = collector();
    subscription.listen(taker);
    await server.until(() => server.accepted.length === 1);
    assert.deepEqual(
      taker.took.map(({ messageId }) => messageId),
      ["1"],
    );
  });

  it("does not connect for a user who is gone again at once", async () => {
    open({ timings: { linger: 0 } })
      .listen(collector())
      .end();
    await subscription.close();
    assert.equal(server.connections, 0);
  });

  it("survives a user who closes it while it connects", async () => {
    open().watch(({ name }) => {
      if (name === "connecting") void subscription.close();
    });
    subscription.listen(collector());
    await Promise.resolve();
    await subscription.close();
    assert.equal(server.connections, 0);
  });
});
