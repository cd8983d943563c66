import assert from "node:assert/strict";
import type { Reply } from "../../lib/subscription/reply-message";
import { Subscription } from "../../lib/subscription/subscription";
import { AmqpServer, reply } from "./amqp-server";

const calls = 5000;
const cuts = 50;

/** Numbers from 0 to 1 that are the same in every run. */
function randomizer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

describe("5,000 calls that wait for replies", () => {
  it("get each its own, once, in any order, with repeats and with cuts", async () => {
    const random = randomizer(1);
    const server = await AmqpServer.start();
    const foreign: unknown[] = [];
    const subscription = new Subscription({
      endpoint: server.endpoint,
      login: () => Promise.resolve({ username: "me", password: "secret" }),
      credits: 100,
      isOurs: () => true,
      onForeignReply: (message) => foreign.push(message),
      onUnacknowledged: () => assert.fail("nothing waits for a flow"),
      // Fifty cuts in one minute, where the usual bounds would spread them over many.
      timings: { first: 1, maxMs: 20, perMinute: 1000 },
    });
    const { source } = subscription.replies();
    const device = (id: number): { productKey: string; deviceName: string } => ({
      productKey: "a1BwAGV0001",
      // Ids are unique for each device only.
      deviceName: `light${id % 7}`,
    });
    const ids = Array.from({ length: calls }, (_, id) => id);
    let answered = 0;
    const answers = ids.map((id) => {
      const expectation = source.expect(device(id));
      const answer = (): Promise<Reply> =>
        expectation.reply(String(Math.floor(id / 7)), 600_000).finally(() => {
          answered++;
          server.changed();
        });
      // Every tenth call learns its id only after its reply may have come.
      if (id % 10 > 0) return answer();
      return server.until(() => server.accepted.length > calls / 2).then(answer);
    });
    const replies = shuffled(
      ids.flatMap((id) => {
        const own = reply(Math.floor(id / 7), { ...device(id), data: { id } }, `m${id}`);
        const sent = { ...own, topic: `/a1BwAGV0001/${device(id).deviceName}/thing/downlink/reply/message` };
        if (id % 10 > 0) return [sent];
        // As the platform repeats a message, and as a device repeats its answer.
        return [sent, id % 20 === 0 ? sent : { ...sent, messageId: `again${id}` }];
      }),
      random,
    );
    let connected = 0;
    subscription.watch(({ name }) => {
      if (name === "connected") connected++;
    });
    for (let cut = 0; cut <= cuts; cut++) {
      const size = Math.ceil(replies.length / (cuts + 1));
      const part = replies.slice(cut * size, (cut + 1) * size);
      server.send(...part);
      const some = server.accepted.length + Math.floor(random() * part.length);
      await server.until(() => server.accepted.length >= some && server.sender !== undefined);
      if (cut < cuts) server.cut();
    }
    assert.deepEqual(
      (await Promise.all(answers)).map(({ data }) => data),
      ids.map((id) => ({ id })),
    );
    await server.until(() => server.accepted.length >= replies.length);
    assert.equal(answered, calls);
    assert.equal(connected, cuts + 1);
    assert.ok(server.maxOpen <= 100);
    await subscription.close();
    assert.deepEqual(foreign, []);
    await server.close();
  });
});
