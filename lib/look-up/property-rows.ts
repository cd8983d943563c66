import { isObject, type JsonObject, parseJson } from "../base/json";
import { textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import { latestDate } from "../thing-model/date-text";

/** A device: its IotId, or its product and name. */
export interface DeviceTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** The parameters that name a device and one of its modules; blank: the default module. */
export function moduleParameters(target: DeviceTarget, moduleId: string): Parameters {
  return { ...targetParameters(target), FunctionBlockId: moduleId || undefined };
}

export function targetParameters({ iotId, productKey, deviceName }: DeviceTarget): Parameters {
  return { IotId: iotId, ProductKey: productKey, DeviceName: deviceName };
}

/** The rows of a list in an answer's `Data`; none where there is no such list. */
export function rowsIn({ body }: Answer, name: string): JsonObject[] {
  const data = field(body, "Data");
  return rowsOf(isObject(data) ? data : {}, name);
}

/** The rows of `{ List: { name: […] } }`. */
export function rowsOf(holder: JsonObject, name: string): JsonObject[] {
  const list = field(holder, "List");
  const items = isObject(list) ? field(list, name) : list;
  // XML turns a list of one into the object itself.
  return (Array.isArray(items) ? items : [items]).filter(isObject);
}

/** Name of the property of a row, as `Name` or `module:Name`; the platform may write it with its module or without. */
export function nameIn(row: JsonObject, moduleId: string): string {
  const identifier = textOf(field(row, "Identifier")) ?? "";
  return moduleId === "" || identifier.startsWith(`${moduleId}:`) ? identifier : `${moduleId}:${identifier}`;
}

/** UTC milliseconds, which a date can have; undefined where it is blank or absent. */
export function timeIn(row: JsonObject): number | undefined {
  const time = Number(textOf(field(row, "Time")));
  return Number.isSafeInteger(time) && time > 0 && time <= latestDate ? time : undefined;
}

/** The type of a row's value by the platform's name for it, such as `float`. */
export function typeNameIn(row: JsonObject): string {
  return textOf(field(row, "DataType"))?.toLowerCase() ?? "";
}

/**
 * The value of a row as the platform writes it; undefined where there is none. Only the time tells an empty text from one
 * that was never reported.
 */
export function givenIn(row: JsonObject): unknown {
  const value = field(row, "Value");
  if (value !== "") return value ?? undefined;
  return typeNameIn(row) === "text" && timeIn(row) !== undefined ? value : undefined;
}

/** The value in JSON text; other text as it is. Integers beyond 2^53 stay text. */
export function parsedText(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
