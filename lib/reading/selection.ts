import { invalidInput } from "../base/failure";
import { readable } from "../base/text";
import type { DeviceTarget } from "../look-up/property-rows";
import { moduleIdOf } from "../thing-model/model";
import { isAllOf } from "./identifiers";
import { modelOf, namesIn, type ReadModels } from "./known-types";
import type { ReadRun } from "./read-run";

/** What is asked for of one module. */
export interface ModuleSelection {
  moduleId: string;
  /** As `Name` or `module:Name`; undefined: all. */
  names: readonly string[] | undefined;
  /** It is read because it is known, and not because it was asked for: it may be gone meanwhile. */
  isAssumed?: boolean;
}

/**
 * The identifiers by their modules. Without any, all of the default module, of those that its thing model names, and of
 * those that are known otherwise, since the platform does not list modules. Where the model cannot be read, the run says
 * that there may be more.
 */
export async function selectionOf(
  run: Pick<ReadRun, "lacksModules">,
  models: ReadModels,
  target: DeviceTarget,
  identifiers: readonly string[],
): Promise<ModuleSelection[]> {
  if (identifiers.length === 0) return allModules(run, models, target);
  const modules = new Map<string, string[] | undefined>();
  for (const identifier of new Set(identifiers)) {
    const moduleId = moduleIdOf(identifier);
    const names = modules.has(moduleId) ? modules.get(moduleId) : [];
    if (isAllOf(identifier)) modules.set(moduleId, undefined);
    else if (names) modules.set(moduleId, [...names, identifier]);
  }
  return [...modules].map(([moduleId, names]) => ({ moduleId, names }));
}

async function allModules(
  run: Pick<ReadRun, "lacksModules">,
  models: ReadModels,
  target: DeviceTarget,
): Promise<ModuleSelection[]> {
  let named: readonly string[] = [];
  try {
    named = (await models.get(target, "")).modules.map(({ id }) => id);
  } catch (error) {
    run.lacksModules(error);
  }
  const known = models.modulesOf?.(target) ?? [];
  return [...new Set(["", ...named, ...known])].map((moduleId) => ({
    moduleId,
    names: undefined,
    isAssumed: moduleId !== "" && !named.includes(moduleId),
  }));
}

const unknownNames = {
  properties: "errors.read-no-property",
  events: "errors.read-no-event",
  services: "errors.read-no-service",
} as const;

/**
 * Refuses names that a thing model does not have, since the platform would leave them out, or say only that the read
 * failed. Where there is no model, the platform decides.
 * @throws {Failure} `invalid-input`
 */
export async function checkNames(
  models: ReadModels,
  target: DeviceTarget,
  { moduleId, names }: ModuleSelection,
  part: keyof typeof unknownNames,
): Promise<void> {
  if (!names) return;
  let known: readonly string[] = [];
  let unknown: readonly string[] = [];
  // The model may be out of date.
  for (const how of ["get", "renew"] as const) {
    const model = await modelOf(models, target, moduleId, how);
    if (!model) return;
    known = namesIn(model, moduleId, part);
    const all = new Set(known);
    unknown = names.filter((name) => !all.has(name));
    if (unknown.length === 0) return;
  }
  const params = { names: listed(unknown), known: listed(known) || "–" };
  throw invalidInput({ key: unknownNames[part], params });
}

function listed(names: readonly string[]): string {
  return readable(names.join(", "), 200);
}
