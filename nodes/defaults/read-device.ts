import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The properties of the node that reads devices (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const readDeviceDefaults = {
  name: "",
  account: "",
  target: "device",
  productKey: "",
  productKeyType: "str",
  deviceName: "",
  deviceNameType: "str",
  iotId: "",
  iotIdType: "str",
  what: "properties",
  /** Blank: all. */
  identifiers: "",
  identifiersType: "str",
  /** Blank: 24 hours ago. */
  from: "",
  fromType: "str",
  /** Blank: now. */
  to: "",
  toType: "str",
  order: "newest-first",
  limit: numberBounds.limit.blank,
  result: "payload",
  resultType: "msg",
  /** Blank: the account's. */
  timeout: "",
} satisfies Defaults;

/** What the dialog saves in the flow file; times are seconds. */
export type ReadDeviceProperties = Omit<Properties<typeof readDeviceDefaults>, "timeout"> & {
  timeout: number | string;
};
/** The node as it stands in the flow file. */
export type ReadDeviceConfig = Config<typeof readDeviceDefaults>;
export type ReadDeviceSettings = Settings<typeof readDeviceDefaults, "account">;

/** The node with defaults filled in. */
export function readDeviceSettings(config: ReadDeviceConfig): ReadDeviceSettings {
  return fillIn(config, readDeviceDefaults);
}
