import { Failure } from "../base/failure";
import { isObject } from "../base/json";
import { identifierText } from "../base/text";
import { field } from "../cloud/answer";
import { ask, type Caller } from "./ask";
import type { Page } from "./listing";
import { listOf, numberedPage, words } from "./rows";

export type GroupKind = "static" | "dynamic";

/** A group of devices. */
export interface GroupRow {
  groupId: string;
  name: string;
  kind: GroupKind;
}

const groupsPerPage = 200;
/** The platform's name for dynamic groups (docs/protocol.md, 6.7). */
const dynamicType = "LINK_PLATFORM_DYNAMIC";
/** No instance has that many dynamic groups. */
const maxDynamicPages = 10;

/**
 * Loads the groups of an instance page by page. Without a type the platform lists static groups, so dynamic ones are asked
 * for separately and come with the first page.
 */
export function groupLoader(caller: Caller): (next: string | undefined) => Promise<Page<GroupRow>> {
  return async (next) => {
    if (next !== undefined) return loadPage(caller, "static", next);
    const dynamic = await dynamicGroups(caller);
    const first = await loadPage(caller, "static", "1");
    // Those that the platform lists twice count once, as what they are.
    const ids = new Set(dynamic.map(({ groupId }) => groupId));
    const others = first.rows.filter(({ groupId }) => !ids.has(groupId));
    return { ...first, rows: [...dynamic, ...others], total: dynamic.length + first.total };
  };
}

/** An instance that has no dynamic groups may refuse to list them. */
async function dynamicGroups(caller: Caller): Promise<GroupRow[]> {
  const found = new Map<string, GroupRow>();
  try {
    for (let page = 1; page <= maxDynamicPages; page++) {
      const { rows, next } = await loadPage(caller, "dynamic", String(page));
      const before = found.size;
      for (const row of rows) found.set(row.groupId, row);
      if (next === undefined || found.size === before) break;
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.outcome !== "refused") throw error;
  }
  return [...found.values()].filter(({ kind }) => kind === "dynamic");
}

async function loadPage(caller: Caller, kind: GroupKind, page: string): Promise<Page<GroupRow>> {
  const parameters = {
    CurrentPage: page,
    PageSize: groupsPerPage,
    GroupTypes: kind === "dynamic" ? [dynamicType] : undefined,
  };
  const { body } = await ask(caller, "QueryDeviceGroupList", parameters);
  const data = field(body, "Data");
  const rows = listOf(isObject(data) ? field(data, "GroupInfo") : data).flatMap((row): GroupRow[] => {
    const groupId = identifierText(field(row, "GroupId"));
    if (!groupId) return [];
    const type = words(field(row, "GroupType"));
    const own = type === "" ? kind : type === dynamicType ? "dynamic" : "static";
    return [{ groupId, name: words(field(row, "GroupName")), kind: own }];
  });
  return numberedPage(rows, body, Number(page));
}
