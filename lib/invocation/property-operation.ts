import { Failure } from "../base/failure";
import { isObject, type JsonObject, parseJson } from "../base/json";
import { identifierText } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import type { ComputedParts } from "../thing-model/encode";
import type { PropertySet } from "../thing-model/property-set";
import type { Invocation } from "./invocation";
import type { Command, CommandAnswer, Operation } from "./operation";
import { noVersions } from "./property-versions";

/** Properties of a device that a flow sets. */
export interface PropertyCommand extends Command {
  /** JSON text of one object, by `Name` or `module:Name`; null clears a desired value. */
  items: string;
  /** The names in it. */
  names: readonly string[];
  /** The numbers in `items`, or in parts of them, are JavaScript's, with its rounding. */
  areItemsComputed?: boolean | ComputedParts | undefined;
  /** `now`: the device gets them at once, if it is online; `desired`: the platform keeps them for it. */
  mode: "now" | "desired";
  /** Of `now`. 1: the platform keeps the command for a device that is offline. */
  qos: 0 | 1;
  /** Of `desired`: JSON text of the version that each desired value is to have so far; `noVersions` checks none. */
  versions: string;
  /** The properties of its modules, where the command was checked against a thing model. */
  properties?: PropertySet | undefined;
}

/** `desired` takes no more, and the platform would not say which ones it left out. */
export const maxDesired = 10;

const name = "set-properties";

const shared: Omit<Operation<PropertyCommand>, "actionOf" | "parametersOf"> = {
  name,
  invocationOf({ target: { iotId, productKey, deviceName } }) {
    return iotId === undefined
      ? { operation: name, productKey, deviceName, attempts: 0, queuedMs: 0, durationMs: 0 }
      : { operation: name, iotId, attempts: 0, queuedMs: 0, durationMs: 0 };
  },
  identifiersOf: ({ names }) => names.map((property) => `property:${property}`),
  mannerOf: ({ mode, qos }) => (mode === "now" ? { mode, qos } : { mode }),
  argsOf: ({ items }) => items,
  // The answer holds ids; a device's reply and its posts are decoded where they are awaited.
  outputsOf: () => undefined,
  readAnswer: readPropertyAnswer,
};

/** Sets properties at once: `SetDeviceProperty`. */
const setNow: Operation<PropertyCommand> = {
  ...shared,
  actionOf: () => "SetDeviceProperty",
  parametersOf({ target, items, qos }): Parameters {
    const { iotId, productKey, deviceName } = target;
    const Qos = qos === 1 ? "1" : undefined;
    return { IotId: iotId, ProductKey: productKey, DeviceName: deviceName, Items: items, Qos };
  },
};

/** Sets desired values: `SetDeviceDesiredProperty`. */
const setDesired: Operation<PropertyCommand> = {
  ...shared,
  actionOf: () => "SetDeviceDesiredProperty",
  parametersOf({ target, items, versions }): Parameters {
    const { iotId, productKey, deviceName } = target;
    return { IotId: iotId, ProductKey: productKey, DeviceName: deviceName, Items: items, Versions: versions };
  },
  judged: judgedByVersion,
};

export function propertyOperation({ mode }: Pick<PropertyCommand, "mode">): Operation<PropertyCommand> {
  return mode === "desired" ? setDesired : setNow;
}

/** A command of which not even the fields could be read. */
export function unreadPropertyCommand(): Invocation {
  return { operation: name, attempts: 0, queuedMs: 0, durationMs: 0 };
}

function readPropertyAnswer({ body, requestId }: Answer): CommandAnswer {
  const data = field(body, "Data");
  const given = isObject(data) ? data : {};
  const messageId = identifierText(field(given, "MessageId"));
  const versions = versionsIn(field(given, "Versions"));
  const result = versions ? { messageId, versions } : { messageId };
  return { callType: "async", messageId, requestId, code: undefined, result };
}

/** The new versions; the platform writes them as JSON text. */
function versionsIn(given: unknown): JsonObject | undefined {
  if (isObject(given)) return given;
  if (typeof given !== "string") return undefined;
  try {
    const versions = parseJson(given);
    return isObject(versions) ? versions : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a command was refused for its versions. The platform's code for that is unknown (docs/protocol.md, 7.2), so it
 * is taken to be any failure of the back end that speaks of versions, or of the set as such: nothing was stored.
 */
export function isVersionConflict({ code, text }: Failure, { mode, versions }: PropertyCommand): boolean {
  if (mode !== "desired" || versions === noVersions) return false;
  if (!/^iot\./i.test(code)) return false;
  if (/version|^iot\.device\.setdevice\w*failed$/i.test(code)) return true;
  return typeof text === "string" && /version|版本/i.test(text);
}

function judgedByVersion(failure: Failure, command: PropertyCommand): Failure {
  if (!isVersionConflict(failure, command)) return failure;
  const { code, text, requestId, messageId, statusCode } = failure;
  return new Failure({
    code,
    category: "input",
    outcome: "refused",
    retryable: false,
    text,
    hint: "hints.versions",
    requestId,
    messageId,
    statusCode,
  });
}
