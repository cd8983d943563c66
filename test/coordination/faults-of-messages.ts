import assert from "node:assert/strict";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { property, reply } from "../subscription/amqp-server";
import { isConnected, stateOf } from "../support/redis";
import { type Fault, FaultyRedis } from "./faulty-redis";
import { GroupMember } from "./group-member";

const light = { productKey: "a1BwAGV0001", deviceName: "light01" };
/** Messages of each phase. */
const count = 8;
const phases = ["before", "during", "after"] as const;

interface Stage {
  one: GroupMember;
  other: GroupMember;
  faulty: FaultyRedis;
}

const idsOf = (phase: string): string[] => Array.from({ length: count }, (_none, n) => `${phase}-${n}`);

/** Two members of a group do something before the fault, in its midst and after it. */
async function through(
  fault: Fault,
  act: (phase: (typeof phases)[number], stage: Stage) => void,
  judge: (stage: Stage) => Promise<void>,
  prepare: (stage: Stage) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const faulty = await FaultyRedis.start();
  const members = [await GroupMember.start(faulty.port), await GroupMember.start(faulty.port)];
  const [one, other] = members as [GroupMember, GroupMember];
  const stage: Stage = { one, other, faulty };
  const all = (condition: (state: CoordinationState) => boolean): Promise<unknown> =>
    Promise.all(members.map(({ coordination }) => stateOf(coordination, condition)));
  try {
    await prepare(stage);
    // What has just been sent is on its way when it happens.
    act("before", stage);
    const end = await fault.begin(faulty);
    if (fault.isNoticed) await all(({ name }) => name === "away");
    act("during", stage);
    await end();
    await all(isConnected);
    act("after", stage);
    await judge(stage);
  } finally {
    await Promise.all(members.map((member) => member.stop()));
    await faulty.stop();
  }
}

/** Replies that the other one receives reach the call, and are acknowledged. */
export async function repliesDuring(fault: Fault): Promise<void> {
  const answers: Promise<string>[] = [];
  await through(
    fault,
    (phase, { one, other }) => {
      for (const id of idsOf(phase)) {
        const waiting = one.messages.source.expect(light).reply(id, 30_000);
        answers.push(waiting.then(({ data }) => (data as { id: string }).id));
        other.platform.send(reply(id, { data: { id } }));
      }
    },
    async ({ one, other }) => {
      const expected = phases.flatMap(idsOf);
      assert.deepEqual(await Promise.all(answers), expected);
      const ids = expected.map((id) => `reply-${id}`);
      await other.platform.until(() => ids.every((id) => other.platform.accepted.includes(id)));
      const heard = [...one.heard, ...other.heard];
      for (const id of ids) assert.ok(heard.includes(id), `${id} has not come to a flow`);
      // Only what was on its way may have been processed twice.
      assert.equal(heard.filter((id) => id.startsWith("reply-after")).length, count);
    },
  );
}

/** Each message is processed by one of them, also when both receive it; by each alone at worst, while Redis is away. */
export async function copiesDuring(fault: Fault): Promise<void> {
  const isSettled = ({ platform }: GroupMember, ids: string[]): Promise<void> =>
    platform.until(() => ids.every((id) => platform.accepted.includes(id)));
  await through(
    fault,
    (phase, { one, other }) => {
      for (const id of idsOf(phase)) {
        one.platform.send(property(id));
        other.platform.send(property(id));
      }
    },
    async ({ one, other, faulty }) => {
      const expected = phases.flatMap(idsOf);
      await Promise.all([isSettled(one, expected), isSettled(other, expected)]);
      const heard = [...one.heard, ...other.heard];
      for (const id of expected) assert.ok(heard.includes(id), `${id} has not come to a flow`);
      const after = heard.filter((id) => id.startsWith("after"));
      assert.equal(after.length, count, "copies after the fault");
      // What was acknowledged before the fault is known again, also where Redis has lost it.
      const reader = await faulty.reader();
      const early = idsOf("early");
      while ((await reader.keys("*:message:early-*")).length < count);
      reader.disconnect();
      for (const id of early) other.platform.send(property(id));
      await isSettled(other, early);
      assert.deepEqual(
        other.heard.filter((id) => early.includes(id)),
        [],
      );
    },
    async ({ one }) => {
      const early = idsOf("early");
      one.platform.send(...early.map((id) => property(id)));
      await isSettled(one, early);
    },
  );
}
