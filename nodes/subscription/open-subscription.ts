import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { numberBounds } from "../../lib/base/number-bounds";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { Subscription, SubscriptionSettings } from "../../lib/subscription/subscription";
import type { SubscriptionAccess, UsableAccount } from "../common/account-node";
import { readTls, type TlsNode } from "../account/open-account";
import { readNumber, readText } from "../common/settings";

/** Properties of the subscription node as they stand in the flow file (design, Nodes). */
export interface SubscriptionConfig {
  account?: string;
  endpoint?: unknown;
  uid?: unknown;
  consumerGroupId?: unknown;
  clientId?: unknown;
  credits?: unknown;
  tls?: string;
}

/** What a subscription has beside its own properties. */
export interface SubscriptionContext {
  account: UsableAccount;
  tls: TlsNode | null | undefined;
  /** Where no client id is typed. */
  ownClientId: string;
  /**
   * Takes a login for this subscription alone.
   * @throws Failure where another one has it
   */
  claim(login: string): void;
  onForeignReply(message: DeviceMessage, consumerGroupId: string): void;
  onUnacknowledged(message: DeviceMessage): void;
  timings: SubscriptionSettings["timings"];
}

/** The only group that a simulator has unless its file names more; each instance of the platform has it too. */
const simulatorGroup = "DEFAULT_GROUP";

/**
 * Makes a subscription from its configuration. Its module, and with it the AMQP library, is loaded only here.
 * @throws Failure that says which setting is wrong
 */
export async function createSubscription(
  config: SubscriptionConfig,
  context: SubscriptionContext,
): Promise<Subscription> {
  const { amqpAddressOf } = await import("../../lib/subscription/endpoint.js");
  const { checkLogin, signLogin } = await import("../../lib/subscription/login.js");
  const { issued } = context.account;
  const access = await context.account.subscriptionAccess();
  const { host, port, isEncrypted } = amqpAddressOf(addressOf(config, access));
  const tls = readTls(context.tls) ?? {};
  const credits = readNumber(config.credits, "errors.field-credits", numberBounds.credits);
  const login = {
    clientId: readText(config.clientId, { key: "errors.field-client-id" }) || context.ownClientId,
    consumerGroupId:
      readText(config.consumerGroupId, { key: "errors.field-consumer-group" }) ||
      (access.simulator ? simulatorGroup : ""),
    instanceId: access.instanceId,
  };
  checkLogin(login);
  const { Subscription } = await import("../../lib/subscription/subscription.js");
  context.claim(JSON.stringify([host, port, login.consumerGroupId, login.clientId]));
  return new Subscription({
    endpoint: { host, port, tls: isEncrypted ? tls : undefined },
    login: async () => signLogin(login, await access.credentials.get(), Date.now()),
    credits,
    isOurs: (messageId) => issued.has(messageId),
    onForeignReply: (message) => {
      if (!issued.mayHaveLost(message)) context.onForeignReply(message, login.consumerGroupId);
    },
    onUnacknowledged: (message) => context.onUnacknowledged(message),
    timings: context.timings,
  });
}

/** A simulator says itself where its messages are. */
function addressOf(config: SubscriptionConfig, { simulator, regionId, instanceId }: SubscriptionAccess) {
  const endpoint = simulator ? simulator.href : readText(config.endpoint, { key: "errors.field-amqp-host" });
  const uid = readText(config.uid, { key: "errors.field-uid" });
  return { endpoint, uid, regionId, instanceId };
}

/**
 * A client id that is the same after each start, and another one for each Node-RED and each node: the platform
 * takes two clients with the same id for one.
 */
export function ownClientIdOf(RED: NodeAPI, nodeId: string): string {
  return `node-red-${createHash("sha256")
    .update(`${instanceOf(RED)}/${nodeId}`)
    .digest("hex")
    .slice(0, 32)}`;
}

/** Node-RED makes an id for each user directory, where that can be written to. */
function instanceOf(RED: NodeAPI): string {
  const settings = RED.settings as { userDir?: string; get?(name: string): unknown };
  try {
    const id = settings.get?.("instanceId");
    if (typeof id === "string" && id !== "") return id;
  } catch {
    // Its settings cannot be stored.
  }
  return `${hostname()}/${settings.userDir ?? ""}`;
}

/** The logins in use in this Node-RED. */
export class Logins {
  private readonly owners = new Map<string, { id: string; name?: string }>();

  /** @throws Failure where another node has this one */
  claim(login: string, owner: { id: string; name?: string }): void {
    const other = this.owners.get(login);
    if (other && other !== owner) {
      throw invalidInput({ key: "errors.client-id-taken", params: { other: other.name || other.id } });
    }
    this.owners.set(login, owner);
  }

  release(owner: { id: string }): void {
    for (const [login, other] of this.owners) if (other === owner) this.owners.delete(login);
  }
}
