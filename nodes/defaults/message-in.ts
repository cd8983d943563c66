import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The message-in node's properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const messageInDefaults = {
  name: "",
  subscription: "",
  kind: "any",
  productKey: "",
  deviceName: "",
  identifier: "",
  acknowledge: "auto",
  /** 1 where the flow itself acknowledges; Node-RED reads it. */
  inputs: 0,
  /** `value`: only the value of the property that `identifier` names. */
  output: "message",
} satisfies Defaults;

/** What the dialog of the message-in node saves in the flow file. */
export type MessageInProperties = Properties<typeof messageInDefaults>;
/** The message-in node as it stands in the flow file. */
export type MessageInConfig = Config<typeof messageInDefaults>;
export type MessageInSettings = Settings<typeof messageInDefaults, "subscription">;

/** A message-in node with defaults filled in. */
export function messageInSettings(config: MessageInConfig): MessageInSettings {
  return fillIn(config, messageInDefaults);
}
