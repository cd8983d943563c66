import { chosen, type NodeOf } from "../../editor/index";

/** What the subscription's dialog saves in the flow file. */
export interface SubscriptionProperties {
  name: string;
  account: string;
  endpoint: string;
  uid: string;
  consumerGroupId: string;
  clientId: string;
  /** Text where somebody typed it. */
  credits: number | string;
  tls: string;
}

export type SubscriptionNode = NodeOf<SubscriptionProperties>;

/** A simulator says itself where its messages are. */
export function isOnSimulator(node: SubscriptionNode): boolean {
  return chosen(node, "account")?.["platform"] === "simulator";
}
