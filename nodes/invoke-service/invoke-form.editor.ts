import { type ModelOwner, plainText } from "../../editor/index";

/** The fields of the invoke node's dialog while it is open. */
export function input(property: string): JQuery {
  return $(`#node-input-${property}`);
}

/** What is around a field: its notes and its picker go there. */
export function fieldOf(property: string): JQuery {
  return input(property).closest(".aliyun-iot-field");
}

/** The id of the chosen account; blank where none is. */
export function accountId(): string {
  return String(input("account").val() ?? "");
}

export function isByIotId(): boolean {
  return input("target").val() === "iotId";
}

/** What a typed input names, where that is a text and known before any message. */
export function textOf(property: string): string | undefined {
  const field = input(property);
  return field.typedInput("type") === "str" ? plainText(field.typedInput("value")) : undefined;
}

export function put(property: string, text: string): void {
  input(property).typedInput("type", "str");
  input(property).typedInput("value", text);
}

/** Which product the service belongs to, or the device that tells. */
export function owner(): ModelOwner {
  return isByIotId() ? { iotId: textOf("iotId") } : { productKey: textOf("productKey") };
}
