import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { NodeAPI } from "node-red";
import type { Credentials } from "../../lib/base/credentials";
import { numberBounds } from "../../lib/base/number-bounds";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { Membership, ShareSettings } from "../../lib/subscription/shared-subscription";
import type { SubscriptionSettings as ConnectionSettings } from "../../lib/subscription/subscription";
import type { SubscriptionAccess, UsableAccount } from "../common/account-node";
import { readNumber, readText } from "../common/settings";
import { readTls, type TlsNode } from "../common/tls-node";
import type { SubscriptionSettings } from "../defaults/subscription";
import type { LoginClaim } from "./logins";

export { Logins } from "./logins";

// Loaded with the first subscription that a node opens.
const logins = (): typeof import("../../lib/subscription/login") => require("../../lib/subscription/login");

/** What a subscription uses besides its own properties. */
interface SubscriptionContext {
  account: UsableAccount;
  nodeId: string;
  tls: TlsNode | null | undefined;
  /** The client id if none is set. */
  ownClientId: string;
  /**
   * Claims the login for this subscription.
   * @throws {Failure} where another one has it
   */
  claim(claimed: LoginClaim): void;
  /** Resolves once all subscriptions are there that start at the same time. */
  gathered(): Promise<void>;
  onForeignReply(message: DeviceMessage, consumerGroupId: string): void;
  onUnacknowledged(message: DeviceMessage): void;
  timings: ConnectionSettings["timings"];
}

/** The only group that a simulator has unless its file names more; each instance of the platform has it too. */
const simulatorGroup = "DEFAULT_GROUP";

/**
 * Joins a subscription to the connection that all of the same account, host and consumer group share. The
 * AMQP library is loaded only here.
 * @throws {Failure} that says which setting is wrong
 */
export async function createSubscription(
  settings: SubscriptionSettings,
  context: SubscriptionContext,
): Promise<Membership> {
  const {
    amqpAddressOf,
  }: typeof import("../../lib/subscription/endpoint") = require("../../lib/subscription/endpoint");
  const { issued, shares } = context.account;
  const access = await context.account.subscriptionAccess();
  const { host, port, isEncrypted } = amqpAddressOf(addressOf(settings, access));
  const tls = readTls(context.tls) ?? {};
  const credits = readNumber(settings.credits, "errors.field-credits", numberBounds.credits);
  const login = {
    clientId: readText(settings.clientId, { key: "errors.field-client-id" }) || context.ownClientId,
    consumerGroupId:
      readText(settings.consumerGroupId, { key: "errors.field-consumer-group" }) ||
      (access.simulator ? simulatorGroup : ""),
    instanceId: access.instanceId,
  };
  logins().checkLogin(login);
  const {
    SharedSubscription,
  }: typeof import("../../lib/subscription/shared-subscription") = require("../../lib/subscription/shared-subscription");
  // Each group of a simulator gets the same messages, and it has one endpoint only.
  const key = access.simulator
    ? "simulator"
    : JSON.stringify([host, port, login.consumerGroupId, isEncrypted && (context.tls?.id ?? "")]);
  context.claim({ host, port, ...login, share: shares, key });
  const share = shares.of(
    key,
    (onEmpty) =>
      new SharedSubscription({
        endpoint: { host, port, tls: isEncrypted ? tls : undefined },
        ...signing(access),
        isOurs: (messageId) => issued.has(messageId),
        gathered: () => context.gathered(),
        onEmpty,
        timings: context.timings,
      }),
  );
  return share.join({
    id: context.nodeId,
    login,
    credits,
    onForeignReply: (message) => {
      if (!issued.mayHaveLost(message)) context.onForeignReply(message, login.consumerGroupId);
    },
    onUnacknowledged: (message) => context.onUnacknowledged(message),
  });
}

/** After this long the clock is checked as a cause of refusals; other causes are more likely at first. */
const clockCheckMs = 30_000;

/**
 * Signs logins, with the platform's time if it is known, and after a refusal with renewed credentials if possible. Without
 * calls to the platform, its time may not be known.
 */
function signing(access: SubscriptionAccess): Pick<ShareSettings, "sign" | "isClockWrong"> {
  const { credentials } = access;
  let used: Credentials | undefined;
  return {
    sign: async (login, refusedForMs) => {
      if (refusedForMs !== undefined && used) await credentials.renew?.(used);
      if (refusedForMs !== undefined && refusedForMs >= clockCheckMs && access.clockOffsetMs() === 0) {
        await access.checkClock();
      }
      used = await credentials.get();
      return logins().signLogin(login, used, Date.now() + access.clockOffsetMs());
    },
    isClockWrong: () => access.clockOffsetMs() !== 0,
  };
}

/** A simulator provides its own address. */
function addressOf(settings: SubscriptionSettings, { simulator, regionId, instanceId }: SubscriptionAccess) {
  const endpoint = simulator
    ? simulator.href
    : readText(settings.endpoint, { key: "errors.field-amqp-host" });
  const uid = readText(settings.uid, { key: "errors.field-uid" });
  return { endpoint, uid, regionId, instanceId };
}

/**
 * A client id that stays the same after a restart and differs between Node-RED instances and nodes: the platform treats
 * two clients with the same id as one.
 */
export function ownClientIdOf(RED: NodeAPI, nodeId: string): string {
  return `node-red-${createHash("sha256")
    .update(`${instanceOf(RED)}/${nodeId}`)
    .digest("hex")
    .slice(0, 32)}`;
}

/** Node-RED creates an id for each user directory, if that is writable. */
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
