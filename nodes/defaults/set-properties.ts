import { numberBounds } from "../../lib/base/number-bounds";
import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The properties of the node that sets properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const setPropertiesDefaults = {
  name: "",
  account: "",
  target: "device",
  productKey: "",
  productKeyType: "str",
  deviceName: "",
  deviceNameType: "str",
  iotId: "",
  iotIdType: "str",
  items: "payload",
  itemsType: "msg",
  mode: "now",
  qos: 0,
  /** Blank: no version is checked. */
  versions: "",
  versionsType: "msg",
  confirm: "accepted",
  subscription: "",
  replyTimeout: numberBounds.replyTimeout.blank,
  result: "payload",
  resultType: "msg",
  /** Blank: the account's. */
  timeout: "",
  delivery: "at-most-once",
  check: "error",
} satisfies Defaults;

/** What the dialog saves in the flow file; times are seconds. */
export type SetPropertiesProperties = Omit<Properties<typeof setPropertiesDefaults>, "timeout"> & {
  timeout: number | string;
};
/** The node as it stands in the flow file. */
export type SetPropertiesConfig = Config<typeof setPropertiesDefaults>;
export type SetPropertiesSettings = Settings<typeof setPropertiesDefaults, "account" | "subscription">;

/** The node with defaults filled in. */
export function setPropertiesSettings(config: SetPropertiesConfig): SetPropertiesSettings {
  return fillIn(config, setPropertiesDefaults);
}
