import assert from "node:assert/strict";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { MessageListener } from "../../lib/subscription/listener";
import {
  type MemberSettings,
  type Membership,
  SharedSubscription,
  type ShareSettings,
} from "../../lib/subscription/shared-subscription";
import { AmqpServer, property, reply } from "./amqp-server";

const anything = { kind: "any", productKey: "", deviceName: "", identifier: "" } as const;
const light = { productKey: "a1BwAGV0001", deviceName: "light01" };

describe("a connection that several subscriptions share", () => {
  let server: AmqpServer;
  let share: SharedSubscription;
  let isEmpty: boolean;
  const reported: string[] = [];

  const open = (settings: Partial<ShareSettings> = {}): void => {
    isEmpty = false;
    reported.length = 0;
    share = new SharedSubscription({
      endpoint: server.endpoint,
      sign: ({ clientId }) => Promise.resolve({ username: clientId, password: "secret" }),
      isOurs: () => true,
      gathered: () => Promise.resolve(),
      onEmpty: () => (isEmpty = true),
      timings: { linger: 20 },
      ...settings,
    });
  };

  const join = (id: string, more: Partial<MemberSettings> = {}): Membership =>
    share.join({
      id,
      login: { clientId: `client-${id}`, consumerGroupId: "G", instanceId: "" },
      credits: 10,
      onForeignReply: () => reported.push(`foreign ${id}`),
      onUnacknowledged: ({ messageId }) => {
        reported.push(`unacknowledged ${id} ${messageId}`);
        server.changed();
      },
      ...more,
    });

  const collector = (
    acknowledge: MessageListener["acknowledge"] = "auto",
  ): MessageListener & { took: DeviceMessage[] } => {
    const took: DeviceMessage[] = [];
    const take = (message: DeviceMessage): void => {
      took.push(message);
      server.changed();
    };
    return { filter: anything, acknowledge, took, take };
  };

  const idsOf = ({ took }: { took: DeviceMessage[] }): string[] => took.map(({ messageId }) => messageId);
  const clients = (): string[] => server.logins.map(({ username }) => username);
  const connectedAs = (clientId: string): Promise<void> =>
    server.until(() => clients().at(-1) === clientId && server.sender !== undefined);

  beforeEach(async () => {
    server = await AmqpServer.start();
  });

  afterEach(async () => {
    await share.close();
    await server.close();
  });

  it("delivers every message to all of them, and accepts each once", async () => {
    open();
    const one = collector();
    const other = collector();
    join("b").listen(one);
    join("a").listen(other);
    server.send(property("1"), property("2"));
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual(
      [idsOf(one), idsOf(other)],
      [
        ["1", "2"],
        ["1", "2"],
      ],
    );
    assert.deepEqual(clients(), ["client-a"]);
  });

  it("has the largest credits of them all", async () => {
    open();
    const flow = collector("flow");
    join("a", { credits: 2 }).listen(flow);
    join("b", { credits: 5 });
    server.send(...Array.from({ length: 20 }, (_, index) => property(`${index}`)));
    await server.until(() => flow.took.length === 5);
    assert.equal(server.maxOpen, 5);
  });

  it("accepts a message once the flows of all of them have acknowledged it", async () => {
    open();
    const [one, other] = [collector("flow"), collector("flow")];
    const first = join("a").listen(one);
    const second = join("b").listen(other);
    server.send(property("1"), property("2"));
    await server.until(() => one.took.length + other.took.length === 4);
    assert.equal(first.acknowledge("1"), true);
    assert.equal(second.acknowledge("2"), true);
    assert.equal(second.acknowledge("1"), true);
    await server.until(() => server.accepted.length === 1);
    assert.deepEqual(server.accepted, ["1"]);
    assert.equal(server.openCount, 1);
  });

  it("warns only the subscription whose flow did not acknowledge", async () => {
    open({ timings: { linger: 20, acknowledge: 30 } });
    const [slow, quick] = [collector("flow"), collector("flow")];
    join("a").listen(slow);
    const listening = join("b").listen(quick);
    server.send(property("1"));
    await server.until(() => quick.took.length === 1);
    listening.acknowledge("1");
    await server.until(() => server.released.length === 1);
    assert.deepEqual(reported, ["unacknowledged a 1"]);
    // It comes again for the slow one only.
    server.send(property("1"));
    await server.until(() => slow.took.length === 2);
    assert.equal(quick.took.length, 1);
  });

  it("keeps open messages when one with a lower id joins and it reconnects", async () => {
    open();
    const flow = collector("flow");
    const listening = join("m").listen(flow);
    await connectedAs("client-m");
    server.send(property("1"), property("2"));
    await server.until(() => flow.took.length === 2);
    const low = collector("flow");
    join("a").listen(low);
    await connectedAs("client-a");
    await server.until(() => server.openCount === 2);
    listening.acknowledge("1");
    server.send(property("3"));
    await server.until(() => low.took.length === 1 && flow.took.length === 3);
    assert.deepEqual([idsOf(flow), idsOf(low)], [["1", "2", "3"], ["3"]]);
    await server.until(() => server.accepted.includes("1"));
    assert.deepEqual(clients(), ["client-m", "client-a"]);
  });

  it("stays as it is when one with a higher id and no more credits joins", async () => {
    open();
    join("a").replies();
    await connectedAs("client-a");
    const late = collector();
    join("b").listen(late);
    server.send(property("1"));
    await server.until(() => late.took.length === 1);
    assert.equal(server.connections, 1);
  });

  it("stays open while the one with the lowest id is redeployed, and loses nothing", async () => {
    open({ timings: { linger: 200 } });
    const stays = collector();
    const before = collector();
    const first = join("a");
    first.listen(before);
    join("b").listen(stays);
    server.send(property("1"));
    await server.until(() => server.accepted.length === 1);
    await first.leave();
    server.send(property("2"));
    const after = collector();
    join("a").listen(after);
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual([idsOf(before), idsOf(after), idsOf(stays)], [["1"], ["2"], ["1", "2"]]);
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(server.connections, 1);
  });

  it("loses nothing for one that comes back later than the listener of another one", async () => {
    let isAll = (): void => undefined;
    let gathering = Promise.resolve();
    open({ timings: { linger: 10_000 }, gathered: () => gathering });
    const [first, second] = [join("a"), join("b")];
    const listening = first.listen(collector());
    second.listen(collector());
    join("c").listen(collector());
    server.send(property("1"));
    await server.until(() => server.accepted.length === 1);
    // A deploy ends one subscription and a listener of another one; both are on their way back.
    listening.end();
    await second.leave();
    gathering = new Promise<void>((resolve) => (isAll = resolve));
    server.send(property("2"));
    await server.until(() => server.openCount === 1);
    const [early, late] = [collector(), collector()];
    first.listen(early);
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    join("b").listen(late);
    isAll();
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual([idsOf(early), idsOf(late)], [["2"], ["2"]]);
  });

  it("delivers nothing twice if the machine's clock is set ahead or back", async () => {
    const { now } = Date;
    let days = 0;
    Date.now = () => now() + days * 86_400_000;
    try {
      open();
      const flow = collector();
      join("a").listen(flow);
      for (days of [0, 20_000, -2, 3, -20_000]) {
        server.send(property("same"), property(`${days}`));
        await server.until(() => idsOf(flow).includes(`${days}`));
      }
      assert.deepEqual(idsOf(flow), ["same", "0", "20000", "-2", "3", "-20000"]);
    } finally {
      Date.now = now;
    }
  });

  it("logs in as the next one when the one with the lowest id has left for good", async () => {
    open();
    const stays = collector();
    const first = join("a");
    first.replies();
    join("b").listen(stays);
    await connectedAs("client-a");
    await first.leave();
    await connectedAs("client-b");
    server.send(property("1"));
    await server.until(() => server.accepted.length === 1);
    assert.deepEqual(idsOf(stays), ["1"]);
    assert.equal(isEmpty, false);
  });

  it("ends the waits of one that leaves, and of no other", async () => {
    open();
    const leaves = join("a");
    const mine = leaves.replies().source;
    const other = join("b").replies().source.expect(light).reply("7", 10_000);
    const waiting = mine.expect(light);
    const ended = assert.rejects(waiting.reply("8", 10_000), { code: "closed", outcome: "unknown" });
    const late = mine.expect(light);
    await leaves.leave();
    await ended;
    // A call that was sent and is answered only now.
    await assert.rejects(late.reply("9", 10_000), { code: "closed", outcome: "unknown" });
    await connectedAs("client-b");
    server.send(reply(7));
    assert.equal((await other).code, 200);
  });

  it("gives back what the flow of one that leaves still held, for others to get it", async () => {
    open();
    const flow = collector("flow");
    const leaves = join("b");
    leaves.listen(flow);
    const stays = collector();
    join("a").listen(stays);
    server.send(property("1"));
    await server.until(() => flow.took.length === 1);
    await leaves.leave();
    await server.until(() => server.released.length === 1);
  });

  it("ends with the last one, and leaves nothing behind", async () => {
    open();
    const members = [join("a"), join("b")];
    for (const member of members) member.replies();
    await connectedAs("client-a");
    await Promise.all(members.map((member) => member.leave()));
    await Promise.all(members.map((member) => member.leave()));
    assert.equal(isEmpty, true);
    assert.equal(server.connections, 1);
  });

  it("waits for all that start together before it logs in", async () => {
    let isAll = (): void => undefined;
    const gathering = new Promise<void>((resolve) => (isAll = resolve));
    open({ gathered: () => gathering });
    join("c").replies();
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(server.connections, 0);
    join("a").replies();
    isAll();
    await connectedAs("client-a");
    assert.equal(server.connections, 1);
  });

  it("reports its state to each, and nothing after it has left", async () => {
    open();
    const seen: string[] = [];
    const [leaves, stays] = [join("b"), join("a")];
    leaves.watch(({ name }) => {
      seen.push(`b ${name}`);
      server.changed();
    });
    stays.watch(({ name }) => {
      seen.push(`a ${name}`);
      server.changed();
    });
    stays.replies();
    await server.until(() => seen.includes("a connected"));
    await leaves.leave();
    await stays.leave();
    assert.deepEqual(
      seen.filter((line) => line.startsWith("b")),
      ["b closed", "b connecting", "b connected"],
    );
  });
});
