import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Failure } from "../../lib/base/failure";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { readMessage } from "../../lib/subscription/message";
import { Replies } from "../../lib/subscription/replies";
import { reply, type Sent } from "./amqp-server";

const light = { productKey: "a1BwAGV0001", deviceName: "light01" };
const iotId = "Q7uOhVRdZRRlDnTLv00100";

function asMessage({ topic, messageId, body }: Sent): DeviceMessage {
  return readMessage({ application_properties: { topic, messageId }, body: JSON.stringify(body) });
}

describe("replies of asynchronous services", () => {
  let clock: SinonFakeTimers;
  let ours: Set<string>;
  let foreign: (string | undefined)[];
  let replies: Replies;

  beforeEach(() => {
    clock = useFakeTimers({ now: 1_700_000_000_000, toFake: ["Date", "setTimeout", "clearTimeout"] });
    ours = new Set();
    foreign = [];
    replies = new Replies({
      isOurs: (id) => ours.has(id),
      onForeign: ({ requestId }) => foreign.push(requestId),
      now: Date.now,
    });
  });

  afterEach(() => {
    replies.close();
    clock.restore();
  });

  const offer = (...parameters: Parameters<typeof reply>): void =>
    replies.offer(asMessage(reply(...parameters)));
  const codeOf = async (waiting: Promise<unknown>): Promise<string> =>
    waiting.then(
      () => "answered",
      (error: unknown) => (error instanceof Failure ? `${error.code} ${error.outcome}` : String(error)),
    );

  it("reach the call, named by product and name or by IotId, with a number or a text as id", async () => {
    const byName = replies.expect(light).reply("1", 1000);
    const byId = replies.expect({ iotId }).reply("2", 1000);
    offer(1);
    offer("2", { code: 460, message: "bad\nargs", data: {}, checkFailedData: { code: 6304 } });
    assert.deepEqual(await byName, {
      code: 200,
      message: "success",
      data: { OldLevel: 10 },
      checkFailedData: undefined,
    });
    assert.deepEqual(await byId, {
      code: 460,
      message: "bad args",
      data: {},
      checkFailedData: { code: 6304 },
    });
  });

  it("with an id of 20 digits reach the call with just that id", async () => {
    const waiting = replies.expect(light).reply("12345678901234567890", 1000);
    const { topic, messageId, body } = reply("ID");
    const text = (id: string): string => JSON.stringify(body).replace('"ID"', id);
    for (const id of ["12345678901234567891", "12345678901234567890"]) {
      replies.offer(readMessage({ application_properties: { topic, messageId }, body: text(id) }));
    }
    assert.equal(await codeOf(waiting), "answered");
  });

  it("of another device with the same id are another device's", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    const other = replies.expect({ ...light, deviceName: "light02" }).reply("1", 1000);
    offer(1, {}, "m");
    assert.equal(await codeOf(waiting), "answered");
    clock.tick(1000);
    assert.equal(await codeOf(other), "reply-timeout unknown");
  });

  it("that come before the platform has answered the call wait for it, 30 s long", async () => {
    const expectation = replies.expect(light);
    offer(1);
    offer(2);
    clock.tick(29_999);
    assert.equal(await codeOf(expectation.reply("1", 1000)), "answered");
    clock.tick(1);
    const late = replies.expect(light).reply("2", 1000);
    clock.tick(1000);
    assert.equal(await codeOf(late), "reply-timeout unknown");
  });

  it("that do not come in time are a timeout with the id of the command", async () => {
    const waiting = replies.expect(light).reply("77", 30_000);
    clock.tick(29_999);
    assert.equal(replies.size, 1);
    clock.tick(1);
    const failure = await waiting.catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    assert.deepEqual(
      [failure.code, failure.category, failure.outcome, failure.messageId, failure.text],
      ["reply-timeout", "timeout", "unknown", "77", { key: "errors.reply-timeout", params: { seconds: 30 } }],
    );
    assert.equal(replies.size, 0);
  });

  it("are given up with the call, also twice", async () => {
    const expectation = replies.expect(light);
    const waiting = expectation.reply("1", 1000);
    expectation.end();
    expectation.end();
    assert.equal(await codeOf(waiting), "closed unknown");
    const aborted = new AbortController();
    const other = replies.expect(light).reply("2", 1000, aborted.signal);
    aborted.abort();
    assert.equal(await codeOf(other), "closed unknown");
    replies.expect(light).end();
    assert.equal(replies.size, 0);
  });

  it("are given up when everything is closed, before and after", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    replies.close();
    assert.equal(await codeOf(waiting), "closed unknown");
    assert.equal(await codeOf(replies.expect(light).reply("2", 1000)), "closed unknown");
    offer(2);
    assert.equal(clock.countTimers(), 0);
  });

  it("without a code are ignored", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    offer(1, { code: null }, "a");
    offer(1, { code: "2e2" }, "b");
    assert.equal(replies.size, 1);
    offer(1, { code: "200" }, "c");
    assert.equal(await codeOf(waiting), "answered");
  });

  it("without the name of their service still reach their call", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    offer(1, { topic: undefined });
    offer(2, { topic: undefined });
    assert.equal(await codeOf(waiting), "answered");
    clock.tick(60_000);
    assert.deepEqual(foreign, []);
  });

  it("to a property set belong to no service call", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    offer(1, { topic: "/sys/a1BwAGV0001/light01/thing/service/property/set" });
    clock.tick(60_000);
    assert.equal(await codeOf(waiting), "reply-timeout unknown");
    assert.deepEqual(foreign, []);
  });

  it("to calls of another client are reported once, after 30 s", () => {
    offer(1);
    offer(1, {}, "again");
    clock.tick(29_999);
    assert.deepEqual(foreign, []);
    clock.tick(60_000);
    assert.deepEqual(foreign, ["1"]);
  });

  it("that arrive twice or too late are not taken for those of another client", async () => {
    const waiting = replies.expect(light).reply("1", 1000);
    offer(1);
    offer(1, {}, "again");
    assert.equal(await codeOf(waiting), "answered");
    ours.add("2");
    const late = replies.expect(light).reply("2", 1000);
    clock.tick(1000);
    assert.equal(await codeOf(late), "reply-timeout unknown");
    offer(2);
    clock.tick(60_000);
    assert.deepEqual(foreign, []);
  });

  it("from before the start cause no warning", () => {
    offer(1, { gmtCreate: Date.now() - 1 });
    offer(2, { gmtCreate: Date.now() });
    clock.tick(60_000);
    assert.deepEqual(foreign, ["2"]);
  });

  it("that nobody awaits use a bounded amount of memory", () => {
    for (let id = 0; id < 10_100; id++) offer(id);
    assert.equal(foreign.length, 100);
    clock.tick(60_000);
    assert.equal(foreign.length, 10_100);
    assert.equal(clock.countTimers(), 0);
  });
});
