import type { Parameter } from "./data-type";
import type { Property, ThingModel } from "./model";

/** The properties of some modules, by the names that calls and posts use: `Name`, or `module:Name`. */
export interface PropertySet {
  /** Where the model says so. */
  readonly productKey?: string | undefined;
  /** What can be set. The list never changes, so that encoders may be kept for it. */
  readonly writable: readonly Parameter[];
  readonly readOnly: ReadonlySet<string>;
  readonly all: ReadonlyMap<string, Parameter>;
}

/** The model of a module. */
interface ModuleModel {
  model: ThingModel;
  /** Blank for the default module. */
  moduleId: string;
}

const sets = new WeakMap<ThingModel, Map<string, PropertySet>>();
/** Sets of several modules, by the model of the first one. */
const joined = new WeakMap<ThingModel, { of: readonly ModuleModel[]; set: PropertySet }[]>();
/** Combinations of modules remembered for each model; flows have one or two. */
const maxJoined = 20;

/** The properties of these modules; made once for the same models. */
export function propertySetOf(modules: readonly ModuleModel[]): PropertySet {
  const [first, ...others] = modules;
  if (!first) return setOf(undefined, []);
  if (others.length === 0) return setOfModule(first);
  const known = joined.get(first.model) ?? [];
  const found = known.find(({ of }) => areSame(of, modules));
  if (found) return found.set;
  const parameters = modules.flatMap((module) => [...setOfModule(module).all.values()]);
  const readOnly = new Set(modules.flatMap((module) => [...setOfModule(module).readOnly]));
  const set = setOf(first.model, parameters, readOnly);
  joined.set(first.model, [...known, { of: [...modules], set }].slice(-maxJoined));
  return set;
}

function areSame(some: readonly ModuleModel[], others: readonly ModuleModel[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ model, moduleId }, index) => {
      const other = others[index]!;
      return model === other.model && moduleId === other.moduleId;
    })
  );
}

function setOfModule({ model, moduleId }: ModuleModel): PropertySet {
  let known = sets.get(model);
  if (!known) sets.set(model, (known = new Map<string, PropertySet>()));
  let set = known.get(moduleId);
  if (!set) known.set(moduleId, (set = readSet(model, moduleId)));
  return set;
}

function readSet(model: ThingModel, moduleId: string): PropertySet {
  const properties = model.modules.find(({ id }) => id === moduleId)?.properties ?? [];
  const readOnly = properties.filter((property) => !isWritable(property));
  const nameOf = ({ identifier }: Property): string =>
    moduleId === "" ? identifier : `${moduleId}:${identifier}`;
  return setOf(
    model,
    properties.map((property) => parameterOf(property, nameOf(property))),
    new Set(readOnly.map(nameOf)),
  );
}

/** `r`, `rw`, and `w` of some models; a mode that is newer than this reader is left to the platform. */
function isWritable({ accessMode }: Property): boolean {
  return accessMode.trim().toLowerCase() !== "r";
}

function parameterOf({ name, dataType, isUnchecked }: Property, identifier: string): Parameter {
  return isUnchecked ? { identifier, name, dataType, isUnchecked } : { identifier, name, dataType };
}

/** The first of a name counts. */
function setOf(
  model: ThingModel | undefined,
  parameters: readonly Parameter[],
  readOnly: ReadonlySet<string> = new Set(),
): PropertySet {
  const all = new Map<string, Parameter>();
  for (const parameter of parameters) {
    if (!all.has(parameter.identifier)) all.set(parameter.identifier, parameter);
  }
  const writable = [...all.values()].filter(({ identifier }) => !readOnly.has(identifier));
  return { productKey: model?.productKey, writable, readOnly, all };
}
