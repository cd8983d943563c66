import type { Coordination } from "../../lib/coordination/coordination";
import { SharedMessages } from "../../lib/coordination/shared-messages";
import type { CommandMessages } from "../../lib/subscription/command-messages";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { Listening, MessageListener } from "../../lib/subscription/listener";
import { Subscription, type SubscriptionSettings } from "../../lib/subscription/subscription";
import { AmqpServer } from "../subscription/amqp-server";
import { coordinationWith, isConnected, stateOf } from "../support/redis";

const anything = { kind: "any", productKey: "", deviceName: "", identifier: "" } as const;

/** A Node-RED's part of a consumer group. A platform of its own decides what this one receives. */
export class GroupMember {
  /** Ids of what its flow has got. */
  readonly heard: string[] = [];
  readonly foreign: DeviceMessage[] = [];
  readonly refused: string[] = [];
  readonly messages: CommandMessages & { end(): void };
  readonly listening: Listening;

  private constructor(
    readonly platform: AmqpServer,
    readonly coordination: Coordination,
    readonly subscription: Subscription,
    readonly group: SharedMessages,
    acknowledge: MessageListener["acknowledge"],
  ) {
    this.messages = subscription.replies();
    this.listening = subscription.listen({
      filter: anything,
      acknowledge,
      take: ({ messageId }) => {
        this.heard.push(messageId);
        platform.changed();
      },
    });
  }

  static async start(
    redisPort: number,
    {
      acknowledge = "auto",
      issued = [],
      mayLackRedis = false,
      ...settings
    }: Partial<SubscriptionSettings> & {
      acknowledge?: MessageListener["acknowledge"];
      /** Ids of its own calls. */
      issued?: string[];
      mayLackRedis?: boolean;
    } = {},
  ): Promise<GroupMember> {
    const platform = await AmqpServer.start({ redeliverMs: 100 });
    const coordination = coordinationWith(redisPort);
    const refused: string[] = [];
    const group = new SharedMessages(coordination, "group", ({ code }) => refused.push(code));
    const foreign: DeviceMessage[] = [];
    const subscription = new Subscription({
      endpoint: platform.endpoint,
      login: () => Promise.resolve({ username: "me", password: "secret" }),
      credits: 100,
      isOurs: (id) => issued.includes(id),
      onForeignReply: (message) => foreign.push(message),
      onUnacknowledged: () => undefined,
      group,
      ...settings,
      timings: { first: 1, maxMs: 20, perMinute: 1000, ...settings.timings },
    });
    const member = new GroupMember(platform, coordination, subscription, group, acknowledge);
    if (!mayLackRedis) {
      await stateOf(coordination, isConnected);
      await group.joined();
    }
    await platform.until(() => platform.sender !== undefined);
    return member;
  }

  /** Stops as a Node-RED does. */
  async stop(): Promise<void> {
    await this.subscription.close();
    await this.group.close();
    await this.coordination.close();
    await this.platform.close();
  }
}
