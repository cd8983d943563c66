import type { NodeAPI } from "node-red";
import { Failure, invalidInput } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import { timedOut, withTimeout } from "../../lib/base/with-timeout";
import type { FleetDevice, Selection } from "../../lib/fleet/fleet-device";
import type { UsableAccount } from "../common/account-node";
import { readName } from "./account-form";
import { unusable } from "./refused-request";
import { addRoute, describeFailure, type Request } from "./routes";

// Loaded with the first request: most of the time no dialog is open.
const targets = (): typeof import("../../lib/fleet/targets/find-targets") =>
  require("../../lib/fleet/targets/find-targets");
const states = (): typeof import("../../lib/fleet/targets/online") =>
  require("../../lib/fleet/targets/online");
const tags = (): typeof import("../../lib/fleet/targets/tags") => require("../../lib/fleet/targets/tags");

/** The devices of a selection, counted. */
interface TargetCount {
  /** Without entries that have a problem. */
  total: number;
  products: { productKey: string; name: string; total: number }[];
  /** Entries that cannot be used. */
  problems?: number;
  /** How many are online; absent where there are too many to ask for. */
  online?: number;
  /** Why `online` is absent. */
  error?: ReturnType<typeof describeFailure>;
}

/** A user waits for the answer, and the browser gives up after 20 s. */
const patienceMs = 15_000;
/** So many devices are asked for their states. */
const maxStates = 1000;
/** So many products are shown with their names. */
const maxNamed = 20;

/** The route behind the button that counts the devices of a fleet. */
export function addTargetRoutes(RED: NodeAPI, accountOf: (request: Request) => Promise<UsableAccount>): void {
  const path = "/aliyun-iot/accounts/:account/targets";
  addRoute(RED, "post", path, "read", async (request, signal) => {
    const body = isObject(request.body) ? request.body : {};
    const selection = selectionIn(body);
    const account = await accountOf(request);
    const counting = count(account, selection, body["states"] === true, signal);
    // It goes on: the next question finds the devices listed.
    const counted = await withTimeout(counting, patienceMs);
    if (counted === timedOut) throw stillCounting();
    return counted;
  });
}

/** @throws {RefusedRequest} unless it says which devices are meant */
function selectionIn(body: Record<string, unknown>): Selection {
  const { productKey, groupId, devices } = body;
  switch (body["targets"]) {
    case "product":
      return { by: "product", productKey: readName(productKey, "productKey") };
    case "group":
      return { by: "group", groupId: readName(groupId, "groupId") };
    case "tags":
      return { by: "tags", tags: tags().readTags({ value: body["tags"], source: "" }) };
    case "list": {
      const isBlank = productKey === undefined || productKey === "";
      const product = isBlank ? undefined : readName(productKey, "productKey");
      return { by: "list", productKey: product, devices: { value: devices, source: "" } };
    }
    default:
      throw unusable("targets");
  }
}

async function count(
  { targets: sources, catalog }: UsableAccount,
  selection: Selection,
  isOnlineWanted: boolean,
  signal: AbortSignal,
): Promise<TargetCount> {
  const found = await targets().findTargets(selection, sources, signal);
  const devices = found.filter(({ problem }) => !problem);
  const problems = found.length - devices.length;
  const counted: TargetCount = {
    total: devices.length,
    products: await productsOf(devices, catalog),
    ...(problems > 0 && { problems }),
  };
  if (!isOnlineWanted || devices.length > maxStates) return counted;
  try {
    const online = await states().onlineOf(devices, sources, signal);
    return { ...counted, online: online.filter((isOnline) => isOnline === true).length };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...counted, error: describeFailure(error) };
  }
}

/** The products of devices, those with the most devices first. */
async function productsOf(
  devices: readonly FleetDevice[],
  catalog: UsableAccount["catalog"],
): Promise<TargetCount["products"]> {
  const totals = new Map<string, number>();
  for (const { productKey } of devices) totals.set(productKey, (totals.get(productKey) ?? 0) + 1);
  const sorted = [...totals].toSorted(([, a], [, b]) => b - a);
  const named = sorted.slice(0, maxNamed).map(async ([productKey, total]) => {
    return { productKey, name: await nameOf(productKey, catalog), total };
  });
  const others = sorted.slice(maxNamed).map(([productKey, total]) => ({ productKey, name: "", total }));
  return [...(await Promise.all(named)), ...others];
}

/** Blank where it cannot be found out. */
async function nameOf(productKey: string, catalog: UsableAccount["catalog"]): Promise<string> {
  try {
    const { rows } = await catalog.products({ text: productKey, offset: 0, limit: maxNamed });
    return rows.find((row) => row.productKey === productKey)?.productName ?? "";
  } catch {
    return "";
  }
}

function stillCounting(): Failure {
  return invalidInput({ key: "errors.fleet-still-counting", params: { seconds: patienceMs / 1000 } });
}
