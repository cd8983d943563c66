import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The properties of the node that commands a fleet (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const fleetDefaults = {
  name: "",
  account: "",
  operation: "service",
  service: "",
  serviceType: "str",
  args: "payload",
  argsType: "msg",
  items: "payload",
  itemsType: "msg",
  targets: "list",
  /** Of a list: the product of entries that name none. */
  productKey: "",
  productKeyType: "str",
  devices: "devices",
  devicesType: "msg",
  groupId: "",
  groupIdType: "str",
  tags: "",
  tagsType: "str",
  offline: "try",
  strategy: "single",
  /** Blank: what the account allows. */
  pace: "",
  /** Blank: none goes first. */
  canary: "",
  growth: numberBounds.growth.blank,
  /** Blank: no share of failures ends a roll-out. */
  stopAt: "",
  stopAfter: numberBounds.stopAfter.blank,
  awaitReply: false,
  subscription: "",
  replyTimeout: numberBounds.replyTimeout.blank,
  check: "error",
  /** Blank: the account's. */
  timeout: "",
  delivery: "at-most-once",
  /** Blank: a roll-out does not outlive Node-RED. */
  keep: "",
} satisfies Defaults;

type Blankable = "pace" | "canary" | "stopAt" | "timeout";

/** What the dialog saves in the flow file; times are seconds. */
export type FleetProperties = Omit<Properties<typeof fleetDefaults>, Blankable> &
  Record<Blankable, number | string>;
/** The node as it stands in the flow file. */
export type FleetConfig = Config<typeof fleetDefaults>;
export type FleetSettings = Settings<typeof fleetDefaults, "account" | "subscription">;

/** The node with defaults filled in. */
export function fleetSettings(config: FleetConfig): FleetSettings {
  return fillIn(config, fleetDefaults, ["args"]);
}
