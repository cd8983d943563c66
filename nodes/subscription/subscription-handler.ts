import type { Node, NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { closed, invalidInput } from "../../lib/base/failure";
import { withTimeout } from "../../lib/base/with-timeout";
import type { Membership, SubscriptionUse } from "../../lib/subscription/shared-subscription";
import type { SubscriptionState } from "../../lib/subscription/state";
import type { SubscriptionSettings as ConnectionSettings } from "../../lib/subscription/subscription";
import { type AccountNode, accountType, type UsableAccount } from "../common/account-node";
import { ownClientIdOf } from "../common/client-id";
import { hideCredentials } from "../common/hidden-credentials";
import { ReceivingStatus } from "../common/receiving-status";
import type { SubscriptionUser } from "../common/subscription-node";
import { translator } from "../common/texts";
import type { TlsNode } from "../common/tls-node";
import {
  type SubscriptionConfig,
  type SubscriptionSettings,
  subscriptionSettings,
} from "../defaults/subscription";
import type { Logins } from "./logins";
import { createSubscription } from "./open-subscription";
import { StateLog } from "./state-log";

/** Settings are read again after this delay, which then grows: a file may have been corrected. */
const firstRetryMs = 1000;
const maxRetryMs = 60_000;
/** Node-RED waits 15 s for a node that closes. */
const maxLeavingMs = 3000;

/** Opens a subscription for its users, and reports its state to them. */
export class SubscriptionHandler {
  /** Each user with the function that ends its use, once it has begun. */
  private readonly users = new Map<SubscriptionUser, (() => void) | undefined>();
  private readonly settings: SubscriptionSettings;
  /** Id of the account node; blank where the flow file has none. */
  readonly accountId: string;
  private readonly log: StateLog;
  private readonly status: ReceivingStatus;
  private opening: Promise<Membership> | undefined;
  private state: SubscriptionState = { name: "closed" };
  private retryInMs = firstRetryMs;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node & { users?: Record<string, Node> },
    config: SubscriptionConfig,
    private readonly logins: Logins,
    private readonly timings?: ConnectionSettings["timings"],
  ) {
    // The node has no credentials, but Node-RED adds whatever is stored under its id.
    hideCredentials(node);
    this.settings = subscriptionSettings(config);
    const { account } = this.settings;
    this.accountId = typeof account === "string" ? account : "";
    this.log = new StateLog(node, translator(RED));
    this.status = new ReceivingStatus(RED, node, account);
    node.users = {};
  }

  open(): Promise<SubscriptionUse> {
    if (this.isClosed) return Promise.reject(closed(false));
    return (this.opening ??= this.create().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    }));
  }

  join(user: SubscriptionUser): () => void {
    this.users.set(user, undefined);
    this.node.users![user.node.id] = user.node;
    user.show(this.state);
    void this.serve();
    return () => {
      const end = this.users.get(user);
      if (!this.users.delete(user)) return;
      delete this.node.users![user.node.id];
      end?.();
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.users.clear();
    // What hangs while it opens leaves when it has opened, if ever.
    const leaving = this.opening?.then(
      (membership) => membership.leave(),
      () => undefined,
    );
    if (leaving) await withTimeout(leaving, maxLeavingMs);
    this.logins.release(this.node);
    this.status.clear();
  }

  /** Starts all users that have not begun; retries automatically while the settings are wrong. Never rejects. */
  private async serve(): Promise<void> {
    clearTimeout(this.timer);
    const arrived = this.logins.arrives(this.settings.account);
    // By then all flows have started, so that Catch nodes and accounts in other tabs exist.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const subscription = await this.open();
      for (const [user, end] of this.users) {
        if (!end) this.users.set(user, user.begin?.(subscription) ?? (() => undefined));
      }
    } catch (error) {
      if (this.isClosed || this.users.size === 0) return;
      const failure = asFailure(error, "not-sent");
      this.change({ name: "refused", failure, retryInMs: this.retryInMs });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.serve(), this.retryInMs);
      this.retryInMs = Math.min(this.retryInMs * 4, maxRetryMs);
    } finally {
      arrived();
    }
  }

  private async create(): Promise<Membership> {
    const account = await this.account();
    const { tls, account: accountId } = this.settings;
    const membership = await createSubscription(this.settings, {
      account,
      nodeId: this.node.id,
      tls: tls ? (this.RED.nodes.getNode(tls) as TlsNode | null) : undefined,
      ownClientId: ownClientIdOf(this.RED, this.node.id),
      claim: (claimed) => {
        if (this.isClosed) throw closed(false);
        const rival = this.logins.claim(claimed, this.node);
        if (rival) this.log.groupShared(rival.name || rival.id, claimed.consumerGroupId);
      },
      gathered: () => this.logins.gathered(accountId),
      timings: this.timings,
      onForeignReply: (message, group) => this.log.foreignReply(message, group),
      onUnacknowledged: (message) => this.log.unacknowledged(message),
      onGroupRefused: (failure) => this.log.groupRefused(failure),
    });
    membership.watch((state) => this.change(state));
    return membership;
  }

  /** @throws {Failure} where there is none, or where its settings are wrong */
  private account(): UsableAccount | Promise<UsableAccount> {
    const { account } = this.settings;
    const node = account ? this.RED.nodes.getNode(account) : undefined;
    if (node?.type !== accountType) throw invalidInput({ key: "errors.subscription-account" });
    return (node as AccountNode).open();
  }

  private change(state: SubscriptionState): void {
    if (this.isClosed) return;
    this.state = state;
    this.status.show(state);
    this.log.changed(state);
    for (const user of this.users.keys()) user.show(state);
  }
}
