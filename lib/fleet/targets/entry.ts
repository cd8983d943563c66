import { isBlank } from "../../base/blank";
import { describeValue } from "../../base/describe";
import { Failure, invalidInput } from "../../base/failure";
import { readable } from "../../base/text";
import { isPlain } from "../../invocation/args-writer";
import { readText } from "../../invocation/inputs";
import { unreadable } from "./entries";

/** An entry of a list, as far as it could be read. */
export interface Entry {
  /** How a sentence calls it, such as `msg.devices[3]`. */
  source: string;
  /** Blank where it names none. */
  productKey: string;
  deviceName: string;
  iotId: string;
  /** Its args or items. */
  own: unknown;
  problem: Failure | undefined;
}

const maxShownLength = 100;

/**
 * Reads an entry: the name of a device, or an object of its names and args. Never throws: what cannot be read is the entry's
 * problem.
 */
export function readEntry(value: unknown, source: string, fleetProduct: string | undefined): Entry {
  const entry: Entry = {
    source,
    productKey: "",
    deviceName: "",
    iotId: "",
    own: undefined,
    problem: undefined,
  };
  try {
    if (value === unreadable) throw problem("errors.fleet-entry-unreadable", source);
    if (typeof value === "string") {
      entry.deviceName = readText({ value, source }, "deviceName");
      entry.productKey = fleetProduct ?? "";
    } else readObject(value, entry, fleetProduct);
    const isNamed = entry.iotId !== "" || (entry.productKey !== "" && entry.deviceName !== "");
    if (!isNamed) throw problem("errors.fleet-entry-product", source);
  } catch (error) {
    // Anything else was thrown by a getter.
    entry.problem = error instanceof Failure ? error : problem("errors.fleet-entry-unreadable", source);
  }
  return entry;
}

/** What has been read so far stands in the report, also where a later member cannot be read. */
function readObject(value: unknown, entry: Entry, fleetProduct: string | undefined): void {
  const { source } = entry;
  if (!isPlain(value)) {
    throw invalidInput({
      key: "errors.fleet-entry",
      params: { source, came: describeValue(value) },
    });
  }
  const { productKey, deviceName, iotId } = value;
  entry.productKey = shown(productKey) || (fleetProduct ?? "");
  entry.deviceName = shown(deviceName);
  entry.iotId = shown(iotId);
  if (isBlank(deviceName) && isBlank(iotId)) throw problem("errors.fleet-entry-nameless", source);
  entry.iotId = isBlank(iotId) ? "" : readText({ value: iotId, source: `${source}.iotId` }, "iotId");
  entry.deviceName = isBlank(deviceName)
    ? ""
    : readText({ value: deviceName, source: `${source}.deviceName` }, "deviceName");
  // An IotId needs no product; the one of the whole list need not be its own.
  const isById = entry.deviceName === "";
  entry.productKey = isBlank(productKey)
    ? isById
      ? ""
      : (fleetProduct ?? "")
    : readText({ value: productKey, source: `${source}.productKey` }, "productKey");
  const { args, items } = value;
  if (args !== undefined && items !== undefined) throw problem("errors.fleet-entry-own", source);
  entry.own = args === undefined ? items : args;
}

function shown(value: unknown): string {
  return typeof value === "string" ? readable(value, maxShownLength) : "";
}

function problem(key: string, source: string): Failure {
  return invalidInput({ key, params: { source } });
}
