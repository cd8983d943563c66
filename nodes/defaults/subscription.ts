import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The subscription's properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const subscriptionDefaults = {
  name: "",
  account: "",
  endpoint: "",
  uid: "",
  consumerGroupId: "",
  clientId: "",
  credits: numberBounds.credits.blank,
  tls: "",
} satisfies Defaults;

/** What the subscription's dialog saves in the flow file. */
export type SubscriptionProperties = Properties<typeof subscriptionDefaults>;
/** The subscription as it stands in the flow file. */
export type SubscriptionConfig = Config<typeof subscriptionDefaults>;
export type SubscriptionSettings = Settings<typeof subscriptionDefaults, "account" | "tls">;

/** A subscription with defaults filled in. */
export function subscriptionSettings(config: SubscriptionConfig): SubscriptionSettings {
  return fillIn(config, subscriptionDefaults);
}
