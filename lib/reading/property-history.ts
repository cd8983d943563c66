import { isObject, type JsonObject, setMember } from "../base/json";
import { textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import { nameIn, rowsIn, rowsOf, targetParameters, timeIn } from "../look-up/property-rows";
import type { DataType } from "../thing-model/model";
import { propertySetOf } from "../thing-model/property-set";
import { Entries, inOrder, isBeyond, type RawEntry } from "./entries";
import { modelOf, type ReadModels, typeOf } from "./known-types";
import { maxPagesOf, type PageEnd, pagingIn, readPages } from "./pages";
import { readTypes } from "./present";
import { checkCount } from "./read-failure";
import type { ReadRun } from "./read-run";
import type { HistoryRequest, Period } from "./request";
import { checkNames, type ModuleSelection, selectionOf } from "./selection";
import type { TimeOrder } from "./time-order";
import { countValues, type TypedValue, typedValue } from "./values";

/** `{ Temperature: [{ value, time }] }` */
type PropertyHistory = Record<string, (TypedValue & { time: number })[]>;

/** A property whose history is read, and the type of its values. */
interface Wanted {
  name: string;
  type: DataType | undefined;
}

interface ValueEntry extends RawEntry {
  value: unknown;
}

/** Of the operation for one property, and of that for several. */
const pageSizes = { one: 50, several: 100 };
const maxInOneCall = 10;

/**
 * The values that properties had, by property, each property with at most `limit`.
 * @throws {Failure} also where the thing model lacks what is asked for
 */
export async function readPropertyHistory(
  run: ReadRun,
  models: ReadModels,
  times: TimeOrder,
  request: HistoryRequest,
): Promise<PropertyHistory> {
  const selections = await selectionOf(run, models, request.target, request.identifiers);
  const wanted = (
    await Promise.all(selections.map((selection) => wantedOf(run, models, request, selection)))
  ).flat();
  checkCount(wanted.length);
  const reading: Promise<ValueEntry[][]>[] = [];
  for (let at = 0; at < wanted.length; at += maxInOneCall) {
    const names = wanted.slice(at, at + maxInOneCall).map(({ name }) => name);
    reading.push(
      names.length === 1
        ? readOne(run, times, request, names[0]!).then((entries) => [entries])
        : readSeveral(run, times, request, names),
    );
  }
  const histories = (await Promise.all(reading)).flat();
  const result: PropertyHistory = {};
  wanted.forEach(({ name, type }, index) => {
    const values = histories[index]!.map(({ value: given, time }) => {
      const typed = typedValue(given, type);
      // One that was an object is counted.
      if (typeof given !== "object") run.count(0, countValues(typed.value) - 1);
      return { ...typed, time };
    });
    setMember(result, name, values);
  });
  return result;
}

/** The properties of a module that are asked for. Histories say nothing of types: where there is no model, present values do. */
async function wantedOf(
  run: ReadRun,
  models: ReadModels,
  { target }: HistoryRequest,
  selection: ModuleSelection,
): Promise<Wanted[]> {
  const { moduleId, names } = selection;
  const [model] = await Promise.all([
    modelOf(models, target, moduleId),
    checkNames(models, target, selection, "properties"),
  ]);
  if (model) {
    const { all } = propertySetOf([{ model, moduleId }]);
    return (names ?? [...all.keys()]).map((name) => ({ name, type: typeOf(all.get(name)) }));
  }
  const reading = readTypes(run, target, moduleId);
  const types = await (names ? reading.catch(() => new Map<string, undefined>()) : reading);
  return (names ?? [...types.keys()]).map((name) => ({ name, type: types.get(name) }));
}

async function readOne(
  run: ReadRun,
  times: TimeOrder,
  { target, period, order, limit }: HistoryRequest,
  name: string,
): Promise<ValueEntry[]> {
  const pageSize = Math.min(pageSizes.one, limit);
  const found = new Entries<ValueEntry>(order, limit);
  const parameters = { ...targetParameters(target), Identifier: name, PageSize: pageSize };
  const maxPages = maxPagesOf(limit, pageSize);
  await readPages({ period, order, maxPages }, async (rest) => {
    const isAscending = order === "oldest-first";
    const answer = await times.ask(run, "QueryDevicePropertyData", parameters, rest, isAscending);
    const page = inOrder(entriesOf(run, rowsIn(answer, "PropertyInfo"), period), order);
    found.add(page);
    const { hasMore, nextTime } = pagingIn(answer);
    return { hasMore: hasMore && !found.isFull, nextTime, lastTime: page.at(-1)?.time };
  });
  return found.entries;
}

/** Several at once; those that have all that is wanted are left out of further calls. */
async function readSeveral(
  run: ReadRun,
  times: TimeOrder,
  { target, period, order, limit }: HistoryRequest,
  names: readonly string[],
): Promise<ValueEntry[][]> {
  const pageSize = Math.min(pageSizes.several, limit);
  const histories = new Map(names.map((name) => [name, new Entries<ValueEntry>(order, limit)]));
  const maxPages = maxPagesOf(limit, pageSize, names.length);
  await readPages({ period, order, maxPages }, async (rest) => {
    const Identifier = names.filter((name) => !histories.get(name)!.isFull);
    const parameters = { ...targetParameters(target), Identifier, PageSize: pageSize };
    const isAscending = order === "oldest-first";
    const answer = await times.ask(run, "QueryDevicePropertiesData", parameters, rest, isAscending);
    const { hasMore, nextTime } = pagingIn(answer);
    let end: PageEnd = { hasMore, nextTime, lastTime: undefined };
    for (const [name, rows] of listsIn(answer)) {
      const history = histories.get(name);
      if (!history || history.isFull) continue;
      const page = inOrder(entriesOf(run, rows, period), order);
      history.add(page);
      if (!history.isFull) end = withHistory(end, page, pageSize, order);
    }
    const isWanted = names.some((name) => !histories.get(name)!.isFull);
    return { ...end, hasMore: hasMore && isWanted };
  });
  return names.map((name) => histories.get(name)!.entries);
}

/**
 * Where the next page begins: at the latest where the first of the full lists ended. Whether the platform's time says that for
 * all of them is unknown (docs/protocol.md, 7.3); what comes twice then is left out.
 */
function withHistory(
  end: PageEnd,
  page: readonly ValueEntry[],
  pageSize: number,
  order: HistoryRequest["order"],
): PageEnd {
  const last = page.at(-1)?.time;
  if (last === undefined) return end;
  const lastTime = end.lastTime === undefined || isBeyond(last, end.lastTime, order) ? last : end.lastTime;
  const isCut = page.length >= pageSize && end.nextTime !== undefined && isBeyond(end.nextTime, last, order);
  return { ...end, lastTime, nextTime: isCut ? last : end.nextTime };
}

/** The lists of an answer, by property; the answer has no `Data`. */
function listsIn({ body }: Answer): [string, JsonObject[]][] {
  const data = field(body, "Data");
  const infos = field(body, "PropertyDataInfos") ?? (isObject(data) && field(data, "PropertyDataInfos"));
  return rowsOf({ List: infos }, "PropertyDataInfo").map((info) => [
    nameIn(info, ""),
    rowsOf(info, "PropertyInfo"),
  ]);
}

function entriesOf(run: ReadRun, rows: readonly JsonObject[], { from, to }: Period): ValueEntry[] {
  return rows.flatMap((row) => {
    const time = timeIn(row);
    const value = field(row, "Value");
    if (time === undefined || time < from || time > to || value === undefined) return [];
    const text = textOf(value) ?? JSON.stringify(value);
    run.count(text.length + bytesOfEntry, typeof value === "object" ? countValues(value) : 1);
    return [{ time, text, value }];
  });
}

/** What an entry takes beside its value, about. */
const bytesOfEntry = 40;
