import { readable } from "../../lib/base/text";
import type { Search } from "../../lib/look-up/listing";
import { maxArgsBytes } from "../../lib/thing-model/args-size";
import { exampleArgs } from "../../lib/thing-model/example";
import type { DataType, Service, ThingEvent, ThingModel } from "../../lib/thing-model/model";
import { ShownParameters } from "./shown-parameters";

const maxNameLength = 100;
const maxDescriptionLength = 500;

interface ServiceRow {
  identifier: string;
  name: string;
  description: string;
  callType: Service["callType"];
}

/** The part of a thing model that a search finds. */
interface Page<Row> {
  rows: Row[];
  matches: number;
  isLoading: false;
}

/** The services, with their module as a prefix if they have one; without the generated `set` and `get`. */
export function serviceRows(model: ThingModel, search: Search): Page<ServiceRow> {
  const services = model.modules.flatMap((module) =>
    module.services
      .filter(({ generated }) => !generated)
      .map((service) => ({ ...service, identifier: fullIdentifier(module.id, service.identifier) })),
  );
  return pageOf(services, search, (service) => ({ identifier: service.identifier, ...wordsOf(service) }));
}

interface EventRow {
  identifier: string;
  name: string;
  type: ThingEvent["type"];
}

/** The events, named like services; without the generated `post` of the properties. */
export function eventRows(model: ThingModel, search: Search): Page<EventRow> {
  const events = model.modules.flatMap((module) =>
    module.events
      .filter(({ identifier }) => identifier !== "post")
      .map((event) => ({ ...event, identifier: fullIdentifier(module.id, event.identifier) })),
  );
  return pageOf(events, search, ({ identifier, name, type }) => ({
    identifier,
    name: readable(name, maxNameLength),
    type,
  }));
}

interface PropertyRow {
  identifier: string;
  name: string;
  dataType: DataType["type"];
}

/** Properties, named as services are. */
export function propertyRows(model: ThingModel, search: Search): Page<PropertyRow> {
  const properties = model.modules.flatMap((module) =>
    module.properties.map((property) => ({
      ...property,
      identifier: fullIdentifier(module.id, property.identifier),
    })),
  );
  return pageOf(properties, search, ({ identifier, name, dataType }) => ({
    identifier,
    name: readable(name, maxNameLength),
    dataType: dataType.type,
  }));
}

/** Only what is on the page is written out for people. */
function pageOf<Found extends { identifier: string; name: string }, Row>(
  all: Found[],
  { text, offset, limit }: Search,
  rowOf: (found: Found) => Row,
): Page<Row> {
  const wanted = text.toLowerCase();
  const found = all.filter(({ identifier, name }) =>
    [identifier, name].some((words) => words.toLowerCase().includes(wanted)),
  );
  return { rows: found.slice(offset, offset + limit).map(rowOf), matches: found.length, isLoading: false };
}

/**
 * A service as the panel shows it, with an example of its args unless that would be too large for a device. Display names
 * from the console are cleaned of control characters; identifiers are unchanged, since they are sent. What the panel has
 * no room for is only counted, in `moreInputs`, `moreOutputs`, `moreFields`
 * and `moreItems`.
 * @param now milliseconds, for dates
 */
export function viewOfService(service: Service, now: number): object {
  const inputs = new ShownParameters().list(service.inputs);
  const outputs = new ShownParameters().list(service.outputs);
  const example = exampleArgs(service.inputs, now);
  return {
    ...wordsOf(service),
    inputs: inputs.shown,
    ...(inputs.more > 0 && { moreInputs: inputs.more }),
    outputs: outputs.shown,
    ...(outputs.more > 0 && { moreOutputs: outputs.more }),
    example: Buffer.byteLength(example) <= maxArgsBytes ? example : "",
  };
}

/** With its module as a prefix, if it has one. */
function fullIdentifier(moduleId: string, identifier: string): string {
  return moduleId ? `${moduleId}:${identifier}` : identifier;
}

function wordsOf({ name, description, callType }: Service): Omit<ServiceRow, "identifier"> {
  return {
    name: readable(name, maxNameLength),
    description: readable(description, maxDescriptionLength),
    callType,
  };
}
