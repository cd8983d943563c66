import { abortable } from "../base/abortable";
import type { CancelSignal } from "../base/cancellation";
import { timedOut, withTimeout } from "../base/with-timeout";
import type { DeviceTarget } from "../look-up/property-rows";
import type { DataType, Parameter, ThingModel } from "../thing-model/model";

/** The thing models of an account, by a device and a name as `Name` or `module:Name`. */
export interface ReadModels {
  /** @throws {Failure} as a rejection, where there is none */
  get(target: DeviceTarget, name: string): Promise<ThingModel>;
  /** @throws {Failure} as a rejection, where there is none */
  renew(target: DeviceTarget, name: string): Promise<ThingModel>;
  /** The ids of the custom modules that are known; without it, those that the thing model names. */
  modulesOf?(target: DeviceTarget): readonly string[];
}

/** How long a read waits for a thing model; without it, values are only less exact. */
const maxWaitMs = 5000;

/**
 * The same models for one read of one device: each is asked for once, and not waited for longer than the read may take.
 * @param timeout of the read, in milliseconds
 * @param signal fires when the read ends
 */
export function modelsOfRead(models: ReadModels, timeout: number, signal: CancelSignal): ReadModels {
  const asked = new Map<string, Promise<ThingModel>>();
  const ask = (how: "get" | "renew", target: DeviceTarget, name: string): Promise<ThingModel> => {
    const key = `${how} ${name}`;
    let model = asked.get(key);
    if (!model) {
      model = abortable(withinTime(models[how](target, name), Math.min(timeout, maxWaitMs)), signal);
      asked.set(key, model);
    }
    return model;
  };
  return {
    get: (target, name) => ask("get", target, name),
    renew: (target, name) => ask("renew", target, name),
    modulesOf: (target) => models.modulesOf?.(target) ?? [],
  };
}

async function withinTime<T>(value: Promise<T>, milliseconds: number): Promise<T> {
  const found = await withTimeout(value, milliseconds);
  if (found === timedOut) throw new Error("too late");
  return found;
}

/** The model of a module, where it can be read; values then have its types. */
export async function modelOf(
  models: ReadModels,
  target: DeviceTarget,
  moduleId: string,
  how: "get" | "renew" = "get",
): Promise<ThingModel | undefined> {
  try {
    return await models[how](target, moduleId === "" ? "" : `${moduleId}:`);
  } catch {
    return undefined;
  }
}

type Part = "properties" | "events" | "services";

/** The names of a module's properties, events or services, as `Name` or `module:Name`. */
export function namesIn(model: ThingModel, moduleId: string, part: Part): string[] {
  return partsOf(model, moduleId, part).map(({ identifier }) => fullName(moduleId, identifier));
}

export function fullName(moduleId: string, identifier: string): string {
  return moduleId === "" ? identifier : `${moduleId}:${identifier}`;
}

/** The type of a value, where the model tells it. */
export function typeOf(parameter: Parameter | undefined): DataType | undefined {
  return parameter?.isUnchecked ? undefined : parameter?.dataType;
}

export function partsOf<P extends Part>(
  model: ThingModel,
  moduleId: string,
  part: P,
): ThingModel["modules"][number][P] {
  const module = model.modules.find(({ id }) => id === moduleId);
  return module?.[part] ?? [];
}
