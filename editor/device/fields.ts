import { isServiceIdentifier } from "../../lib/base/identifiers";
import {
  chooseType,
  configNode,
  enterText,
  type ModelOwner,
  needed,
  plainName,
  textIn,
  trimmed,
  typeIn,
} from "../index";

/** The fields that name a device, and what it is reached with: an account, or a subscription that has one. */
const shared = ["account", "subscription", "target", "productKey", "deviceName", "iotId"];
/** Of the dialog that is open; while another dialog is above it, its fields are not in the page. */
let fields = new Map<string, JQuery>();

/**
 * The first thing that the look-ups of a dialog do.
 * @param own properties of the node beside those that name the device
 * @returns whether its fields are still those that are meant: the dialog may have been closed and opened again
 */
export function holdFields(own: readonly string[]): () => boolean {
  const mine = new Map([...shared, ...own].map((name) => [name, $(`#node-input-${name}`)]));
  fields = mine;
  return () => fields === mine;
}

/** A field of the dialog while it is open; empty where the node has none of this name. */
export function input(property: string): JQuery {
  return fields.get(property) ?? $();
}

/** The element around a field, to which its picker is added. */
export function fieldOf(property: string): JQuery {
  return input(property).closest(".aliyun-iot-field");
}

/** The id of the account: the chosen one, or that of the chosen subscription; blank where none is. */
export function accountId(): string {
  if (input("account").length === 0) return trimmed(configNode(input("subscription").val())?.["account"]);
  const id = String(input("account").val() ?? "");
  return id === "_ADD_" ? "" : id;
}

export function isByIotId(): boolean {
  return input("target").val() === "iotId";
}

/** What a typed input names, where that is a text and known before any message. */
export function nameIn(property: string): string | undefined {
  const field = input(property);
  return typeIn(field) === "str" ? plainName(textIn(field)) : undefined;
}

/** The identifier of a service or another part of the thing model, where it is known before any message. */
export function identifierIn(property: string): string | undefined {
  const name = nameIn(property);
  return name !== undefined && isServiceIdentifier(name) ? name : undefined;
}

/** Whether nothing has been entered: no text, and no source either. */
export function isBlank(property: string): boolean {
  return typeIn(input(property)) === "str" && textIn(input(property)).trim() === "";
}

/** How a typed field reads: `light01`, `msg.topic`. */
export function shownIn(property: string): string {
  const [type, value] = [typeIn(input(property)), textIn(input(property)).trim()];
  if (value === "" || type === "str") return value;
  if (type === "msg" || type === "flow" || type === "global") return `${type}.${value}`;
  return type === "env" ? `\${${value}}` : value;
}

export function put(property: string, text: string): void {
  chooseType(input(property), "str");
  enterText(input(property), text);
}

/** The product whose thing model is meant, or a device of it. */
export function owner(): ModelOwner {
  return isByIotId() ? { iotId: nameIn("iotId") } : { productKey: nameIn("productKey") };
}

/**
 * The same, for a list of what the thing model has.
 * @throws {LookUpError} while neither is known
 */
export function neededOwner(): ModelOwner {
  const known = owner();
  needed(known.iotId ?? known.productKey, "picker.device-first");
  return known;
}
