import type { JsonObject } from "../../../base/json";
import type { Property, ThingModel } from "../../../thing-model/model";
import { propertiesOf } from "../../definition/functions";
import { BusinessFailure } from "../failures";
import { deviceOf, modelOf, type Operation, type Parameters } from "./operation";

/** docs/protocol.md, 7.3: values and times are text; one module in one call. */
export const queryDevicePropertyStatus: Operation = {
  required: [],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    await platform.beforeRead(device, "present");
    const properties = propertiesOfModule(modelOf(product), moduleOf(parameters));
    const rows = properties.map((property) => {
      const value = device.memory.valueOf(property.identifier);
      const Time = value === undefined ? "" : String(value.time);
      return { ...describeProperty(property), Value: value?.text ?? "", Time };
    });
    return { Data: { List: { PropertyStatusInfo: rows } } };
  },
};

export function moduleOf(parameters: Parameters): string {
  return parameters.get("FunctionBlockId") ?? "";
}

/**
 * The properties of one module, named with it.
 * @throws {BusinessFailure} where there is no such module
 */
export function propertiesOfModule(model: ThingModel, id: string): readonly Property[] {
  if (!model.modules.some((module) => module.id === id)) {
    const message = `there is no FunctionBlockId ${id.slice(0, 100)}`;
    throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
  }
  return propertiesOf(model).filter(({ identifier }) => prefixOf(identifier) === id);
}

export function describeProperty({ identifier, name, dataType }: Property): JsonObject {
  const unit = "unit" in dataType ? dataType.unit : undefined;
  return { Identifier: identifier, Name: name, DataType: dataType.type, Unit: unit ?? "" };
}

function prefixOf(identifier: string): string {
  const colon = identifier.indexOf(":");
  return colon < 0 ? "" : identifier.slice(0, colon);
}
