import { dirname, resolve } from "node:path";
import { findService, readThingModel, type ThingModel } from "../thing-model/model.js";
import { refuseDuplicates, Value, type JsonObject } from "./checks.js";
import { FAULT_KINDS, type FaultDefinition } from "./faults.js";
import { readJsonFile } from "./json-file.js";

export const DEVICE_STATUSES = ["ONLINE", "OFFLINE", "UNACTIVE", "DISABLE"] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

export interface AccessKeyDefinition {
  accessKeyId: string;
  accessKeySecret: string;
  /** Makes it a temporary (STS) key: requests must carry this token. */
  securityToken?: string;
  /** The token's time is over. */
  expired?: boolean;
  /** The key is disabled. */
  inactive?: boolean;
  /** Actions that the RAM policy does not allow. */
  deny?: string[];
}

/** What a device does when one of its services is called. */
export interface ServiceDefinition {
  /** Time between acting and answering; default 0. */
  delayMs?: number;
  /** The device's answer code; default 200. */
  code?: number;
  /** Text beside the code; default `success` for 200. */
  message?: string;
  /** Outputs, or a JSONata expression over `{ args, device }`; default made from the thing model. */
  data?: JsonObject | string;
  /** Answer with the outputs alone, not wrapped in `{code,data,id}`. */
  bare?: boolean;
}

export interface DeviceDefinition {
  deviceName: string;
  /** Default: made from product and name. */
  iotId?: string;
  nickname?: string;
  status?: DeviceStatus;
  services?: Record<string, ServiceDefinition>;
}

export interface ProductDefinition {
  productKey: string;
  productName?: string;
  /** A TSL, an array of them (one per module), or the path of a JSON file with either. */
  thingModel?: JsonObject | JsonObject[] | string;
  devices?: DeviceDefinition[];
}

/** The content of a simulator file. */
export interface SimulatorDefinition {
  /** Default: one key, `testid` with `testsecret`. */
  accessKeys?: AccessKeyDefinition[];
  /** Blank: an instance without an id, calls must not name one. */
  instanceId?: string;
  products?: ProductDefinition[];
  faults?: FaultDefinition[];
  /** Starts the generator behind `probability`; default 1. */
  seed?: number;
}

export interface ReadProduct {
  productKey: string;
  productName: string;
  /** As written, for the look-ups; one for each module. */
  tsl: JsonObject[];
  model: ThingModel | undefined;
  devices: (DeviceDefinition & { status: DeviceStatus })[];
}

/** A definition that was checked: thing models read, defaults filled in. */
export interface ReadDefinition {
  accessKeys: AccessKeyDefinition[];
  instanceId: string;
  products: ReadProduct[];
  faults: FaultDefinition[];
  seed: number;
}

/** Reads a simulator file. Throws SimulatorInputError, one line with file and path. */
export function readDefinitionFile(file: string, actions: readonly string[]): ReadDefinition {
  return readDefinition(readJsonFile(file), dirname(resolve(file)), actions, file);
}

/** Checks a definition; `folder` is where relative thing model paths start, `actions` what may be denied. */
export function readDefinition(
  raw: unknown,
  folder: string,
  actions: readonly string[],
  source = "",
): ReadDefinition {
  const root = new Value(raw, "", source);
  root.object(["accessKeys", "instanceId", "products", "faults", "seed"]);
  const products = root.child("products").list();
  const read = products.map((product) => readProduct(product, folder));
  refuseDuplicates(products, "productKey");
  refuseSharedIotIds(products);
  return {
    accessKeys: readAccessKeys(root.child("accessKeys"), actions),
    instanceId: root.child("instanceId").optional((value) => value.text()) ?? "",
    products: read,
    faults: root
      .child("faults")
      .list()
      .map((fault) => readFault(fault, actions)),
    seed: root.child("seed").optional((value) => value.integer(0, 4_294_967_295)) ?? 1,
  };
}

