import type { JsonObject } from "../../base/json";
import type { Service } from "../../thing-model/model";
import type { DeviceReply } from "./outputs";

/** The name of property sets among the services of a device: that of the generated service. */
export const setIdentifier = "set";

/** What a device receives when a service is called. */
export interface DeviceCommand {
  messageId: string;
  /** As called, with its module. */
  identifier: string;
  service: Service;
  args: JsonObject;
  /** `args` with its numbers as they were written. */
  written?: JsonObject;
  /** Over MQTT; default 0. */
  qos?: 0 | 1;
}

/** A real device that answers instead of the virtual one. */
export interface DeviceAnswer {
  /** Whether it has subscribed to property sets. */
  readonly takesPropertySets: boolean;
  /** Resolves with the device's answer; never resolves if there is none. */
  invoke(command: DeviceCommand): Promise<DeviceReply>;
}

/** A device that is carrying out a command, and its answer. */
export interface Action {
  delayMs: number;
  /** To be called once `delayMs` have passed. Never rejects; of a real device it may never resolve. */
  reply(): Promise<DeviceReply>;
  /** Whether a real device acts. */
  isReal: boolean;
}
