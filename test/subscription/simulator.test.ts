import assert from "node:assert/strict";
import { Simulator } from "../../lib/simulator/simulator";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { signLogin } from "../../lib/subscription/login";
import type { SubscriptionState } from "../../lib/subscription/state";
import { Subscription, type SubscriptionSettings } from "../../lib/subscription/subscription";
import { homeDefinition } from "../simulator/fixture";
import { acs3, assertSucceeded } from "../simulator/wire";

const doorDevice = { productKey: "a1House00001", deviceName: "door" };
const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };

describe("a subscription to the simulator", () => {
  let simulator: Simulator;
  let subscription: Subscription | undefined;
  let foreign: DeviceMessage[];

  beforeEach(async () => {
    simulator = await Simulator.start({ definition: homeDefinition() });
    foreign = [];
  });

  afterEach(async () => {
    await subscription?.close();
    await simulator.close();
  });

  const open = async (
    settings: Partial<SubscriptionSettings> = {},
    credentials: Parameters<typeof signLogin>[1] = key,
  ): Promise<Subscription> => {
    const { hostname, port } = new URL(await simulator.openAmqp());
    const own = { clientId: "me", consumerGroupId: "DEFAULT_GROUP", instanceId: "" };
    subscription = new Subscription({
      endpoint: { host: hostname, port: Number(port), tls: undefined },
      login: () => Promise.resolve(signLogin(own, credentials, Date.now())),
      credits: 100,
      isOurs: () => true,
      onForeignReply: (message) => foreign.push(message),
      onUnacknowledged: () => assert.fail("nothing waits for a flow"),
      ...settings,
    });
    return subscription;
  };

  const ring = async (): Promise<string> => {
    const { productKey, deviceName } = doorDevice;
    const answer = await acs3(simulator, "InvokeThingService", {
      ProductKey: productKey,
      DeviceName: deviceName,
      Identifier: "Ring",
      Args: "{}",
    });
    return assertSucceeded(answer).Data.MessageId as string;
  };

  const reached = async (own: Subscription, name: SubscriptionState["name"]): Promise<SubscriptionState> => {
    return new Promise((resolve) => {
      own.watch((state) => {
        if (state.name === name) resolve(state);
      });
    });
  };

  it("logs in with a permanent key and with a temporary one", async () => {
    for (const credentials of [
      key,
      { accessKeyId: "STS.NTuC9", accessKeySecret: "s3cr3t/+=", securityToken: "CAIS+/=token" },
    ]) {
      const own = await open({}, credentials);
      own.replies();
      await reached(own, "connected");
      await own.close();
    }
  });

  it("is refused with a wrong key, and says so", async () => {
    const own = await open({}, { ...key, accessKeySecret: "wrong" });
    own.replies();
    const state = await reached(own, "refused");
    assert.ok(state.name === "refused" && state.retryInMs >= 60_000);
    assert.equal(state.failure.code, "amqp:unauthorized-access");
  });

  it("gives every call its own reply, once, whatever happens on the way", async function () {
    this.timeout(60_000);
    const calls = 2000;
    const own = await open({ timings: { first: 1, maxMs: 20, perMinute: 1000 } });
    const { source } = own.replies();
    await reached(own, "connected");
    simulator.subscription.disturb({ kind: "duplicate", probability: 0.1 });
    simulator.subscription.disturb({ kind: "reorder" });
    simulator.subscription.disturb({ kind: "cut", every: 40, times: 50 });
    let left = calls;
    let answered = 0;
    const caller = async (): Promise<void> => {
      const waiting: Promise<unknown>[] = [];
      while (left-- > 0) {
        const expectation = source.expect(doorDevice);
        const messageId = await ring();
        waiting.push(expectation.reply(messageId, 60_000).then(() => answered++));
      }
      await Promise.all(waiting);
    };
    await Promise.all(Array.from({ length: 16 }, caller));
    assert.equal(answered, calls);
    assert.ok(simulator.subscription.state().groups[0]!.attempts > 10);
    await own.close();
    assert.deepEqual(foreign, []);
  });
});
