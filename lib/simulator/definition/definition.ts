import type { JsonObject } from "../../base/json";
import type { ThingModel } from "../../thing-model/model";
import type { AccessKeyDefinition } from "./access-key";
import type { ChoicesDefinition } from "./choices";
import type { DeviceStatus } from "./device-status";
import type { FaultDefinition } from "./fault";
import type { GroupDefinition, ReadGroup } from "./groups";
import type { LimitsDefinition, ReadLimits } from "./limits";

export { deviceStatuses, type DeviceStatus } from "./device-status";

/** What a device does when one of its services is called. */
export interface ServiceDefinition {
  /** Time between acting and answering; default 0. */
  delayMs?: number;
  /** The time is random, from `delayMs` to this; `seed` of the file determines it. */
  maxDelayMs?: number;
  /** The device's answer code; default 200. */
  code?: number;
  /** Message; default `success` for 200. */
  message?: string;
  /** Outputs, or a JSONata expression over `{ args, device }`; default made from the thing model. */
  data?: JsonObject | string;
  /** Answer with the outputs only, without the envelope `{code,data,id}`. */
  bare?: boolean;
  /**
   * When an asynchronous service's reply comes: before, together with or after the answer to the call; default after.
   */
  reply?: ReplyTime;
  /** As `offlineReply` of the device, for this service only. */
  offlineReply?: boolean;
  /**
   * Properties that the device posts after it has answered: values, or a JSONata expression over `{ args, device }`.
   */
  post?: JsonObject | string;
}

/** What a device does when properties are set. */
export interface PropertySetDefinition {
  /** Time until the device replies; default 0. */
  delayMs?: number;
  /** As of a service. */
  maxDelayMs?: number;
  /** The code of its reply; default 200. */
  code?: number;
  /** Message; default `success` for 200. */
  message?: string;
  /** As `reply` of a service; `never`: the device does not reply. */
  reply?: ReplyTime | "never";
  /** As `offlineReply` of the device, for property sets only. */
  offlineReply?: boolean;
  /**
   * Properties that the device posts once it has replied: values, or a JSONata expression over `{ args, device }`;
   * `false` for none. Default: what was set; nothing if the code is not 200.
   */
  post?: JsonObject | string | false;
  /** Time from the reply to the post; default 0. */
  postDelayMs?: number;
}

/** `before` waits until a subscriber has acknowledged the reply, `with` sends both at the same time. */
export const replyTimes = ["before", "with", "after"] as const;
export type ReplyTime = (typeof replyTimes)[number];

/** What a device sends on a schedule, once the subscription is open. */
export interface PostDefinition {
  everyMs: number;
  /** Properties; without it `event`. */
  property?: true;
  /** Identifier of the event, with its module if it has one. */
  event?: string;
  /** Values, or a JSONata expression over `{ device, time }`; `time` in UTC milliseconds. */
  data: JsonObject | string;
  /** The device has done so before the start, too: what the histories begin with. */
  past?: { everyMs: number; hours: number };
}

export interface DeviceDefinition {
  deviceName: string;
  /** Default: made from product and name. */
  iotId?: string;
  nickname?: string;
  status?: DeviceStatus;
  services?: Record<string, ServiceDefinition>;
  /** Default: the device takes what is set, replies and posts it. */
  propertySet?: PropertySetDefinition;
  /** What the device has reported before the start, by property. */
  properties?: JsonObject;
  /** Default: made from product and name. */
  deviceSecret?: string;
  /** An asynchronous call while the device is offline succeeds, and a reply with code 9201 follows. */
  offlineReply?: boolean;
  posts?: PostDefinition[];
  /** Goes offline and online by turns, at this interval. */
  togglesEveryMs?: number;
  tags?: Record<string, string>;
  /** `groupId` of the static groups to which it belongs. */
  groups?: string[];
}

type SharedDefinition = Omit<DeviceDefinition, "deviceName" | "iotId">;

/** Many devices that differ only by their names. A run of `#` in `nickname` is replaced as in `namePattern`. */
export interface GeneratedDevices extends SharedDefinition {
  count: number;
  /** `lamp-#####` names them `lamp-00001`, `lamp-00002` … */
  namePattern: string;
  /**
   * Some differ: a `share` of them, from 0 to 1, has these keys instead. Which devices, `seed` of the file determines;
   * how many is exact.
   */
  variants?: (SharedDefinition & { share: number })[];
}

export interface ProductDefinition {
  productKey: string;
  productName?: string;
  /** A TSL, an array of them (one per module), or the path of a JSON file with either. */
  thingModel?: JsonObject | JsonObject[] | string;
  devices?: DeviceDefinition[];
  /** Devices beside `devices`. */
  generatedDevices?: GeneratedDevices[];
}

/** The consumer group that every account has. */
export const defaultGroup = "DEFAULT_GROUP";

/** The content of a simulator file. */
export interface SimulatorDefinition extends ChoicesDefinition {
  /** Default: one key, `testid` with `testsecret`. */
  accessKeys?: AccessKeyDefinition[];
  /** Blank: an instance without an id; calls must not send one. */
  instanceId?: string;
  products?: ProductDefinition[];
  faults?: FaultDefinition[];
  /** Consumer groups beside `DEFAULT_GROUP`, which every account has. */
  consumerGroups?: string[];
  /** Starts the generators behind `probability`, `maxDelayMs` and `variants`; default 1. */
  seed?: number;
  groups?: GroupDefinition[];
  /** Beyond these, calls are throttled; default: none. */
  limits?: LimitsDefinition;
  /** How many executions are kept for tests, the newest; default 100,000. */
  keptExecutions?: number;
}

/** A device with defaults filled in. */
export type ReadDevice = DeviceDefinition & {
  status: DeviceStatus;
  /** Of a generated device: where it stands in the file. */
  path?: string;
};

export interface ReadProduct {
  productKey: string;
  productName: string;
  /** As written, for the look-ups; one for each module. */
  tsl: JsonObject[];
  model: ThingModel | undefined;
  /** Generated ones come last. */
  devices: ReadDevice[];
}

/** A checked definition, with thing models read and defaults filled in. */
export interface ReadDefinition {
  /** The file, for messages; blank for an object. */
  source: string;
  accessKeys: AccessKeyDefinition[];
  instanceId: string;
  products: ReadProduct[];
  faults: FaultDefinition[];
  consumerGroups: string[];
  seed: number;
  groups: ReadGroup[];
  limits: ReadLimits;
  choices: Required<ChoicesDefinition>;
  keptExecutions: number;
}
