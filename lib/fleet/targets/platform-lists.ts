import type { CancelSignal } from "../../base/cancellation";
import { Failure } from "../../base/failure";
import type { GroupKind } from "../../look-up/group-pages";
import type { ListedDevice } from "./device-lists";
import { maxTargets, tooManyFound } from "./limits";
import { keyOf, readAllPages } from "./paging";
import type { TargetSources } from "./sources";

type Devices = readonly ListedDevice[];

const devicesPerPage = 50;
const dynamicPerPage = 200;
/** Which page size static groups take is not published: the largest of its relatives, and the one that all take. */
const staticPerPage = [200, devicesPerPage];

/**
 * All devices of a product: as the pickers of the dialogs have listed them, or page by page.
 * @throws {Failure}
 */
export function devicesOfProduct(
  productKey: string,
  sources: TargetSources,
  signal?: CancelSignal,
): Promise<Devices> {
  const { calls, lists } = sources;
  const listed = keptDevicesOf(productKey, sources);
  if (listed) return listed.length > maxTargets ? Promise.reject(tooManyFound()) : Promise.resolve(listed);
  const parameters = { ProductKey: productKey };
  return lists.get(
    productList(productKey),
    (loading) =>
      readAllPages(
        calls,
        { operation: "QueryDevice", parameters, pageSize: devicesPerPage, productKey },
        loading,
      ),
    signal,
  );
}

/** All devices of a product, where they are known; asks for nothing. */
export function keptDevicesOf(
  productKey: string,
  { lists, catalog }: Pick<TargetSources, "lists" | "catalog">,
): Devices | undefined {
  return lists.kept(productList(productKey)) ?? catalog.wholeDevices(productKey);
}

function productList(productKey: string): string {
  return JSON.stringify(["product", productKey]);
}

/**
 * All devices of a group, static or dynamic. Static and dynamic groups are asked for with different operations; a group that
 * the list of groups does not name, or whose list must not be read, is tried as both.
 * @throws {Failure}
 */
export async function devicesOfGroup(
  groupId: string,
  sources: TargetSources,
  signal?: CancelSignal,
): Promise<Devices> {
  const load = async (loading: CancelSignal): Promise<Devices> => {
    switch (await kindOf(groupId, sources)) {
      case "static":
        return staticGroup(groupId, sources, loading);
      case "dynamic":
        return dynamicGroup(groupId, sources, loading);
      case undefined:
        break;
    }
    return anyGroup(groupId, sources, loading);
  };
  return sources.lists.get(JSON.stringify(["group", groupId]), load, signal);
}

/** Never rejects: what is wrong shows when the group itself is asked for. */
async function kindOf(groupId: string, { catalog }: TargetSources): Promise<GroupKind | undefined> {
  try {
    for (;;) {
      // With a lower limit, a search would not wait for more groups once one contains the text.
      const { rows, isLoading } = await catalog.groups({ text: groupId, offset: 0, limit: maxTargets });
      const found = rows.find((row) => row.groupId === groupId);
      if (found || !isLoading) return found?.kind;
    }
  } catch {
    return undefined;
  }
}

async function anyGroup(groupId: string, sources: TargetSources, signal: CancelSignal): Promise<Devices> {
  const fixed = await staticGroup(groupId, sources, signal).catch(ifRefused);
  // Whether the platform refuses a dynamic group here, or calls it empty, is not known.
  if (!(fixed instanceof Failure) && fixed.length > 0) return fixed;
  const dynamic = await dynamicGroup(groupId, sources, signal).catch(ifRefused);
  if (!(dynamic instanceof Failure)) return dynamic;
  if (fixed instanceof Failure) throw fixed;
  return fixed;
}

/** The failure, where asking in another way may do better. */
function ifRefused(error: unknown): Failure {
  if (error instanceof Failure && error.outcome === "refused" && error.category !== "throttled") return error;
  throw error;
}

async function staticGroup(
  groupId: string,
  { calls }: TargetSources,
  signal: CancelSignal,
): Promise<Devices> {
  const parameters = { GroupId: groupId };
  const operation = "QueryDeviceListByDeviceGroup";
  const [large = devicesPerPage, small = devicesPerPage] = staticPerPage;
  try {
    return await readAllPages(calls, { operation, parameters, pageSize: large }, signal);
  } catch (error) {
    if (!(error instanceof Failure) || !mayBlamePageSize(error)) throw error;
    return readAllPages(calls, { operation, parameters, pageSize: small }, signal);
  }
}

/** Too many devices are `invalid-input` as well, but of our own. */
function mayBlamePageSize({ category, outcome, code }: Failure): boolean {
  return category === "input" && outcome === "refused" && !/^iot\.group\./i.test(code);
}

async function dynamicGroup(
  groupId: string,
  { calls, hasInstanceId }: TargetSources,
  signal: CancelSignal,
): Promise<Devices> {
  const parameters = { GroupId: groupId };
  const list = { operation: "QueryDynamicGroupDevices", parameters, pageSize: dynamicPerPage } as const;
  try {
    return await readAllPages(calls, list, signal);
  } catch (error) {
    // The client sends the instance ID with every call, if the account has one.
    const isWithoutInstance = error instanceof Failure && error.outcome === "refused" && !hasInstanceId;
    if (isWithoutInstance && ["input", "not-found"].includes(error.category))
      throw error.advised("hints.group-instance", undefined);
    throw error;
  }
}

/**
 * All devices that have all of these tags. Whether the platform takes several tags as "all of them" or as "any of them" is not
 * known, so each is asked for on its own.
 * @throws {Failure}
 */
export async function devicesOfTags(
  tags: Readonly<Record<string, string>>,
  { calls, lists }: TargetSources,
  signal?: CancelSignal,
): Promise<Devices> {
  let common: Devices | undefined;
  for (const [key, value] of Object.entries(tags)) {
    const parameters = { "Tag.1.TagKey": key, "Tag.1.TagValue": value };
    const found = await lists.get(
      JSON.stringify(["tag", key, value]),
      (loading) =>
        readAllPages(
          calls,
          { operation: "QueryDeviceByTags", parameters, pageSize: devicesPerPage },
          loading,
        ),
      signal,
    );
    const keys = common && new Set(found.map(keyOf));
    common = common?.filter((device) => keys?.has(keyOf(device))) ?? found;
    if (common.length === 0) break;
  }
  return common ?? [];
}
