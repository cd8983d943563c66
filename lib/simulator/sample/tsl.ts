import type { JsonObject } from "../../base/json";

/** A data type as TSL writes it: every number is text (docs/protocol.md, 6.4). */
export type Tsl = JsonObject;

export function range(
  type: "int" | "float" | "double",
  min: string,
  max: string,
  step: string,
  unit?: string,
): Tsl {
  return { type, specs: { min, max, step, ...(unit === undefined ? {} : { unit }) } };
}

export function choice(type: "bool" | "enum", ...labels: string[]): Tsl {
  return { type, specs: Object.fromEntries(labels.map((label, index) => [String(index), label])) };
}

export function param(identifier: string, name: string, dataType: Tsl): Tsl {
  return { identifier, name, dataType };
}

export function property(
  identifier: string,
  name: string,
  accessMode: string,
  required: boolean,
  dataType: Tsl,
): Tsl {
  return { identifier, name, accessMode, required, dataType };
}

interface ServiceText {
  identifier: string;
  name: string;
  callType: "sync" | "async";
  desc?: string;
  inputs?: Tsl[];
  outputs?: Tsl[];
}

export function service({ identifier, name, callType, desc, inputs = [], outputs = [] }: ServiceText): Tsl {
  return {
    identifier,
    name,
    required: false,
    callType,
    ...(desc === undefined ? {} : { desc }),
    method: `thing.service.${identifier}`,
    inputData: inputs,
    outputData: outputs,
  };
}

/** A model with the entries that the platform adds itself: event `post`, services `set` and `get`. */
export function model(
  productKey: string,
  properties: Tsl[],
  events: Tsl[],
  services: Tsl[],
  getOutputs = properties,
): Tsl {
  const params = (list: Tsl[]): Tsl[] =>
    list.map(({ identifier, name, dataType }) => ({ identifier, name, dataType }));
  const writable = properties.filter((candidate) => candidate.accessMode === "rw");
  const generated = { required: true, callType: "async" };
  return {
    schema: "https://iotx-tsl.oss-ap-southeast-1.aliyuncs.com/schema.json",
    profile: { version: "1.0", productKey },
    properties,
    events: [
      {
        identifier: "post",
        name: "post",
        type: "info",
        required: true,
        desc: "property report",
        method: "thing.event.property.post",
        outputData: params(properties).map(withoutUnitName),
      },
      ...events,
    ],
    services: [
      {
        identifier: "set",
        name: "set",
        ...generated,
        desc: "set properties",
        method: "thing.service.property.set",
        inputData: params(writable).map(withoutUnitName),
        outputData: [],
      },
      {
        identifier: "get",
        name: "get",
        ...generated,
        desc: "get properties",
        method: "thing.service.property.get",
        inputData: properties.map(({ identifier }) => identifier),
        outputData: params(getOutputs),
      },
      ...services,
    ],
  };
}

function withoutUnitName(parameter: Tsl): Tsl {
  return JSON.parse(
    JSON.stringify(parameter, (key, value: unknown) => (key === "unitName" ? undefined : value)),
  ) as Tsl;
}
