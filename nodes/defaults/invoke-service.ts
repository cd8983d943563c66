import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The invoke node's properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const invokeDefaults = {
  name: "",
  account: "",
  target: "device",
  productKey: "",
  productKeyType: "str",
  deviceName: "",
  deviceNameType: "str",
  iotId: "",
  iotIdType: "str",
  service: "",
  serviceType: "str",
  args: "payload",
  argsType: "msg",
  result: "payload",
  resultType: "msg",
  awaitReply: false,
  subscription: "",
  replyTimeout: numberBounds.replyTimeout.blank,
  /** Blank: the account's. */
  timeout: "",
  delivery: "at-most-once",
  check: "error",
} satisfies Defaults;

/** What the dialog of the invoke node saves in the flow file; times are seconds. */
export type InvokeProperties = Omit<Properties<typeof invokeDefaults>, "timeout"> & {
  timeout: number | string;
};
/** The invoke node as it stands in the flow file. */
export type InvokeConfig = Config<typeof invokeDefaults>;
export type InvokeSettings = Settings<typeof invokeDefaults, "account" | "subscription">;

/** An invoke node with defaults filled in. A flow from before `argsType` sends the payload, whatever its `args`. */
export function invokeSettings(config: InvokeConfig): InvokeSettings {
  const isOlder = config.argsType === undefined;
  const settings: InvokeSettings = fillIn(config, invokeDefaults, ["args"]);
  return isOlder ? { ...settings, args: invokeDefaults.args } : settings;
}
