import { fieldName } from "../../lib/invocation/inputs";
import type { TypedField } from "./fields";

export type TextField = "productKey" | "deviceName" | "iotId" | "service" | "args";

/** The same fields as they stand in the flow file. */
export type FieldConfig = { [Name in TextField | `${TextField}Type`]?: unknown };

/** The fields of the dialog that name the call; a flow from before `args` had a type means the payload. */
export function fieldsOf(config: FieldConfig): Record<TextField, TypedField> {
  const typed = (name: TextField): TypedField => ({
    value: config[name],
    type: config[`${name}Type`],
    name: fieldName(name),
  });
  const payload: TypedField = { value: "payload", type: "msg", name: fieldName("args") };
  return {
    productKey: typed("productKey"),
    deviceName: typed("deviceName"),
    iotId: typed("iotId"),
    service: typed("service"),
    args: config.argsType === undefined ? payload : typed("args"),
  };
}
