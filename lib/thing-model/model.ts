import type { Parameter } from "./data-type";
import { readParameter } from "./data-type-reader";
import { Reader, type ThingModelProblem } from "./reader";

export type * from "./data-type";
export type { ThingModelProblem } from "./reader";

export interface Property extends Parameter {
  accessMode: string;
  required: boolean;
}

export interface ThingEvent {
  identifier: string;
  name: string;
  type: string;
  outputs: Parameter[];
}

export interface Service {
  identifier: string;
  name: string;
  description: string;
  callType: "sync" | "async";
  inputs: Parameter[];
  outputs: Parameter[];
  /** The generated `set` and `get`, which SetDeviceProperty uses and which are not called by name. */
  generated: boolean;
  /** It has more inputs than are read, so args cannot be checked. */
  isUnchecked?: true;
}

/** `id` is blank for the default module. */
interface ThingModelModule {
  id: string;
  name: string;
  properties: Property[];
  events: ThingEvent[];
  services: Service[];
}

/**
 * The platform allows 300 functions in all, and 20 to 100 parameters for each; the generated ones name all properties.
 */
const maxFunctions = 2000;
const maxParameters = 2000;
const maxModules = 200;

export interface ThingModel {
  productKey?: string;
  version?: string;
  modules: ThingModelModule[];
}

/**
 * If a reading is not `ok`, its model contains everything that could be read: an invalid service does not affect the
 * others. Parameters whose data type could not be read are included as unchecked; parts without a name are not.
 */
type ThingModelReading =
  { ok: true; model: ThingModel } | { ok: false; problems: ThingModelProblem[]; model: ThingModel };

/**
 * Reads a TSL: one module's object, or an array with one object for each module.
 * Never throws; problems are returned, each with its path in the TSL.
 */
export function readThingModel(tsl: unknown): ThingModelReading {
  const reader = new Reader();
  const several = Array.isArray(tsl);
  const modules = several ? reader.list(tsl, "", maxModules, readModule) : [readModule(reader, tsl, "")];
  if (modules.length === 0) reader.problem("", "expected a thing model, got an empty array");
  reader.unique(modules, (module) => module.id, "", "module");

  const profile = reader.objectOf(reader.objectOf(several ? tsl[0] : tsl).profile);
  const model: ThingModel = { modules };
  if (typeof profile.productKey === "string") model.productKey = reader.text(profile.productKey, "");
  if (typeof profile.version === "string") model.version = reader.text(profile.version, "");
  if (reader.problems.length === 0) return { ok: true, model };
  return { ok: false, problems: reader.problems, model: { ...model, modules: modules.map(named) } };
}

/** A module without the parts that have no identifier. */
function named(module: ThingModelModule): ThingModelModule {
  const hasName = ({ identifier }: { identifier: string }): boolean => identifier !== "";
  return {
    ...module,
    properties: module.properties.filter(hasName),
    events: module.events.filter(hasName),
    services: module.services.filter(hasName).map((service) => ({
      ...service,
      inputs: service.inputs.filter(hasName),
      outputs: service.outputs.filter(hasName),
    })),
  };
}

const indexes = new WeakMap<ThingModel, ReadonlyMap<string, Service>>();

/**
 * The service that `identifier` names: `service` of the default module or `module:service`.
 * The generated `set` and `get` are found as well; see `Service.generated`.
 */
export function findService(model: ThingModel, identifier: string): Service | undefined {
  let index = indexes.get(model);
  if (!index) indexes.set(model, (index = servicesOf(model)));
  return index.get(identifier);
}

/** The module of `module:service`; blank for the default one. */
export function moduleIdOf(service: string): string {
  const colon = service.indexOf(":");
  return colon < 0 ? "" : service.slice(0, colon);
}

