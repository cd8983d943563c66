import { readParameter, type Parameter } from "./data-type";
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
  /** The generated `set` and `get`, which SetDeviceProperty drives and nobody calls by name. */
  generated: boolean;
}

/** `id` is blank for the default module. */
export interface ThingModelModule {
  id: string;
  name: string;
  properties: Property[];
  events: ThingEvent[];
  services: Service[];
}

export interface ThingModel {
  productKey?: string;
  version?: string;
  modules: ThingModelModule[];
}

/**
 * Where a reading is not `ok`, its model holds what could be read nonetheless: one bad service does not take
 * away the others. Parameters whose data type could not be read are there, unchecked; what has no name is not.
 */
export type ThingModelReading =
  { ok: true; model: ThingModel } | { ok: false; problems: ThingModelProblem[]; model: ThingModel };

/**
 * Reads a TSL (reference, 6.4): one module's object, or an array with one object for each module.
 * Never throws; what cannot be understood comes back as problems, each with its path in the TSL.
 */
export function readThingModel(tsl: unknown): ThingModelReading {
  const reader = new Reader();
  const several = Array.isArray(tsl);
  const sources: unknown[] = several ? tsl : [tsl];
  const modules = sources.map((source, index) => readModule(reader, source, several ? `[${index}]` : ""));
  if (modules.length === 0) reader.problem("", "expected a thing model, got an empty array");
  reader.unique(modules, (module) => module.id, "", "module");

  const profile = reader.objectOf(reader.objectOf(sources[0]).profile);
  const model: ThingModel = { modules };
  if (typeof profile.productKey === "string") model.productKey = profile.productKey;
  if (typeof profile.version === "string") model.version = profile.version;
  if (reader.problems.length === 0) return { ok: true, model };
  return { ok: false, problems: reader.problems, model: { ...model, modules: modules.map(named) } };
}

/** A module without the parts that nobody could refer to. */
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

/**
 * The service that `identifier` names: `service` of the default module or `module:service`.
 * The generated `set` and `get` are found as well; see `Service.generated`.
 */
export function findService(model: ThingModel, identifier: string): Service | undefined {
  const moduleId = moduleIdOf(identifier);
  const name = identifier.slice(identifier.indexOf(":") + 1);
  const module = model.modules.find((candidate) => candidate.id === moduleId);
  return module?.services.find((service) => service.identifier === name);
}

/** The module of `module:service`; blank for the default one. */
export function moduleIdOf(service: string): string {
  const colon = service.indexOf(":");
  return colon < 0 ? "" : service.slice(0, colon);
}

function readModule(reader: Reader, source: unknown, path: string): ThingModelModule {
  const tsl = reader.object(source, path, "a thing model");
  const at = (key: string): string => (path ? `${path}.${key}` : key);
  const known = ["services", "properties", "events"].some((section) => Object.hasOwn(tsl, section));
  if (tsl === source && !known) {
    reader.problem(path, "expected a thing model, found no services, properties or events");
  }
  const module: ThingModelModule = {
    id: reader.text(tsl.functionBlockId, ""),
    name: reader.text(tsl.functionBlockName, ""),
    properties: reader.list(tsl.properties, at("properties"), readProperty),
    events: reader.list(tsl.events, at("events"), readEvent),
    services: reader.list(tsl.services, at("services"), (inner, item, where) =>
      readService(inner, item, where, tsl.properties),
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
    outputs: reader.list(value.outputData, `${path}.outputData`, readOne),
  };
}

function readService(reader: Reader, source: unknown, path: string, properties: unknown): Service {
  const value = reader.object(source, path, "a service");
  const identifier = reader.identifier(value.identifier, `${path}.identifier`);
  const service: Service = {
    identifier,
    name: reader.text(value.name, identifier),
    description: reader.text(value.desc, ""),
    callType: reader.oneOf(value.callType, ["async", "sync"], `${path}.callType`),
    inputs: reader.list(withProperties(reader, value.inputData, properties), `${path}.inputData`, readOne),
    outputs: reader.list(value.outputData, `${path}.outputData`, readOne),
    generated: reader.text(value.method, "").startsWith("thing.service.property."),
  };
  reader.unique(service.inputs, (input) => input.identifier, `${path}.inputData`, "input");
  return service;
}

/** The generated `get` lists property identifiers where others list parameters (reference, 6.4). */
function withProperties(reader: Reader, inputData: unknown, properties: unknown): unknown {
  if (!Array.isArray(inputData)) return inputData;
  const known: unknown[] = Array.isArray(properties) ? properties : [];
  return inputData.flatMap((input: unknown) => {
    if (typeof input !== "string") return [input];
    return known.filter((property) => reader.objectOf(property).identifier === input);
  });
}

function readOne(reader: Reader, source: unknown, path: string): Parameter {
  return readParameter(reader, source, path);
}
