import assert from "node:assert/strict";
import type { DeviceMessage, MessageFilter } from "../../lib/subscription/device-message";
import type { MessageListener } from "../../lib/subscription/listener";
import { Subscription, type SubscriptionSettings } from "../../lib/subscription/subscription";
import type { SubscriptionState } from "../../lib/subscription/state";
import { AmqpServer, property, reply } from "./amqp-server.js";

const anything: MessageFilter = { kind: "any", productKey: "", deviceName: "", identifier: "" };
const light = { productKey: "a1BwAGV0001", deviceName: "light01" };

describe("a subscription", () => {
  let server: AmqpServer;
  let subscription: Subscription;

  const open = (settings: Partial<SubscriptionSettings> = {}): Subscription => {
    subscription = new Subscription({
      endpoint: server.endpoint,
      login: () => Promise.resolve({ username: "me", password: "secret" }),
      credits: 100,
      isOurs: () => true,
      onForeignReply: () => undefined,
      onUnacknowledged: () => undefined,
      ...settings,
    });
    return subscription;
  };

  beforeEach(async () => {
    server = await AmqpServer.start();
  });

  afterEach(async () => {
    await subscription.close();
    await server.close();
  });

  /** A listener that remembers what it took. */
  const collector = (
    acknowledge: MessageListener["acknowledge"] = "auto",
    filter: Partial<MessageFilter> = {},
  ): MessageListener & { took: DeviceMessage[] } => {
    const took: DeviceMessage[] = [];
    return {
      took,
      acknowledge,
      filter: { ...anything, ...filter },
      take: (message) => {
        took.push(message);
        server.changed();
      },
    };
  };

  it("connects with its first user and disconnects with the last", async () => {
    const states: string[] = [];
    open({ timings: { linger: 10 } }).watch((state: SubscriptionState) => {
      states.push(state.name);
      server.changed();
    });
    const listening = subscription.listen(collector());
    await server.until(() => states.includes("connected"));
    listening.end();
    await server.until(() => states.at(-1) === "closed");
    assert.deepEqual(states, ["closed", "connecting", "connected", "closed"]);
  });

  it("hands each message to whoever wants it, and accepts it", async () => {
    const all = collector();
    const events = collector("auto", { kind: "event" });
    open().listen(all);
    subscription.listen(events);
    server.send(property("1"), property("2"));
    await server.until(() => server.accepted.length === 2);
    assert.deepEqual(
      all.took.map(({ kind, messageId }) => [kind, messageId]),
      [
        ["property", "1"],
        ["property", "2"],
      ],
    );
    assert.deepEqual(events.took, []);
  });

  it("brings a reply to the call that waits for it", async () => {
    const { source } = open().replies();
    const waiting = source.expect(light).reply("7", 10_000);
    server.send(reply(7));
    assert.deepEqual(await waiting, {
      code: 200,
      message: "success",
      data: { OldLevel: 10 },
      checkFailedData: undefined,
    });
  });
});
