import { type Config, type Defaults, fillIn, type Properties, type Settings } from "./fill-in";

/** The coordination's properties (docs/architecture.md, Nodes): the one table for dialog and runtime. */
export const coordinationDefaults = {
  name: "",
  url: "",
  prefix: "aliyun-iot",
  unencrypted: false,
  tls: "",
} satisfies Defaults;

/** What the coordination's dialog saves in the flow file. */
export type CoordinationProperties = Properties<typeof coordinationDefaults>;
/** The coordination as it stands in the flow file. */
export type CoordinationConfig = Config<typeof coordinationDefaults>;
export type CoordinationNodeSettings = Settings<typeof coordinationDefaults, "tls">;

/** A coordination with defaults filled in. */
export function coordinationSettings(config: CoordinationConfig): CoordinationNodeSettings {
  return fillIn(config, coordinationDefaults);
}
