import path from "node:path";
import type { JsonObject } from "../../base/json";
import { readThingModel, type ThingModel } from "../../thing-model/model";
import { maxProblems } from "../../thing-model/reader";
import { type AccessKeyDefinition, readAccessKey } from "./access-key";
import { refuseDuplicates, Value } from "./checks";
import { readChoices } from "./choices";
import { defaultGroup, type ReadDefinition, type ReadDevice, type ReadProduct } from "./definition";
import { readDevice } from "./device-reader";
import { readFault } from "./fault";
import { generateDevices } from "./generated-devices";
import { readGroups } from "./groups";
import { SimulatorInputError } from "./input-error";
import { JsonFiles } from "./json-file";
import { readLimits } from "./limits";

const fileKeys = (
  "accessKeys instanceId products faults seed consumerGroups groups limits keptExecutions batchWithBadName " +
  "batchWithOfflineDevice tagMatch"
).split(" ");

/**
 * Reads a simulator file.
 * @param takesPipes whether it may be a pipe, which is read to its end
 * @throws {SimulatorInputError} one line with file and path
 */
export function readDefinitionFile(
  file: string,
  actions: readonly string[],
  takesPipes = false,
): ReadDefinition {
  const files = new JsonFiles(takesPipes);
  return readDefinition(files.get(file), path.dirname(path.resolve(file)), actions, file, files);
}

/**
 * Checks a definition; `folder` is where relative thing model paths start, `actions` what may be denied.
 * @throws {SimulatorInputError} one line with file and path
 */
export function readDefinition(
  raw: unknown,
  folder: string,
  actions: readonly string[],
  source = "",
  files = new JsonFiles(),
): ReadDefinition {
  const root = new Value(raw, "", source);
  root.object(fileKeys);
  const seed = root.child("seed").optional((value) => value.integer(0, 4_294_967_295)) ?? 1;
  const groups = readGroups(root.child("groups"));
  const products = root.child("products").list();
  const models: TslReadings = new Map();
  const context: ProductContext = {
    seed,
    staticGroups: new Set(groups.filter(({ dynamic }) => !dynamic).map(({ groupId }) => groupId)),
    keyOf: (name) => path.resolve(folder, name),
    readFile: (name) => files.get(path.resolve(folder, name)),
    models,
  };
  const read = products.map((product) => readProduct(product, context));
  refuseDuplicates(products, "productKey");
  refuseDuplicates(
    products.flatMap((product) => product.child("devices").list()),
    "iotId",
  );
  const faults = root.child("faults").list();
  const known = namesOf(read);
  for (const fault of faults) refuseUnknownNames(fault, known);
  return {
    source,
    accessKeys: readAccessKeys(root.child("accessKeys"), actions),
    instanceId: root.child("instanceId").optional((value) => value.text()) ?? "",
    products: read,
    faults: faults.map((fault) => readFault(fault, actions)),
    consumerGroups: readConsumerGroups(root.child("consumerGroups")),
    seed,
    groups,
    limits: readLimits(root.child("limits"), actions),
    choices: readChoices(root),
    keptExecutions: root.child("keptExecutions").optional((value) => value.integer(0, 10_000_000)) ?? 100_000,
  };
}

function readConsumerGroups(value: Value): string[] {
  const names = value.list().map((group) => {
    const name = group.name();
    return /^[\w-]{1,64}$/.test(name) ? name : group.fail("expected 1 to 64 letters, digits, _ or -");
  });
  return [...new Set([defaultGroup, ...names])];
}

type Names = Record<"productKey" | "deviceName" | "service", ReadonlySet<string>>;

function namesOf(products: readonly ReadProduct[]): Names {
  const models = new Set(products.map((product) => product.model));
  return {
    productKey: new Set(products.map((product) => product.productKey)),
    deviceName: new Set(products.flatMap((product) => product.devices.map((device) => device.deviceName))),
    service: new Set([...models].flatMap(servicesOf)),
  };
}

