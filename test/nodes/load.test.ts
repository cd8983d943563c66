import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { collectSends, key, type Message, TestFlow, unload } from "../support/nodes";
import { callsOnly, httpAnswer, RawServer, success } from "../support/raw-server";

describe("invoke node: many messages at once", () => {
  let server: RawServer;
  const open: { request: string; socket: Socket }[] = [];
  let onRequest = (): void => undefined;

  beforeEach(async () => {
    open.length = 0;
    const arrived = callsOnly((request, socket) => {
      open.push({ request, socket });
      onRequest();
    });
    server = await RawServer.start(arrived);
  });

  afterEach(async () => {
    await unload();
    await server.close();
  });

  function load(account: object, invoke: object = {}): Promise<TestFlow> {
    return TestFlow.load({
      account: { endpoint: server.url.href, rate: 1_000_000, ...account },
      invoke: { deviceName: "topic", deviceNameType: "msg", ...invoke },
      credentials: key,
    });
  }

  /** Resolves when so many requests wait for an answer. */
  async function requests(count: number): Promise<void> {
    if (open.length >= count) return;
    await new Promise<void>((resolve) => {
      onRequest = () => {
        if (open.length >= count) resolve();
      };
    });
  }

  function answer({ request, socket }: { request: string; socket: Socket }): void {
    const device = /DeviceName=(\w+)/.exec(request)?.[1];
    socket.write(httpAnswer(success({ code: 200, data: { device }, id: "1" }, device)));
  }

  it("gives each of 200 calls in flight its own answer, in whatever order they come", async () => {
    const flow = await load({ concurrency: 200 });
    for (let n = 0; n < 200; n++) flow.send({ payload: {}, topic: `device${n}`, n });
    await requests(200);
    for (const exchange of shuffled(open)) answer(exchange);
    await flow.until(() => flow.arrivals.length === 200);
    for (const { port, msg } of flow.arrivals) {
      assert.equal(port, "result");
      assert.deepEqual(msg.payload, { device: msg.topic });
      assert.equal(msg.invocation?.messageId, msg.topic);
      assert.equal(msg.invocation?.deviceName, msg.topic);
      assert.equal(msg.topic, `device${(msg as Message & { n: number }).n}`);
    }
    assert.equal(new Set(flow.arrivals.map(({ msg }) => msg.topic)).size, 200);
  });

  it("respects the concurrency, first in, first out, and rejects what the queue cannot hold", async () => {
    const flow = await load({ concurrency: 2, queueLimit: 3 });
    for (let n = 0; n < 7; n++) flow.send({ payload: {}, topic: `device${n}` });
    await flow.until(() => flow.arrivals.length === 2);
    for (const { port, msg } of flow.arrivals) {
      assert.deepEqual(
        [port, msg.error?.code, msg.error?.outcome, msg.error?.retryable],
        ["failure", "queue-full", "not-sent", true],
      );
      assert.match(msg.error?.message ?? "", /The queue is full \(3 calls\)/);
    }
    assert.deepEqual(
      flow.arrivals.map(({ msg }) => msg.topic),
      ["device5", "device6"],
    );
    for (let n = 0; n < 5; n++) {
      await requests(n + 1);
      answer(open[n]!);
    }
    await flow.until(() => flow.arrivals.length === 7);
    assert.deepEqual(
      open.map(({ request }) => /DeviceName=(\w+)/.exec(request)?.[1]),
      [0, 1, 2, 3, 4].map((n) => `device${n}`),
    );
    assert.ok(new Set(open.map(({ socket }) => socket)).size <= 2);
    assert.equal(flow.arrivals.at(-1)?.msg.invocation?.attempts, 1);
  });

  it("drops from the queue what has waited too long", async () => {
    const flow = await load({ concurrency: 1, queueTtl: 0.03 });
    flow.send({ payload: {}, topic: "first" });
    await requests(1);
    flow.send({ payload: {}, topic: "second" });
    await flow.until(() => flow.arrivals.length === 1);
    const { msg } = flow.arrivals[0]!;
    assert.deepEqual(
      [msg.topic, msg.error?.code, msg.error?.outcome],
      ["second", "queue-expired", "not-sent"],
    );
    assert.ok((msg.invocation?.queuedMs ?? 0) >= 29);
    answer(open[0]!);
    await flow.until(() => flow.arrivals.length === 2);
    assert.equal(flow.arrivals[1]?.port, "result");
  });

  it("ends every message when the flow is stopped: unknown in flight, not-sent in the queue", async () => {
    const flow = await load({ concurrency: 64 });
    for (let n = 0; n < 1064; n++) flow.send({ payload: {}, topic: `device${n}` });
    await requests(64);
    const outcomes = new Map<string, number>();
    // Outputs are cut when a flow stops, so what the node was told to send is looked at itself.
    const seen = collectSends(flow);
    await unload();
    for (const msg of seen) {
      const outcome = `${msg.error?.code} ${msg.error?.outcome}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(outcomes), { "closed unknown": 64, "closed not-sent": 1000 });
    assert.equal(open.length, 64);
  });
});

function shuffled<T>(list: T[]): T[] {
  return list
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
