import assert from "node:assert/strict";
import { ClockLesson } from "../../nodes/wait-until/clock-lesson";

describe("the platform's time, which waits want to know", () => {
  it("is asked for once by all of them, and again where there was no answer", async () => {
    let now = 0;
    let asked = 0;
    const clock = { isKnown: false };
    let checkClock = async (): Promise<void> => {
      asked++;
    };
    const account = { client: { clock }, subscriptionAccess: async () => ({ checkClock }) };
    const lesson = new ClockLesson(() => now);
    await Promise.all([lesson.learn(account), lesson.learn(account)]);
    now = 9_999;
    await lesson.learn(account);
    assert.equal(asked, 1);
    now = 10_000;
    checkClock = async () => {
      asked++;
      throw new Error("no account");
    };
    await Promise.all([lesson.learn(account), lesson.learn(account)]);
    assert.equal(asked, 2);
    now = 20_000;
    checkClock = async () => {
      asked++;
      clock.isKnown = true;
    };
    await lesson.learn(account);
    now = 100_000;
    await lesson.learn(account);
    assert.equal(asked, 3);
  });
});
