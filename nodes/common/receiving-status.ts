import type { Node, NodeAPI } from "node-red";
import type { SubscriptionState } from "../../lib/subscription/state";
import { followCoordination } from "./coordination-node";
import { sharedMessagesTrouble } from "./coordination-status";
import { subscriptionStatus } from "./subscription-status";

/** The status of a node that receives messages: that of its subscription, unless only the Redis of its account is away. */
export class ReceivingStatus {
  private state: SubscriptionState = { name: "closed" };
  private trouble: ReturnType<typeof sharedMessagesTrouble>;
  private readonly unfollow: () => void;

  /** @param accountId as the flow file has it */
  constructor(
    RED: NodeAPI,
    private readonly node: Node,
    accountId: string | undefined,
  ) {
    this.unfollow = followCoordination(RED, accountId, (state) => {
      const before = this.trouble?.text;
      this.trouble = sharedMessagesTrouble(state);
      if (this.trouble?.text !== before) this.refresh();
    });
  }

  show(state: SubscriptionState): void {
    this.state = state;
    this.refresh();
  }

  /** The node is going away. */
  clear(): void {
    this.unfollow();
    this.node.status({});
  }

  private refresh(): void {
    const isConnected = this.state.name === "connected";
    this.node.status((isConnected ? this.trouble : undefined) ?? subscriptionStatus(this.state));
  }
}
