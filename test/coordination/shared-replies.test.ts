import assert from "node:assert/strict";
import { property, reply } from "../subscription/amqp-server";
import { isConnected, stateOf, TestRedis } from "../support/redis";
import { GroupMember } from "./group-member";

const light = { productKey: "a1BwAGV0001", deviceName: "light01" };
const lightById = { iotId: "Q7uOhVRdZRRlDnTLv00100" };

describe("replies that another Node-RED of the group receives", function () {
  this.timeout(60_000);
  let redis: TestRedis;
  let one: GroupMember;
  let other: GroupMember;
  const members: GroupMember[] = [];

  const start = async (...settings: Parameters<typeof GroupMember.start>[1][]): Promise<void> => {
    redis = await TestRedis.start();
    for (const each of settings) members.push(await GroupMember.start(redis.port, each));
    [one, other] = members as [GroupMember, GroupMember];
  };

  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.stop()));
    await redis.stop();
  });

  for (const [kind, target] of [
    ["product and name", light],
    ["IotId", lightById],
  ] as const)
    it(`reach the call that waits for them, whose device is known by ${kind}`, async () => {
      await start({}, {});
      const waiting = one.messages.source.expect(target).reply("7", 30_000);
      other.platform.send(reply("7"));
      assert.deepEqual((await waiting).data, { OldLevel: 10 });
      await other.platform.until(() => other.platform.accepted.length > 0);
      assert.deepEqual(other.platform.accepted, ["reply-7"]);
      assert.deepEqual([...one.heard, ...other.heard], ["reply-7"]);
    });

  it("reach property sets as well", async () => {
    await start({}, {});
    const waiting = one.messages.sets.expect(light).reply("8", 30_000);
    other.platform.send(
      reply("8", { topic: "/sys/a1BwAGV0001/light01/thing/service/property/set_reply", data: {} }),
    );
    assert.equal((await waiting).code, 200);
  });

  it("may arrive before the platform has answered the call", async () => {
    await start({}, {}, {});
    const target = { ...light };
    // Either may have caused it.
    const expectations = [one, members[2]!].map(({ messages }) => messages.source.expect(target));
    other.platform.send(reply("7"));
    await other.platform.until(() => other.platform.accepted.includes("reply-7"));
    expectations[0]!.end();
    const { data } = await expectations[1]!.reply("7", 30_000);
    assert.deepEqual(data, { OldLevel: 10 });
    assert.deepEqual(
      members.flatMap(({ foreign }) => foreign),
      [],
    );
  });

  it("are ordinary messages once the call has ended, for which nobody is blamed", async () => {
    await start({ issued: ["7"] }, {});
    one.messages.source.expect(light).end();
    other.platform.send(reply("7"));
    await other.platform.until(() => other.heard.length > 0 && other.platform.accepted.length > 0);
    assert.deepEqual(other.foreign, []);
  });

  it("are acknowledged at once where nobody waits", async () => {
    await start({}, {}, {});
    other.platform.send(...Array.from({ length: 200 }, (_none, n) => reply(String(n))));
    await other.platform.until(() => other.platform.accepted.length === 200);
    assert.equal(other.heard.length, 200);
    assert.deepEqual(other.platform.released, []);
  });

  it("each reach their own call, of hundreds in four Node-REDs", async () => {
    await start({}, {}, {}, {});
    const answered: number[] = [];
    const calls = Array.from({ length: 400 }, (_none, n) =>
      members[n % 4]!.messages.source.expect(light)
        .reply(`c${n}`, 30_000)
        .then(({ data }) => answered.push((data as { n: number }).n)),
    );
    for (let n = 0; n < 400; n++) members[(n * 7 + 3) % 4]!.platform.send(reply(`c${n}`, { data: { n } }));
    await Promise.all(calls);
    assert.deepEqual(
      answered.toSorted((a, b) => a - b),
      Array.from({ length: 400 }, (_none, n) => n),
    );
    const heard = members.flatMap((member) => member.heard);
    for (const member of members) await member.platform.until(() => member.platform.accepted.length === 100);
    assert.equal(heard.length, new Set(heard).size);
  });

  it("go back to the platform while Redis is away, and other messages go on", async () => {
    await start({}, {});
    await redis.kill();
    await stateOf(other.coordination, ({ name }) => name === "away");
    const waiting = one.messages.source.expect(light).reply("7", 30_000);
    other.platform.send(reply("7"), property("post"));
    await other.platform.until(() => other.platform.released.includes("reply-7"));
    assert.deepEqual(other.platform.accepted, ["post"]);
    assert.deepEqual(other.heard, ["post"]);
    // Its own reply needs no Redis, and another one's needs it only for as long as it is away.
    const own = other.messages.source.expect(light).reply("9", 30_000);
    other.platform.send(reply("9"));
    await own;
    await redis.startAgain();
    await Promise.all(members.map(({ coordination }) => stateOf(coordination, isConnected)));
    await waiting;
    await other.platform.until(() => other.platform.accepted.includes("reply-7"));
  });

  it("are not lost when Redis is restarted just then", async () => {
    await start({}, {});
    const waiting = one.messages.source.expect(light).reply("7", 30_000);
    await redis.kill();
    other.platform.send(reply("7"));
    await redis.startAgain();
    await waiting;
    await other.platform.until(() => other.platform.accepted.includes("reply-7"));
  });

  it("of a Node-RED that does not answer go back, and those of one that has stopped are ordinary messages", async () => {
    await start({}, {});
    const gone = members.shift()!;
    await gone.stop();
    other.platform.send(reply("7"));
    await other.platform.until(() => other.platform.accepted.includes("reply-7"));
    assert.deepEqual(other.heard, ["reply-7"]);
  });

  it("are no reason to wait for somebody who only looks on", async () => {
    await start({}, {});
    const onlooker = await redis.client();
    await onlooker.psubscribe("*");
    other.platform.send(reply("7"));
    await other.platform.until(() => other.platform.accepted.length + other.platform.released.length > 0);
    onlooker.disconnect();
    assert.deepEqual(other.platform.accepted, ["reply-7"]);
  });

  it("are a stranger's where nobody has left, and may be those of one that has left", async () => {
    await start({}, {});
    const content = { kind: "reply", requestId: "7", messageId: "m", topic: "", payload: {} };
    assert.equal(await other.group.offer(content), "nobody");
    await members.shift()!.stop();
    assert.equal(await other.group.offer(content), "past");
  });
});
