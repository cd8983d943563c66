import { invalidInput, type Text } from "../base/failure";
import { encodeArgs } from "../thing-model/encode";
import { moduleIdOf, type ThingModel } from "../thing-model/model";
import { type PropertySet, propertySetOf } from "../thing-model/property-set";
import { type CheckMode, type Fitted, type Fitting, maxNamed, ModelCheck } from "./model-check";
import type { ModelSource } from "./model-source";
import { misfitText } from "./problem-list";
import type { PropertyCommand } from "./property-operation";

/** Converts the properties that each command sets to the types of the thing models of their modules, and checks them. */
export class PropertyCheck extends ModelCheck<PropertyCommand, PropertySet> {
  /** @param describe describes an error for a warning */
  constructor(mode: CheckMode, warn: (text: Text) => void, describe: (error: unknown) => string) {
    super(propertyFitting, mode, warn, describe);
  }
}

const propertyFitting: Fitting<PropertyCommand, PropertySet> = {
  kept: keptProperties,
  get: (models, command) => read(command, (target, name) => models.get(target, name)),
  renew: (models, command) => read(command, (target, name) => models.renew(target, name)),
  fit,
  productOf: ({ productKey }) => productKey,
  subjectOf: ({ names }) => names.slice(0, maxNamed).join(" "),
  warnings: {
    sent: "errors.check-items-sent",
    late: "errors.check-items-late",
    noModel: "errors.check-items-no-model",
  },
};

/** The properties of the modules that a command names, where all of their models are loaded. */
export function keptProperties(
  models: ModelSource,
  { target, names }: Pick<PropertyCommand, "target" | "names">,
): PropertySet | undefined {
  const modules: { model: ThingModel; moduleId: string }[] = [];
  let isWhole = true;
  for (const name of firstOfModules(names)) {
    // Asked for each of them, so that all are loaded together.
    const model = models.kept(target, name);
    if (model) modules.push({ model, moduleId: moduleIdOf(name) });
    else isWhole = false;
  }
  return isWhole ? propertySetOf(modules) : undefined;
}

async function read(
  { target, names }: PropertyCommand,
  ask: (target: PropertyCommand["target"], name: string) => Promise<ThingModel>,
): Promise<PropertySet> {
  const modules = firstOfModules(names).map(async (name) => ({
    model: await ask(target, name),
    moduleId: moduleIdOf(name),
  }));
  return propertySetOf(await Promise.all(modules));
}

/** One name for each module, in an order of their own, so that the same modules are the same set. */
function firstOfModules(names: readonly string[]): readonly string[] {
  if (names.length === 1) return names;
  const first = new Map<string, string>();
  for (const name of names) {
    const moduleId = moduleIdOf(name);
    if (!first.has(moduleId)) first.set(moduleId, name);
  }
  return first.size === 1 ? [names[0]!] : [...first.keys()].toSorted().map((id) => first.get(id)!);
}

function fit(set: PropertySet, command: PropertyCommand): Fitted<PropertyCommand> {
  const { target, items, names, areItemsComputed, mode, qos, versions } = command;
  const encoding = encodeArgs(set.writable, items, {
    isComputed: areItemsComputed ?? false,
    maxProblems: maxNamed,
    properties: { readOnly: set.readOnly, areClearable: mode === "desired" },
  });
  // Written out, because spreads of objects are slow where every message comes by.
  const fitted: PropertyCommand = {
    target,
    items: encoding.text,
    names,
    areItemsComputed,
    mode,
    qos,
    versions,
    properties: set,
  };
  if (encoding.problems.length === 0) return { command: fitted };
  const params = { problems: misfitText(encoding) };
  return {
    command: fitted,
    problem: invalidInput({ key: "errors.check-items", params }, "hints.check-items"),
  };
}