/** All services by their full identifiers; the first of a name counts. */
function servicesOf({ modules }: ThingModel): ReadonlyMap<string, Service> {
  const index = new Map<string, Service>();
  const ids = new Set<string>();
  for (const { id, services } of modules) {
    if (ids.has(id)) continue;
    ids.add(id);
    for (const service of services) {
      const name = id === "" ? service.identifier : `${id}:${service.identifier}`;
      if (!index.has(name)) index.set(name, service);
    }
  }
  return index;
}

function readModule(reader: Reader, source: unknown, path: string): ThingModelModule {
  const tsl = reader.object(source, path, "a thing model");
  const at = (key: string): string => (path ? `${path}.${key}` : key);
  const isKnown = ["services", "properties", "events"].some((section) => Object.hasOwn(tsl, section));
  if (tsl === source && !isKnown) {
    reader.problem(path, "expected a thing model, found no services, properties or events");
  }
  const properties = reader.list(tsl.properties, at("properties"), maxFunctions, readProperty);
  const known = new Map(properties.map((property) => [property.identifier, parameterOf(property)]));
  const module: ThingModelModule = {
    id: reader.text(tsl.functionBlockId, ""),
    name: reader.text(tsl.functionBlockName, ""),
    properties,
    events: reader.list(tsl.events, at("events"), maxFunctions, readEvent),
    services: reader.list(tsl.services, at("services"), maxFunctions, (inner, item, where) =>
      readService(inner, item, where, known),
    ),
  };
  reader.unique(module.services, (service) => service.identifier, at("services"), "service");
  return module;
}

function readProperty(reader: Reader, source: unknown, path: string): Property {
  const value = reader.objectOf(source);
  return {
    ...readParameter(reader, source, path),
    accessMode: reader.text(value.accessMode, "rw"),
    required: value.required === true,
  };
}

function readEvent(reader: Reader, source: unknown, path: string): ThingEvent {
  const value = reader.object(source, path, "an event");
  const identifier = reader.identifier(value.identifier, `${path}.identifier`);
  return {
    identifier,
    name: reader.text(value.name, identifier),
    type: reader.text(value.type, "info"),
    outputs: reader.list(value.outputData, `${path}.outputData`, maxParameters, readOne),
  };
}

function readService(
  reader: Reader,
  source: unknown,
  path: string,
  properties: ReadonlyMap<string, Parameter>,
): Service {
  const value = reader.object(source, path, "a service");
  const identifier = reader.identifier(value.identifier, `${path}.identifier`);
  const inputs = readInputs(reader, value.inputData, `${path}.inputData`, properties);
  const service: Service = {
    identifier,
    name: reader.text(value.name, identifier),
    description: reader.text(value.desc, ""),
    callType: reader.oneOf(value.callType, ["async", "sync"], `${path}.callType`),
    inputs,
    outputs: reader.list(value.outputData, `${path}.outputData`, maxParameters, readOne),
    generated: reader.text(value.method, "").startsWith("thing.service.property."),
  };
  if (Array.isArray(value.inputData) && value.inputData.length > maxParameters) service.isUnchecked = true;
  reader.unique(service.inputs, (input) => input.identifier, `${path}.inputData`, "input");
  return service;
}

/** The generated `get` lists identifiers of properties instead of parameters. */
function readInputs(
  reader: Reader,
  inputData: unknown,
  path: string,
  properties: ReadonlyMap<string, Parameter>,
): Parameter[] {
  const inputs = reader.list(inputData, path, maxParameters, (_reader, input, at) => {
    if (typeof input !== "string") return readOne(reader, input, at);
    return reader.hasRoom(at) ? properties.get(input) : undefined;
  });
  return inputs.filter((input) => input !== undefined);
}

/** A property as a parameter. */
function parameterOf({ identifier, name, dataType, isUnchecked }: Parameter): Parameter {
  return isUnchecked ? { identifier, name, dataType, isUnchecked } : { identifier, name, dataType };
}

function readOne(reader: Reader, source: unknown, path: string): Parameter {
  return readParameter(reader, source, path);
}
