import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The properties of the node that waits (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const waitUntilDefaults = {
  name: "",
  subscription: "",
  target: "device",
  productKey: "",
  productKeyType: "str",
  deviceName: "",
  deviceNameType: "str",
  iotId: "",
  iotIdType: "str",
  kind: "property",
  identifier: "",
  identifierType: "str",
  condition: "eq",
  value: "",
  valueType: "str",
  /** Only of `between`. */
  value2: "",
  value2Type: "str",
  checkFirst: true,
  timeout: numberBounds.waitTimeout.blank,
  timeoutType: "num",
  /** Blank: the message stays as it is. */
  result: "payload",
  resultType: "msg",
} satisfies Defaults;

/** What the dialog saves in the flow file; times are seconds. */
export type WaitUntilProperties = Properties<typeof waitUntilDefaults>;
/** The node as it stands in the flow file. */
export type WaitUntilConfig = Config<typeof waitUntilDefaults>;
export type WaitUntilSettings = Settings<typeof waitUntilDefaults, "subscription">;

/** The node with defaults filled in. */
export function waitUntilSettings(config: WaitUntilConfig): WaitUntilSettings {
  return fillIn(config, waitUntilDefaults, ["result"]);
}
