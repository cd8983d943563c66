import { readable } from "../../lib/base/text";
import type { DataType, Parameter } from "../../lib/thing-model/data-type";
import { exampleArgs } from "../../lib/thing-model/example";
import type { Service, ThingEvent, ThingModel } from "../../lib/thing-model/model";

const longestName = 100;
const longestDescription = 500;
const longestUnit = 20;

export interface ServiceRow {
  identifier: string;
  name: string;
  description: string;
  callType: Service["callType"];
}

/** Services that people call, with their module in front where they have one; `set` and `get` are not among them. */
export function serviceRows(model: ThingModel): ServiceRow[] {
  return model.modules.flatMap(({ id, services }) =>
    services
      .filter(({ generated }) => !generated)
      .map((service) => ({
        identifier: fullIdentifier(id, service.identifier),
        ...wordsOf(service),
      })),
  );
}

export interface EventRow {
  identifier: string;
  name: string;
  type: ThingEvent["type"];
}

/** Events that devices post, named as services are; the generated `post` of the properties is not among them. */
export function eventRows(model: ThingModel): EventRow[] {
  return model.modules.flatMap(({ id, events }) =>
    events
      .filter(({ identifier }) => identifier !== "post")
      .map(({ identifier, name, type }) => ({
        identifier: fullIdentifier(id, identifier),
        name: readable(name, longestName),
        type,
      })),
  );
}

/**
 * A service as the panel shows it, with an example of its args. Names that somebody wrote in the console come
 * without what could disturb the text around them; identifiers stay as they are, since they are sent.
 * @param now milliseconds, for dates
 */
export function viewOfService(service: Service, now: number): object {
  return {
    ...wordsOf(service),
    inputs: service.inputs.map(shownParameter),
    outputs: service.outputs.map(shownParameter),
    example: exampleArgs(service.inputs, now),
  };
}

/** With its module in front, where it has one. */
function fullIdentifier(moduleId: string, identifier: string): string {
  return moduleId ? `${moduleId}:${identifier}` : identifier;
}

function wordsOf({ name, description, callType }: Service): Omit<ServiceRow, "identifier"> {
  return {
    name: readable(name, longestName),
    description: readable(description, longestDescription),
    callType,
  };
}

function shownParameter(parameter: Parameter): Parameter {
  return {
    ...parameter,
    name: readable(parameter.name, longestName),
    dataType: shownType(parameter.dataType),
  };
}

function shownType(dataType: DataType): DataType {
  switch (dataType.type) {
    case "int":
    case "float":
    case "double": {
      const { unit, unitName, ...rest } = dataType;
      return {
        ...rest,
        ...(unit && { unit: readable(unit, longestUnit) }),
        ...(unitName && { unitName: readable(unitName, longestUnit) }),
      };
    }
    case "bool":
    case "enum":
      return {
        ...dataType,
        items: dataType.items.map(({ value, label }) => ({ value, label: readable(label, longestName) })),
      };
    case "struct":
      return { ...dataType, fields: dataType.fields.map(shownParameter) };
    case "array":
      return { ...dataType, item: shownType(dataType.item) };
    case "text":
    case "date":
      break;
  }
  return dataType;
}
