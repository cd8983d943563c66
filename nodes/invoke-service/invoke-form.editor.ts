import { type ModelOwner, plainText } from "../../editor/index";

/** The fields of the invoke node's dialog while it is open. */
export function input(property: string): JQuery {
  return $(`#node-input-${property}`);
}

/** The element around a field, to which its notes and its picker are added. */
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

/** The product whose service is chosen, or a device of it. */
export function owner(): ModelOwner {
  return isByIotId() ? { iotId: textOf("iotId") } : { productKey: textOf("productKey") };
}
