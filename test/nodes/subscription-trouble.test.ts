import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { CredentialSource } from "../../lib/cloud/credentials";
import { IssuedCalls } from "../../lib/invocation/issued-calls";
import { Shares } from "../../lib/subscription/shares";
import type { UsableAccount } from "../../nodes/common/account-node";
import { subscriptionSettings } from "../../nodes/defaults/subscription";
import { createSubscription } from "../../nodes/subscription/open-subscription";
import { AmqpServer } from "../subscription/amqp-server";
import { AsyncPlatform, type IncomingCall } from "../support/async-platform";
import {
  eventually,
  type FlowOptions,
  key,
  listening,
  statusesOf,
  subscriptionAt,
  TestFlow,
  unload,
} from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

const hour = 3_600_000;

/** When a login says that it was signed. */
const signedAt = ({ username }: { username: string }): number =>
  Number(/timestamp=(\d+)/.exec(username)?.[1]);

/** An answer of a platform whose clock is an hour ahead. */
const wrongTime = (): string =>
  httpAnswer(JSON.stringify({ Code: "InvalidTimeStamp.Expired", Message: "expired", RequestId: "R" }), {
    status: 400,
    headers: { date: new Date(Date.now() + hour).toUTCString() },
  });

describe("a call that waits for its reply while the subscription fails", () => {
  let platform: AsyncPlatform;
  let isWanted: boolean;

  beforeEach(() => {
    isWanted = true;
  });

  afterEach(async () => {
    await unload();
    await platform.close();
  });

  async function load(options: FlowOptions = {}, onCall?: (call: IncomingCall) => void): Promise<TestFlow> {
    platform = await AsyncPlatform.start(onCall, { admit: () => isWanted });
    return TestFlow.load(platform.flow(options));
  }

  for (const language of ["en-US", "zh-CN"]) {
    it(`is not sent and fails at once if the login is refused, in ${language}`, async () => {
      isWanted = false;
      const flow = await load({ language });
      const statuses = statusesOf(flow.node);
      await eventually(() => statuses.some(({ text }) => text?.endsWith("status.refused")));
      const before = flow.arrivals.length;
      const error = await flow.failureOf({ payload: { n: 1 } }).catch(async () => {
        // A Catch node was told of the refusal at the same moment.
        await flow.until(() => flow.arrivals.slice(before).some(({ port }) => port === "failure"));
        return flow.arrivals.slice(before).find(({ port }) => port === "failure")!.msg.error!;
      });
      assert.deepEqual(
        [error.code, error.category, error.outcome, error.retryable],
        ["subscription-refused", "credentials", "not-sent", false],
      );
      assert.match(
        error.message,
        language === "en-US" ? /not sent.*refuses the subscription/ : /未发出.*拒绝了订阅/,
      );
      assert.match(error.hint ?? "", language === "en-US" ? /subscription.*iot:sub/ : /订阅.*iot:sub/);
      assert.equal(platform.calls.length, 0);
    });
  }

  it("is sent again once the login is accepted", async () => {
    isWanted = false;
    const flow = await load({ timings: { refused: 50, maxRefusedLength: 50 } });
    const statuses = statusesOf(flow.node);
    await eventually(() => statuses.some(({ text }) => text?.endsWith("status.refused")));
    isWanted = true;
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    const before = flow.arrivals.length;
    flow.send({ payload: { n: 2 } });
    await platform.until(() => platform.calls.length === 1);
    platform.amqp.send(platform.reply(platform.calls[0]!));
    await flow.until(() => flow.arrivals.length > before);
    assert.deepEqual([flow.arrivals.at(-1)?.port, flow.arrivals.at(-1)?.msg.payload], ["result", { n: 2 }]);
  });

  it("is sent if the connection is lost, and the hint says so when no reply arrives", async () => {
    const flow = await load({ timings: { first: 60_000 }, invoke: { replyTimeout: "0.2" } });
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    const statuses = statusesOf(flow.node);
    platform.amqp.cut();
    await eventually(() => statuses.at(-1)?.text === "node-red:common.status.disconnected");
    const error = await flow.failureOf({ payload: {} });
    assert.deepEqual([error.code, error.outcome], ["reply-timeout", "unknown"]);
    assert.match(error.hint ?? "", /subscription is not connected/);
    assert.equal(platform.calls.length, 1);
  });

  it("is sent while the subscription connects, and the hint names that when no reply comes", async () => {
    platform = await AsyncPlatform.start(undefined, { admit: () => new Promise<boolean>(() => undefined) });
    const flow = await TestFlow.load(platform.flow({ invoke: { replyTimeout: "0.2" } }));
    await platform.amqp.until(() => platform.amqp.connections === 1);
    const error = await flow.failureOf({ payload: {} });
    assert.equal(error.code, "reply-timeout");
    assert.match(error.hint ?? "", /subscription was still connecting/);
  });

  it("keeps waiting if the login is refused meanwhile, and the hint says so", async () => {
    const flow = await load({ timings: { first: 1, refused: 60_000 }, invoke: { replyTimeout: "0.5" } });
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    flow.send({ payload: {} });
    await platform.until(() => platform.calls.length === 1);
    isWanted = false;
    platform.amqp.cut();
    await flow.until(() => flow.arrivals.some(({ port }) => port === "failure"));
    const { error } = flow.arrivals.find(({ port }) => port === "failure")!.msg;
    assert.deepEqual([error?.code, error?.outcome], ["reply-timeout", "unknown"]);
    assert.match(error?.hint ?? "", /refuses the subscription/);
  });

  it("names no problem if there is none", async () => {
    const flow = await load({ invoke: { replyTimeout: "0.05" } });
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    const { hint } = await flow.failureOf({ payload: {} });
    assert.match(hint ?? "", /^Check the device .*consumer group/);
  });
});