/** A fault for something that does not exist would never happen. */
function refuseUnknownNames(fault: Value, known: Names): void {
  fault.object();
  for (const key of ["productKey", "deviceName", "service"] as const) {
    const field = fault.child(key);
    if (!field.missing && !known[key].has(field.name()))
      field.fail(`there is no ${key} ${field.name().slice(0, 100)} in this file`);
  }
}

function servicesOf(model: ThingModel | undefined): string[] {
  return (model?.modules ?? []).flatMap(({ id, services }) =>
    services.map(({ identifier }) => (id === "" ? identifier : `${id}:${identifier}`)),
  );
}

function readAccessKeys(value: Value, actions: readonly string[]): AccessKeyDefinition[] {
  const keys = value.list();
  if (keys.length === 0) return [{ accessKeyId: "testid", accessKeySecret: "testsecret" }];
  const read = keys.map((key) => readAccessKey(key, actions));
  refuseDuplicates(keys, "accessKeyId");
  return read;
}

/** The JSON of a file beside the definition. */
type ReadFile = (path: string) => unknown;

interface TslReading {
  tsl: JsonObject[];
  model: ThingModel;
}

/** Models that were read, by their object or path: many products may have the same one. */
type TslReadings = Map<unknown, TslReading>;

interface TslContext {
  keyOf: (path: string) => string;
  readFile: ReadFile;
  models: TslReadings;
}

interface ProductContext extends TslContext {
  staticGroups: ReadonlySet<string>;
  seed: number;
}

function readProduct(value: Value, context: ProductContext): ReadProduct {
  value.object(["productKey", "productName", "thingModel", "devices", "generatedDevices"]);
  const productKey = value.child("productKey").name();
  const tsl = value.child("thingModel").optional((field) => readTslOnce(field, context));
  return {
    productKey,
    productName: value.child("productName").optional((field) => field.text()) ?? productKey,
    tsl: tsl?.tsl ?? [],
    model: tsl?.model,
    devices: readDevices(value, tsl?.model, context),
  };
}

function readDevices(
  product: Value,
  model: ThingModel | undefined,
  { staticGroups, seed }: ProductContext,
): ReadDevice[] {
  const listed = product.child("devices").list();
  refuseDuplicates(listed, "deviceName");
  const context = { model, staticGroups, checked: new WeakSet<object>() };
  const read = listed.map((device) => readDevice(device, context));
  const entries = product.child("generatedDevices").list();
  if (entries.length === 0) return read;
  const names = new Set(read.map(({ deviceName }) => deviceName));
  for (const entry of entries) {
    for (const device of generateDevices(entry, context, seed)) {
      const { deviceName } = device;
      if (names.has(deviceName)) entry.child("namePattern").fail(`"${deviceName}" occurs more than once`);
      names.add(deviceName);
      read.push(device);
    }
  }
  return read;
}

function readTslOnce(value: Value, { keyOf, readFile, models }: TslContext): TslReading {
  const key = typeof value.raw === "string" ? keyOf(value.raw) : value.raw;
  let reading = models.get(key);
  if (!reading) models.set(key, (reading = readTsl(value, readFile)));
  return reading;
}

function readTsl(value: Value, readFile: ReadFile): TslReading {
  const inFile = typeof value.raw === "string";
  const raw = inFile ? readTslFile(value, readFile) : value.raw;
  const reading = readThingModel(raw);
  if (reading.ok) return { tsl: (Array.isArray(raw) ? raw : [raw]) as JsonObject[], model: reading.model };
  const [first] = reading.problems;
  const others = reading.problems.length - 1;
  // Reading stops after the first problems.
  const more = others < 1 ? "" : others + 1 < maxProblems ? ` (and ${others} more)` : " (and more)";
  const where = first?.path ? `${first.path}: ` : "";
  return value.fail(
    `not a thing model${inFile ? ` (${value.name()})` : ""}: ${where}${first?.message}${more}`,
  );
}

function readTslFile(value: Value, readFile: ReadFile): unknown {
  try {
    return readFile(value.name());
  } catch (error) {
    if (error instanceof SimulatorInputError) value.fail(error.message);
    throw error;
  }
}
