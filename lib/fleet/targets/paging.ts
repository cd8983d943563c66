import type { CancelSignal } from "../../base/cancellation";
import { Failure } from "../../base/failure";
import { isObject } from "../../base/json";
import { textOf } from "../../base/text";
import { type Answer, field } from "../../cloud/answer";
import type { Parameters } from "../../cloud/client";
import { listOf, numberOf } from "../../look-up/rows";
import type { ReadOperation } from "../../reading/limits";
import type { ListedDevice } from "./device-lists";
import { maxTargets, tooManyFound } from "./limits";
import type { TargetSources } from "./sources";

/** A list of devices that the platform gives page by page. */
interface PagedList {
  operation: ReadOperation;
  parameters: Parameters;
  pageSize: number;
  /** The product of devices that are listed without it. */
  productKey?: string;
}

/** What the rows of one reading of a list tell. */
class Pass {
  readonly seen = new Set<string>();
  readonly tokens = new Set<string>();
  rowCount = 0;
  /** How many devices the list has, as far as the platform says. */
  total: number | undefined;
  private isSteady = true;

  /** The list has so many devices now. */
  count(total: number | undefined): void {
    if (total === undefined) return;
    if (this.total !== undefined && this.total !== total) this.isSteady = false;
    this.total = total;
  }

  /**
   * Whether no device can be missing. Pages shift where devices come or go between them: the total changes, or rows come twice.
   * Whether a token goes on where the page before ended, or holds no more than the number of the next page, is not known.
   */
  get isWhole(): boolean {
    const { total, tokens, rowCount, seen } = this;
    // A list with tokens that repeats itself and has no total does not tell either when it is read again.
    const isRepeated = rowCount > seen.size && (tokens.size === 0 || total !== undefined);
    return seen.size >= (total ?? 0) && this.isSteady && !isRepeated;
  }
}

/** A page may repeat the one before, where devices were added meanwhile; a list that only repeats itself has ended. */
const maxPagesWithoutNew = 3;
/** At ten a page, the smallest size that the platform has. */
const maxPages = maxTargets / 10 + 100;
/** Longer tokens are not believed. */
const maxTokenLength = 2000;
const maxPasses = 2;

/**
 * All devices of a list, each once. Where the list changed while it was read, others may have moved to a page that had been read
 * before; it is then read a second time.
 * @throws {Failure} `invalid-input` if there are more than `maxTargets`
 */
export async function readAllPages(
  calls: TargetSources["calls"],
  list: PagedList,
  signal: CancelSignal | undefined,
): Promise<ListedDevice[]> {
  const found = new Map<string, ListedDevice>();
  for (let pass = 1; pass <= maxPasses; pass++) {
    if ((await readOnce(calls, list, found, signal)).isWhole) break;
  }
  return [...found.values()];
}

async function readOnce(
  calls: TargetSources["calls"],
  { operation, parameters, pageSize, productKey = "" }: PagedList,
  found: Map<string, ListedDevice>,
  signal: CancelSignal | undefined,
): Promise<Pass> {
  const pass = new Pass();
  const { seen, tokens } = pass;
  let withoutNew = 0;
  let position: Parameters = {};
  for (let page = 1; page <= maxPages; page++) {
    const answer = await calls.ask(operation, { ...parameters, PageSize: pageSize, ...position }, signal);
    pass.count(numberOf(field(answer.body, "Total")));
    if ((pass.total ?? 0) > maxTargets) throw tooManyFound();
    const before = seen.size;
    for (const row of rowsIn(answer)) {
      pass.rowCount++;
      const device = deviceIn(row, productKey);
      if (!device) continue;
      const key = keyOf(device);
      seen.add(key);
      found.set(key, device);
    }
    if (found.size > maxTargets) throw tooManyFound();
    withoutNew = seen.size > before ? 0 : withoutNew + 1;
    const token = tokenIn(answer);
    const mayGoOn = token === undefined ? hasFurtherPage(answer, page, pass) : !tokens.has(token);
    // Whoever gave tokens ends without one.
    const isOver = token === undefined && tokens.size > 0;
    if (isOver || !mayGoOn || withoutNew >= maxPagesWithoutNew) return pass;
    if (token !== undefined) tokens.add(token);
    position = token === undefined ? { CurrentPage: page + 1 } : { NextToken: token };
  }
  throw endless();
}

/** The device of a list by which it is found again. */
export function keyOf({ productKey, deviceName }: { productKey: string; deviceName: string }): string {
  // Neither holds a line break.
  return `${productKey}\n${deviceName}`;
}

function hasFurtherPage({ body }: Answer, page: number, { rowCount, total }: Pass): boolean {
  const pages = numberOf(field(body, "PageCount"));
  if (pages !== undefined) return page < pages;
  return total !== undefined && rowCount < total;
}

function rowsIn({ body }: Answer): Record<string, unknown>[] {
  const data = field(body, "Data");
  const list = isObject(data) ? (field(data, "DeviceInfo") ?? field(data, "SimpleDeviceInfo")) : data;
  return listOf(list);
}

function tokenIn({ body }: Answer): string | undefined {
  const token = textOf(field(body, "NextToken"));
  return token !== undefined && token.length <= maxTokenLength ? token : undefined;
}

/** A command needs both names, exactly as the platform writes them. */
function deviceIn(row: Record<string, unknown>, listProduct: string): ListedDevice | undefined {
  const productKey = textOf(field(row, "ProductKey")) ?? listProduct;
  const deviceName = textOf(field(row, "DeviceName"));
  if (deviceName === undefined || !isName(productKey) || !isName(deviceName)) return undefined;
  return { productKey, deviceName, iotId: textOf(field(row, "IotId")) ?? "" };
}

function isName(text: string): boolean {
  return text !== "" && text.length <= 256 && !/[\p{Cc}\p{Cs}]/u.test(text);
}

function endless(): Failure {
  return new Failure({
    code: "invalid-response",
    category: "platform",
    outcome: "refused",
    retryable: true,
    text: { key: "errors.fleet-endless" },
    hint: "hints.odd-answer",
  });
}
