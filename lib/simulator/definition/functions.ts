import type { Property, ThingEvent, ThingModel } from "../../thing-model/model";

/** The identifiers of all properties in messages: `module:property` outside the default module. */
export function propertiesOf(model: ThingModel | undefined): Property[] {
  return (model?.modules ?? []).flatMap(({ id, properties }) =>
    properties.map((property) => ({ ...property, identifier: named(id, property.identifier) })),
  );
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
