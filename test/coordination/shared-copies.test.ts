import assert from "node:assert/strict";
import { property } from "../subscription/amqp-server";
import { isConnected, stateOf, TestRedis } from "../support/redis";
import { GroupMember } from "./group-member";

describe("copies of a message in the Node-REDs of a group", function () {
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

  const isSettled = ({ platform }: GroupMember, ...ids: string[]): Promise<void> =>
    platform.until(() => ids.every((id) => platform.accepted.includes(id)));

  it("are dropped, whether they come at the same time or later", async () => {
    await start({}, {}, {});
    const ids = Array.from({ length: 300 }, (_none, n) => `m${n}`);
    for (const member of members) member.platform.send(...ids.map((id) => property(id)));
    await Promise.all(members.map((member) => isSettled(member, ...ids)));
    const heard = members.flatMap((member) => member.heard);
    assert.deepEqual(heard.toSorted(), ids.toSorted());
  });

  it("are dropped after a restart of Node-RED", async () => {
    await start({});
    one.platform.send(property("m"));
    await isSettled(one, "m");
    await members.shift()!.stop();
    members.push(await GroupMember.start(redis.port));
    const again = members[0]!;
    again.platform.send(property("m"), property("next"));
    await isSettled(again, "m", "next");
    assert.deepEqual(again.heard, ["next"]);
  });

  it("wait until the flow has acknowledged, and are then dropped", async () => {
    await start({ acknowledge: "flow" }, {});
    one.platform.send(property("m"));
    await one.platform.until(() => one.heard.length > 0);
    other.platform.send(property("m"), property("next"));
    await isSettled(other, "next");
    assert.deepEqual(other.heard, ["next"]);
    assert.deepEqual(other.platform.accepted, ["next"]);
    one.listening.acknowledge("m");
    await Promise.all([isSettled(one, "m"), isSettled(other, "m")]);
    assert.deepEqual(other.heard, ["next"]);
  });

  it("come to another one where the flow does not acknowledge in time", async () => {
    await start({ acknowledge: "flow", timings: { acknowledge: 200 } }, {});
    one.platform.send(property("m"));
    other.platform.send(property("m"));
    await Promise.race([isSettled(other, "m"), isSettled(one, "m")]);
    assert.ok(other.heard.includes("m"));
  });

  it("are dropped although Redis has lost its data while the flow still works on the first", async function () {
    // The flow has longer than this, and the platform would send the message to `one` again.
    this.timeout(15_000);
    await start({ acknowledge: "flow" }, {});
    one.platform.send(property("m"));
    await one.platform.until(() => one.heard.length > 0);
    await redis.command("FLUSHALL");
    // The claim is renewed.
    while (((await redis.command("KEYS", "*:message:m")) as string[]).length === 0);
    other.platform.send(property("m"), property("next"));
    await isSettled(other, "next");
    one.listening.acknowledge("m");
    await Promise.all([isSettled(one, "m"), isSettled(other, "m")]);
    assert.deepEqual(other.heard, ["next"]);
  });

  it("come again after a crash before the acknowledgement", async () => {
    await start({ acknowledge: "flow" }, {});
    one.platform.send(property("m"));
    await one.platform.until(() => one.heard.length > 0);
    // A process that ends takes no leave.
    one.coordination.run = () => Promise.reject(new Error("crashed"));
    other.platform.send(property("m"));
    await isSettled(other, "m");
    assert.deepEqual(other.heard, ["m"]);
  });

  it("are forgotten ten minutes after the acknowledgement, not after the receipt", async () => {
    await start({ acknowledge: "flow" });
    one.platform.send(property("m"));
    await one.platform.until(() => one.heard.length > 0);
    const [key] = (await redis.command("KEYS", "*:message:m")) as string[];
    assert.ok(Number(await redis.command("PTTL", key!)) <= 5000);
    one.listening.acknowledge("m");
    await isSettled(one, "m");
    while ((await redis.command("GET", key!)) !== "done");
    const left = Number(await redis.command("PTTL", key!));
    assert.ok(left > 590_000 && left <= 600_000, `${left} ms`);
  });

  it("are dropped although Redis was away, or has lost its data, when the first was acknowledged", async () => {
    await start({}, {});
    one.platform.send(property("before"));
    await isSettled(one, "before");
    await redis.kill();
    await Promise.all(
      members.map(({ coordination }) => stateOf(coordination, ({ name }) => name === "away")),
    );
    one.platform.send(property("meanwhile"));
    await isSettled(one, "meanwhile");
    await redis.startAgain();
    await Promise.all(members.map(({ coordination }) => stateOf(coordination, isConnected)));
    while (((await redis.command("KEYS", "*:message:*")) as string[]).length < 2);
    other.platform.send(property("before"), property("meanwhile"), property("next"));
    await isSettled(other, "before", "meanwhile", "next");
    assert.deepEqual(other.heard, ["next"]);
  });
});
