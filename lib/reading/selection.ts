import { invalidInput } from "../base/failure";
import { readable } from "../base/text";
import type { DeviceTarget } from "../look-up/property-rows";
import { moduleIdOf } from "../thing-model/model";
import { isAllOf } from "./identifiers";
import { modelOf, namesIn, type ReadModels } from "./known-types";

/** What is asked for of one module. */
export interface ModuleSelection {
  moduleId: string;
  /** As `Name` or `module:Name`; undefined: all. */
  names: readonly string[] | undefined;
}

/**
 * The identifiers by their modules. Without any, all of the modules that the thing model names; the platform does not list
 * modules, so a model that is read without a module's id may have only the default one.
 */
export async function selectionOf(
  models: ReadModels,
  target: DeviceTarget,
  identifiers: readonly string[],
): Promise<ModuleSelection[]> {
  if (identifiers.length === 0) {
    const model = await modelOf(models, target, "");
    const ids = new Set(["", ...(model?.modules.map(({ id }) => id) ?? [])]);
    return [...ids].map((moduleId) => ({ moduleId, names: undefined }));
  }
  const modules = new Map<string, string[] | undefined>();
  for (const identifier of new Set(identifiers)) {
    const moduleId = moduleIdOf(identifier);
    const names = modules.has(moduleId) ? modules.get(moduleId) : [];
    if (isAllOf(identifier)) modules.set(moduleId, undefined);
    else if (names) modules.set(moduleId, [...names, identifier]);
  }
  return [...modules].map(([moduleId, names]) => ({ moduleId, names }));
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
