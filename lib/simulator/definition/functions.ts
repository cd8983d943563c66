import type { Property, Service, ThingEvent, ThingModel } from "../../thing-model/model";

const propertiesByModel = new WeakMap<ThingModel, readonly Property[]>();
const setServices = new WeakMap<ThingModel, Service>();

/** All properties, named as in messages: `module:property` outside the default module. */
export function propertiesOf(model: ThingModel | undefined): readonly Property[] {
  if (!model) return [];
  let properties = propertiesByModel.get(model);
  if (!properties) {
    properties = model.modules.flatMap((module) =>
      module.properties.map((property) => ({
        ...property,
        identifier: named(module.id, property.identifier),
      })),
    );
    propertiesByModel.set(model, properties);
  }
  return properties;
}

/** The generated service with which properties of all modules are set. */
export function setServiceOf(model: ThingModel): Service {
  let service = setServices.get(model);
  if (!service) {
    service = {
      identifier: "set",
      name: "set",
      description: "",
      callType: "async",
      inputs: propertiesOf(model).filter(({ accessMode }) => accessMode !== "r"),
      outputs: [],
      generated: true,
    };
    setServices.set(model, service);
  }
  return service;
}

/** The event that `identifier` names: `event`, or `module:event`. */
export function findEvent(model: ThingModel | undefined, identifier: string): ThingEvent | undefined {
  for (const { id, events } of model?.modules ?? []) {
    const event = events.find((candidate) => named(id, candidate.identifier) === identifier);
    if (event) return event;
  }
  return undefined;
}

function named(moduleId: string, identifier: string): string {
  return moduleId === "" ? identifier : `${moduleId}:${identifier}`;
}
