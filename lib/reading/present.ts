import { Failure } from "../base/failure";
import { type JsonObject, setMember } from "../base/json";
import { textOf } from "../base/text";
import { field } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import {
  type DeviceTarget,
  givenIn,
  moduleParameters,
  nameIn,
  rowsIn,
  timeIn,
  typeNameIn,
} from "../look-up/property-rows";
import type { DataType, Parameter } from "../thing-model/model";
import { propertySetOf } from "../thing-model/property-set";
import { modelOf, type ReadModels, typeOf } from "./known-types";
import type { ReadRun } from "./read-run";
import { checkNames, type ModuleSelection, selectionOf } from "./selection";
import { countValues, typedValue, typeNamed } from "./values";

/** A present or desired value; what is not known is absent. */
interface Item {
  value?: unknown;
  label?: string;
  iso?: string;
  unit?: string;
  /** UTC milliseconds. */
  time?: number;
  /** Of a desired value. */
  version?: number;
}

interface Query {
  what: "properties" | "desired";
  target: DeviceTarget;
  identifiers: readonly string[];
}

/** The platform takes no more in one call, but gives all of a module where none is named. */
const maxNamed = 10;

/**
 * The present or the desired values of a device's properties, with one call for each module, in the shape of a property
 * message. What was never reported is left out; a desired value that was never set, or that was cleared, has only its
 * version.
 * @throws {Failure} also where the thing model lacks what is asked for
 */
export async function readPresent(
  run: ReadRun,
  models: ReadModels,
  { what, target, identifiers }: Query,
): Promise<{ items: Record<string, Item> }> {
  const selections = await selectionOf(run, models, target, identifiers);
  const found = new Map<string, Item>();
  const parts = await Promise.all(
    selections.map(async (selection) => {
      const [rows] = await Promise.all([
        readModule(run, models, what, target, selection),
        checkNames(models, target, selection, "properties"),
      ]);
      return rows;
    }),
  );
  for (const [name, item] of parts.flat()) found.set(name, item);
  const isListed = selections.length > 0 && selections.every(({ names }) => names !== undefined);
  const items: Record<string, Item> = {};
  for (const name of isListed ? identifiers : found.keys()) {
    const item = found.get(name);
    if (item) setMember(items, name, item);
  }
  return { items };
}

async function readModule(
  run: ReadRun,
  models: ReadModels,
  what: Query["what"],
  target: DeviceTarget,
  { moduleId, names, isAssumed }: ModuleSelection,
): Promise<[string, Item][]> {
  const wanted = names && new Set(names);
  const asking = askFor(run, what, target, { moduleId, names });
  const [rows, model] = await Promise.all([
    isAssumed ? asking.catch(noneIfGone) : asking,
    modelOf(models, target, moduleId),
  ]);
  const properties = model && propertySetOf([{ model, moduleId }]).all;
  return rows.flatMap((row): [string, Item][] => {
    const name = nameIn(row, moduleId);
    if (name === "" || (wanted && !wanted.has(name))) return [];
    run.count(name.length, 1);
    const item = itemOf(run, row, properties?.get(name));
    if (what === "desired") return [[name, { ...item, ...versionIn(row) }]];
    return Object.hasOwn(item, "value") ? [[name, item]] : [];
  });
}

/** A module that was only known from before may be gone; nothing was asked of it by name. */
function noneIfGone(error: unknown): JsonObject[] {
  if (error instanceof Failure && (error.category === "input" || error.category === "not-found")) return [];
  throw error;
}

/**
 * The types of a module's properties by the platform's names for them, for where there is no thing model.
 * @throws {Failure}
 */
export async function readTypes(
  run: ReadRun,
  target: DeviceTarget,
  moduleId: string,
): Promise<Map<string, DataType | undefined>> {
  const rows = await askFor(run, "properties", target, { moduleId, names: undefined });
  run.count(0, rows.length);
  return new Map(rows.map((row) => [nameIn(row, moduleId), typeNamed(typeNameIn(row))]));
}

async function askFor(
  run: ReadRun,
  what: Query["what"],
  target: DeviceTarget,
  { moduleId, names }: ModuleSelection,
): Promise<JsonObject[]> {
  const parameters: Parameters = moduleParameters(target, moduleId);
  if (what === "properties") {
    return rowsIn(await run.ask("QueryDevicePropertyStatus", parameters), "PropertyStatusInfo");
  }
  // Whether identifiers stand with their module here is unknown; without any, all of the module are answered.
  const Identifier = moduleId === "" && names && names.length <= maxNamed ? [...names] : undefined;
  return rowsIn(
    await run.ask("QueryDeviceDesiredProperty", { ...parameters, Identifier }),
    "DesiredPropertyInfo",
  );
}

/** In the order in which they are read: first the value, then what is said of it. */
function itemOf(run: ReadRun, row: JsonObject, parameter: Parameter | undefined): Item {
  const item: Item = {};
  const given = givenIn(row);
  const type = typeOf(parameter) ?? typeNamed(typeNameIn(row));
  if (given !== undefined) {
    const { value, label, iso } = typedValue(given, type);
    run.count(textOf(given)?.length ?? JSON.stringify(given).length, countValues(value));
    item.value = value;
    if (label !== undefined) item.label = label;
    if (iso !== undefined) item.iso = iso;
    const unit = textOf(field(row, "Unit")) ?? (type && "unit" in type ? type.unit : undefined);
    if (unit) item.unit = unit;
  }
  const time = timeIn(row);
  if (time !== undefined) item.time = time;
  return item;
}

function versionIn(row: JsonObject): { version?: number } {
  const version = Number(textOf(field(row, "Version")) ?? Number.NaN);
  return Number.isSafeInteger(version) ? { version } : {};
}
