import { createHash } from "node:crypto";
import type { Credentials } from "../../lib/base/credentials";
import type { Failure } from "../../lib/base/failure";
import { withTimeout } from "../../lib/base/with-timeout";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { MessageGroup } from "../../lib/subscription/message-group";
import type { Membership, ShareSettings } from "../../lib/subscription/shared-subscription";
import type { SubscriptionSettings as ConnectionSettings } from "../../lib/subscription/subscription";
import type { SubscriptionAccess, UsableAccount } from "../common/account-node";
import type { TlsNode } from "../common/tls-node";
import type { SubscriptionSettings } from "../defaults/subscription";
import type { LoginClaim } from "./logins";

export { Logins } from "./logins";

// Loaded with the first subscription that a node opens.
const logins = (): typeof import("../../lib/subscription/login") => require("../../lib/subscription/login");

/** A Redis that takes longer counts as away. */
const joinTimeoutMs = 1000;

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
  /** Redis does not let this Node-RED hear the others of its group. */
  onGroupRefused: (failure: Failure) => void;
  timings: ConnectionSettings["timings"];
}

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
    readSubscription,
  }: typeof import("../common/read-subscription") = require("../common/read-subscription");
  const { issued, shares } = context.account;
  const access = await context.account.subscriptionAccess();
  const { tls, ownClientId } = context;
  const { endpoint, isEncrypted, login, credits } = readSubscription(settings, access, tls, ownClientId);
  const { host, port } = endpoint;
  const {
    SharedSubscription,
  }: typeof import("../../lib/subscription/shared-subscription") = require("../../lib/subscription/shared-subscription");
  // Each group of a simulator gets the same messages, and it has one endpoint only.
  const key = access.simulator
    ? "simulator"
    : JSON.stringify([host, port, login.consumerGroupId, isEncrypted && (tls?.id ?? "")]);
  const group = groupOf(context.account, [host, port, login.consumerGroupId]);
  context.claim({ host, port, ...login, share: shares, key, group: group?.scope });
  const share = shares.of(
    key,
    (onEmpty) =>
      new SharedSubscription({
        endpoint,
        ...signing(access),
        group: group?.open(context.onGroupRefused),
        isOurs: (messageId) => issued.has(messageId),
        gathered: () => context.gathered(),
        onEmpty,
        timings: context.timings,
      }),
  );
  // A call that waits for its reply begins only when the others know whom to ask; without Redis, at once.
  if (context.account.sharing?.coordination.state.name !== "away")
    await withTimeout(share.joined(), joinTimeoutMs);
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

/** The Node-REDs that receive the messages of the same consumer group, where the account is shared. */
interface Group {
  /** The same for all of them. */
  scope: string;
  open(onRefused: (failure: Failure) => void): MessageGroup;
}

function groupOf({ sharing }: UsableAccount, parts: readonly unknown[]): Group | undefined {
  if (!sharing) return undefined;
  const { coordination } = sharing;
  const identity = createHash("sha256")
    .update(JSON.stringify([sharing.identity, ...parts]))
    .digest("hex")
    .slice(0, 32);
  return {
    scope: coordination.scopeOf(identity),
    open: (onRefused) => {
      const {
        SharedMessages,
      }: typeof import("../../lib/coordination/shared-messages") = require("../../lib/coordination/shared-messages");
      return new SharedMessages(coordination, identity, onRefused);
    },
  };
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