/** Checks one fault. Throws SimulatorInputError. */
export function readFault(value: Value, actions: readonly string[]): FaultDefinition {
  value.object(
    "fault action service productKey deviceName skip times probability retryAfterMs clockOffsetMs".split(" "),
  );
  const texts = ["service", "productKey", "deviceName"] as const;
  for (const key of texts) value.child(key).optional((field) => field.name());
  value.child("fault").oneOf(FAULT_KINDS);
  value.child("action").optional((field) => field.oneOf(actions));
  for (const key of ["skip", "times"]) value.child(key).optional((field) => field.integer(0, 1e9));
  value.child("probability").optional((field) => field.number(0, 1));
  value.child("retryAfterMs").optional((field) => field.integer(0, 3_600_000));
  value.child("clockOffsetMs").optional((field) => field.integer(-1e12, 1e12));
  return { ...(value.raw as FaultDefinition) };
}

function readAccessKeys(value: Value, actions: readonly string[]): AccessKeyDefinition[] {
  const keys = value.list();
  if (keys.length === 0) return [{ accessKeyId: "testid", accessKeySecret: "testsecret" }];
  for (const key of keys) {
    key.object(["accessKeyId", "accessKeySecret", "securityToken", "expired", "inactive", "deny"]);
    key.child("accessKeyId").name();
    key.child("accessKeySecret").name();
    key.child("securityToken").optional((field) => field.name());
    for (const flag of ["expired", "inactive"]) key.child(flag).optional((field) => field.flag());
    for (const action of key.child("deny").list()) action.oneOf(actions);
  }
  refuseDuplicates(keys, "accessKeyId");
  return keys.map((key) => ({ ...(key.raw as AccessKeyDefinition) }));
}

function readProduct(value: Value, folder: string): ReadProduct {
  value.object(["productKey", "productName", "thingModel", "devices"]);
  const productKey = value.child("productKey").name();
  const tsl = value.child("thingModel").optional((field) => readTsl(field, folder));
  const devices = value.child("devices").list();
  refuseDuplicates(devices, "deviceName");
  return {
    productKey,
    productName: value.child("productName").optional((field) => field.text()) ?? productKey,
    tsl: tsl?.tsl ?? [],
    model: tsl?.model,
    devices: devices.map((device) => readDevice(device, tsl?.model)),
  };
}

function readTsl(value: Value, folder: string): { tsl: JsonObject[]; model: ThingModel } {
  const inFile = typeof value.raw === "string";
  const raw = inFile ? readJsonFile(resolve(folder, value.name())) : value.raw;
  const reading = readThingModel(raw);
  if (reading.ok) return { tsl: (Array.isArray(raw) ? raw : [raw]) as JsonObject[], model: reading.model };
  const [first] = reading.problems;
  const more = reading.problems.length > 1 ? ` (and ${reading.problems.length - 1} more)` : "";
  const path = first?.path ? `${first.path}: ` : "";
  return value.fail(
    `not a thing model${inFile ? ` (${String(value.raw)})` : ""}: ${path}${first?.message}${more}`,
  );
}

function readDevice(
  value: Value,
  model: ThingModel | undefined,
): DeviceDefinition & { status: DeviceStatus } {
  value.object(["deviceName", "iotId", "nickname", "status", "services"]);
  value.child("deviceName").name();
  value.child("iotId").optional((field) => field.name());
  value.child("nickname").optional((field) => field.text());
  const status = value.child("status").optional((field) => field.oneOf(DEVICE_STATUSES)) ?? "ONLINE";
  const services = value.child("services");
  for (const identifier of Object.keys(services.optional((field) => field.object()) ?? {})) {
    const service = services.child(identifier);
    if (!model || !findService(model, identifier)) service.fail("the thing model has no such service");
    readService(service);
  }
  return { ...(value.raw as DeviceDefinition), status };
}

function readService(value: Value): void {
  value.object(["delayMs", "code", "message", "data", "bare"]);
  value.child("delayMs").optional((field) => field.integer(0, 86_400_000));
  value.child("code").optional((field) => field.integer(0, 2_147_483_647));
  value.child("message").optional((field) => field.text());
  value.child("data").optional((field) => (typeof field.raw === "string" ? field.name() : field.object()));
  value.child("bare").optional((field) => field.flag());
}

function refuseSharedIotIds(products: readonly Value[]): void {
  refuseDuplicates(
    products.flatMap((product) => product.child("devices").list()),
    "iotId",
  );
}
