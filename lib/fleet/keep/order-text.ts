import { type Category, Failure, type Outcome } from "../../base/failure";
import { isObject, parseJson, setMember } from "../../base/json";
import type { ComputedParts } from "../../thing-model/encode";
import type { Words } from "../ended";
import type { FleetDevice } from "../fleet-device";
import { OwnArgs, type WrittenArgs } from "../own-args";

/** What a roll-out was asked to do, as far as a restart needs it. */
export interface KeptOrder {
  service: string | undefined;
  /** Undefined where every device has its own. */
  shared: WrittenArgs | undefined;
  isConfirmed: boolean;
  startedAt: number;
  /** The message, without what cannot be written down. */
  msg: Record<string, unknown>;
  devices: readonly FleetDevice[];
}

/** Properties of a message longer than this are not kept, in characters of JSON. */
const maxPropertyLength = 1024 * 1024;
/** What belongs to a running Node-RED, or is replaced by the report. */
const notKept = new Set(["req", "res", "payload", "fleet", "invocation", "error", "confirmed", "rollout"]);

/** Writes it down. */
export function orderText(order: KeptOrder, words: Words): string {
  const { shared, devices, msg, ...rest } = order;
  const products = [...new Set(devices.map(({ productKey }) => productKey))];
  const positions = new Map(products.map((product, position) => [product, position]));
  const rows = devices.map((device) => {
    const { productKey, deviceName, iotId, own, problem } = device;
    const args = own instanceof OwnArgs ? argsIn(own) : null;
    const failure = problem ? problemIn(problem, words) : null;
    const row = [positions.get(productKey), deviceName, iotId ?? null, args, failure];
    while (row.at(-1) === null) row.pop();
    return row;
  });
  return JSON.stringify({
    version: 1,
    ...rest,
    shared: shared && argsIn(shared),
    msg: keptOf(msg),
    products,
    rows,
  });
}

/**
 * Reads it.
 * @returns undefined where the text is none of these
 */
export function readOrder(text: unknown): KeptOrder | undefined {
  try {
    const read = typeof text === "string" ? parseJson(text) : undefined;
    if (!isObject(read) || read["version"] !== 1 || !isObject(read["msg"])) return undefined;
    const { service, shared, isConfirmed, startedAt, msg, products, rows } = read;
    if (!Array.isArray(products) || !Array.isArray(rows)) return undefined;
    const devices = (rows as unknown[][]).map((row) => deviceIn(row, products as string[]));
    if (devices.some(({ productKey, deviceName }) => !productKey || !deviceName)) return undefined;
    return {
      service: typeof service === "string" ? service : undefined,
      shared: Array.isArray(shared) ? argsOf(shared) : undefined,
      isConfirmed: isConfirmed === true,
      startedAt: Number(startedAt) || Date.now(),
      msg,
      devices,
    };
  } catch {
    return undefined;
  }
}

function deviceIn(row: readonly unknown[], products: readonly string[]): FleetDevice {
  const [product, deviceName, iotId, own, problem] = row;
  return {
    productKey: products[Number(product)] ?? "",
    deviceName: typeof deviceName === "string" ? deviceName : "",
    ...(typeof iotId === "string" && { iotId }),
    ...(Array.isArray(own) && { own: argsOf(own) }),
    ...(Array.isArray(problem) && { problem: problemOf(problem as string[]) }),
  };
}

function argsIn({ text, isComputed, names }: WrittenArgs): unknown[] {
  return names ? [text, partsIn(isComputed), names] : [text, partsIn(isComputed)];
}

function argsOf([text, isComputed, names]: readonly unknown[]): OwnArgs {
  return new OwnArgs(
    String(text),
    partsOf(isComputed),
    Array.isArray(names) ? (names as string[]) : undefined,
  );
}

function problemIn({ code, category, text, requestId }: Failure, words: Words): (string | undefined)[] {
  return [code, category, words(text), requestId];
}

function problemOf([code, category, text, requestId]: readonly string[]): Failure {
  const outcome: Outcome = "not-sent";
  return new Failure({
    code: code ?? "invalid-input",
    category: (category ?? "input") as Category,
    outcome,
    retryable: false,
    text: text ?? "",
    requestId,
  });
}

/** Maps become lists of pairs. */
function partsIn(parts: boolean | ComputedParts): unknown {
  return typeof parts === "boolean" ? parts : Array.from(parts, ([name, inner]) => [name, partsIn(inner)]);
}

function partsOf(written: unknown): boolean | ComputedParts {
  if (!Array.isArray(written)) return written === true;
  return new Map((written as [string | number, unknown][]).map(([name, inner]) => [name, partsOf(inner)]));
}

/** What of a message can be written down, property by property. */
function keptOf(msg: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let names: string[] = [];
  try {
    names = Object.keys(msg);
  } catch {
    // A proxy threw.
  }
  for (const name of names) {
    if (notKept.has(name)) continue;
    try {
      const text: string | undefined = JSON.stringify(msg[name]);
      if (text !== undefined && text.length <= maxPropertyLength) setMember(kept, name, JSON.parse(text));
    } catch {
      // A getter threw, or it contains itself.
    }
  }
  return kept;
}