describe("a subscription whose token has expired while it was connected", () => {
  it("reconnects at once with a new one, without reporting a refusal", async () => {
    let isExpired = false;
    const amqp = await AmqpServer.start({
      admit: (username) => !isExpired || username.includes("securityToken=new,"),
    });
    let token = "old";
    const renewed: unknown[] = [];
    const credentials: CredentialSource = {
      get: () => ({ accessKeyId: "STS.id", accessKeySecret: "secret", securityToken: token }),
      renew: async ({ securityToken }) => {
        renewed.push(securityToken);
        token = "new";
      },
    };
    const account = {
      issued: new IssuedCalls(),
      shares: new Shares(),
      subscriptionAccess: async () => ({
        credentials,
        instanceId: "",
        regionId: "cn-shanghai",
        simulator: undefined,
        clockOffsetMs: () => 0,
        checkClock: () => Promise.reject(new Error("nobody asks so soon")),
      }),
    };
    const subscription = await createSubscription(
      subscriptionSettings({
        endpoint: `amqp://127.0.0.1:${amqp.endpoint.port}`,
        consumerGroupId: "G",
      }),
      {
        account: account as unknown as UsableAccount,
        nodeId: "one",
        tls: undefined,
        ownClientId: "me",
        claim: () => undefined,
        gathered: () => Promise.resolve(),
        onForeignReply: () => undefined,
        onUnacknowledged: () => undefined,
        onGroupRefused: () => undefined,
        timings: { first: 1 },
      },
    );
    const states: string[] = [];
    try {
      subscription.watch(({ name }) => {
        states.push(name);
        amqp.changed();
      });
      subscription.replies();
      await amqp.until(() => states.at(-1) === "connected");
      // A moment later, as in the field.
      await new Promise((resolve) => setImmediate(resolve));
      isExpired = true;
      amqp.cut();
      await amqp.until(() => states.at(-1) === "connected" && amqp.logins.length === 3);
      assert.deepEqual(renewed, ["old"]);
      assert.ok(!states.includes("refused"));
    } finally {
      await subscription.leave();
      await amqp.close();
    }
  });
});

describe("a subscription on a machine whose clock is an hour late", () => {
  let clock: SinonFakeTimers | undefined;
  let close: () => Promise<void>;

  afterEach(async () => {
    clock?.restore();
    clock = undefined;
    await unload();
    await close();
  });

  it("logs in with the platform's time once a call has learned it, and a refusal names the clock", async () => {
    let isWanted = true;
    const platform = await AsyncPlatform.start(
      (call) => (platform.calls.length === 1 ? call.answer(wrongTime()) : call.accept()),
      { admit: () => isWanted },
    );
    close = () => platform.close();
    const flow = await TestFlow.load(platform.flow({ timings: { first: 1, refused: 60_000 } }));
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    assert.ok(Math.abs(signedAt(platform.amqp.logins[0]!) - Date.now()) < hour / 2);
    flow.send({ payload: {} });
    await platform.until(() => platform.calls.length === 2);
    platform.amqp.cut();
    await platform.amqp.until(() => platform.amqp.sender !== undefined);
    assert.ok(Math.abs(signedAt(platform.amqp.logins[1]!) - Date.now() - hour) < hour / 2);
    isWanted = false;
    platform.amqp.cut();
    await flow.until(() => flow.arrivals.some(({ port }) => port === "catch"));
    const { msg } = flow.arrivals.find(({ port }) => port === "catch")!;
    assert.match(msg.error?.message ?? "", /refuses the subscription.*clock is wrong.*NTP/);
    platform.amqp.changed();
  });

  it("asks for the platform's time if no call has learned it, and then logs in", async () => {
    // Half a minute passes before other reasons than the usual ones are looked for.
    clock = useFakeTimers({ shouldAdvanceTime: true, toFake: ["setTimeout", "clearTimeout", "performance"] });
    const amqp = await AmqpServer.start({
      admit: (username) => Math.abs(signedAt({ username }) - Date.now() - hour) < hour / 2,
    });
    let asked = 0;
    const http = await RawServer.start((_request, socket) => {
      asked++;
      socket.write(wrongTime());
    });
    close = async () => {
      await Promise.all([http.close(), amqp.close()]);
    };
    await TestFlow.load({
      account: { endpoint: http.url.href },
      credentials: key,
      more: [subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`), ...listening("in", "heard")],
    });
    const statuses = statusesOf(helper.getNode("in"));
    await eventually(() => statuses.some(({ text }) => text?.endsWith("status.refused")));
    assert.deepEqual([amqp.logins.length, asked], [1, 0]);
    // In small steps, so that the answer is there before anybody has waited too long for it.
    for (let second = 0; second < 76; second++) {
      if (asked > 0) break;
      await clock.tickAsync(1000);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => statuses.at(-1)?.text === "node-red:common.status.connected");
    assert.equal(asked, 1);
  });
});
