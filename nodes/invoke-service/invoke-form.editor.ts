import { type ModelOwner, plainName } from "../../editor/index";
import { isServiceIdentifier } from "../../lib/base/identifiers";

const names = ["account", "target", "productKey", "deviceName", "iotId", "service", "args"];
/** Of the dialog that is open; while another dialog is above it, its fields are not in the page. */
let fields = new Map<string, JQuery>();

/**
 * The first thing that the look-ups of a dialog do.
 * @returns whether its fields are still those that are meant: the dialog may have been closed and opened again
 */
export function holdFields(): () => boolean {
  const mine = new Map(names.map((name) => [name, $(`#node-input-${name}`)]));
  fields = mine;
  return () => fields === mine;
}

/** A field of the invoke node's dialog while it is open. */
export function input(property: string): JQuery {
  return fields.get(property) ?? $();
}

/** The element around a field, to which its picker is added. */
export function fieldOf(property: string): JQuery {
  return input(property).closest(".aliyun-iot-field");
}

/** The id of the chosen account; blank where none is. */
export function accountId(): string {
  const id = String(input("account").val() ?? "");
  return id === "_ADD_" ? "" : id;
}

export function isByIotId(): boolean {
  return input("target").val() === "iotId";
}

/** What a typed input names, where that is a text and known before any message. */
export function nameIn(property: string): string | undefined {
  const field = input(property);
  return field.typedInput("type") === "str" ? plainName(field.typedInput("value")) : undefined;
}

/** The service's identifier, where it is known before any message. */
export function serviceName(): string | undefined {
  const name = nameIn("service");
  return name !== undefined && isServiceIdentifier(name) ? name : undefined;
}

/** Whether nothing has been entered: no text, and no source either. */
export function isBlank(property: string): boolean {
  return input(property).typedInput("type") === "str" && input(property).typedInput("value").trim() === "";
}

/** How a typed field reads: `light01`, `msg.topic`. */
export function shownIn(property: string): string {
  const [type, value] = [input(property).typedInput("type"), input(property).typedInput("value").trim()];
  if (value === "" || type === "str") return value;
  if (type === "msg" || type === "flow" || type === "global") return `${type}.${value}`;
  return type === "env" ? `\${${value}}` : value;
}

export function put(property: string, text: string): void {
  input(property).typedInput("type", "str");
  input(property).typedInput("value", text);
}

/** The product whose service is chosen, or a device of it. */
export function owner(): ModelOwner {
  return isByIotId() ? { iotId: nameIn("iotId") } : { productKey: nameIn("productKey") };
}
