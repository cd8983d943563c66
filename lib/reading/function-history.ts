import { readEnvelope } from "../base/envelope";
import { textOf } from "../base/text";
import { field } from "../cloud/answer";
import { parsedText } from "../look-up/property-rows";
import { moduleIdOf, type Parameter, type ThingModel } from "../thing-model/model";
import { Entries, inOrder, restOf } from "./entries";
import {
  type FunctionEntry,
  type PageContext,
  pageSize,
  readPage,
  type Source,
  sources,
} from "./function-pages";
import { fullName, modelOf, namesIn, partsOf, type ReadModels } from "./known-types";
import { maxPagesOf, readPages } from "./pages";
import { checkCount } from "./read-failure";
import type { Period } from "./request";
import { checkNames, selectionOf } from "./selection";
import { countValues, typedFields } from "./values";

interface EventEntry {
  identifier: string;
  /** `info`, `alert` or `error`. */
  type?: string;
  value: unknown;
  time: number;
}

interface CallEntry {
  identifier: string;
  input: unknown;
  output: unknown;
  /** The device's own, where it sent one. */
  code?: number | string;
  time: number;
}

interface Context extends PageContext {
  models: ReadModels;
}

/** The platform's name for a property set among the calls of services (docs/protocol.md, 7.3). */
const propertySet = "set";
/** How many identifiers may share the history of all. */
const maxMixed = 20;

/**
 * The events of a device in one list, each identifier with at most `limit`.
 * @throws {Failure} also where the thing model lacks what is asked for
 */
export async function readEvents(context: Context): Promise<EventEntry[]> {
  const entries = await readFunctions(context, "event-history");
  const models = await modelsOf(context, entries);
  return entries.map(({ identifier, row, time }) => {
    const type = textOf(field(row, "EventType"));
    const outputs = partNamed(models, identifier, "events")?.outputs ?? [];
    const value = typedFields(outputs, field(row, "OutputData") ?? {});
    context.run.count(0, countValues(value));
    return type === undefined ? { identifier, value, time } : { identifier, type, value, time };
  });
}

/**
 * The calls of a device's services in one list, each identifier with at most `limit`. Property sets are calls of `set`.
 * @throws {Failure} also where the thing model lacks what is asked for
 */
export async function readCalls(context: Context): Promise<CallEntry[]> {
  const entries = await readFunctions(context, "service-history");
  const models = await modelsOf(context, entries);
  return entries.map(({ identifier, row, time }) => {
    const service = partNamed(models, identifier, "services");
    const input = typedFields(service?.inputs ?? [], field(row, "InputData") ?? {});
    const answer = answerIn(field(row, "OutputData"), service?.outputs ?? []);
    context.run.count(0, countValues(input) + countValues(answer.output));
    return { identifier, input, ...answer, time };
  });
}

/** The device's whole answer, with its code, or only its outputs. */
function answerIn(given: unknown, outputs: readonly Parameter[]): Pick<CallEntry, "output" | "code"> {
  const answer = typeof given === "string" ? parsedText(given) : given;
  const envelope = readEnvelope(answer, outputs);
  if (!envelope) return { output: typedFields(outputs, answer ?? {}) };
  return { output: typedFields(outputs, envelope.data ?? {}), code: envelope.code };
}

async function readFunctions(
  context: Context,
  what: "event-history" | "service-history",
): Promise<readonly FunctionEntry[]> {
  const { models, request } = context;
  const { target, identifiers, order } = request;
  const source = sources[what];
  if (identifiers.length === 0) return inOrder(await readAll(context, source), order);
  const inModel = identifiers.filter((name) => source.part === "events" || name !== propertySet);
  const selections = inModel.length > 0 ? await selectionOf(context.run, models, target, inModel) : [];
  await Promise.all(selections.map((selection) => checkNames(models, target, selection, source.part)));
  const histories = [...new Set(identifiers)].map((identifier) =>
    readOf(context, source, identifier, request.period, request.limit),
  );
  return inOrder((await Promise.all(histories)).flat(), order);
}

/**
 * All identifiers in one history; once one of them has as many entries as are wanted, the others are read on their own, so that
 * a frequent one cannot crowd out the rest.
 */
async function readAll(context: Context, source: Source): Promise<FunctionEntry[]> {
  const { period, order, limit } = context.request;
  const found = new Map<string, Entries<FunctionEntry>>();
  let rest: Period | undefined;
  const maxPages = maxPagesOf(limit, pageSize, maxMixed);
  await readPages({ period, order, maxPages }, async (part) => {
    const { page, hasMore, nextTime } = await readPage(context, source, undefined, part, pageSize);
    for (const [identifier, entries] of byIdentifier(page)) {
      const history = found.get(identifier) ?? new Entries<FunctionEntry>(order, limit);
      found.set(identifier, history);
      history.add(entries);
    }
    const lastTime = page.at(-1)?.time;
    if (![...found.values()].some(({ isFull }) => isFull)) return { hasMore, nextTime, lastTime };
    // From the last entry on, so that none of the same time is missing.
    if (hasMore && lastTime !== undefined) rest = restOf(period, lastTime, order);
    return { hasMore: false, nextTime, lastTime };
  });
  if (rest) await readOthers(context, source, found, rest);
  return [...found.values()].flatMap(({ entries }) => entries);
}

/** Reads on from where the history of all ended, each identifier that wants more on its own. */
async function readOthers(
  context: Context,
  source: Source,
  histories: Map<string, Entries<FunctionEntry>>,
  rest: Period,
): Promise<void> {
  const { models, request } = context;
  const { target, order, limit } = request;
  const model = await modelOf(models, target, "");
  const known = model ? model.modules.flatMap(({ id }) => namesIn(model, id, source.part)) : [];
  const names = new Set([...histories.keys(), ...known.filter((name) => !isGenerated(model, name))]);
  checkCount(names.size);
  const reading = [...names].map(async (name) => {
    const history = histories.get(name) ?? new Entries<FunctionEntry>(order, limit);
    if (history.isFull) return;
    histories.set(name, history);
    history.add(await readOf(context, source, name, rest, limit));
  });
  await Promise.all(reading);
}

function byIdentifier(entries: readonly FunctionEntry[]): Map<string, FunctionEntry[]> {
  const found = new Map<string, FunctionEntry[]>();
  for (const entry of entries) {
    const same = found.get(entry.identifier);
    if (same) same.push(entry);
    else found.set(entry.identifier, [entry]);
  }
  return found;
}

/** The history of one identifier. */
async function readOf(
  context: Context,
  source: Source,
  identifier: string,
  period: Period,
  limit: number,
): Promise<FunctionEntry[]> {
  const { order } = context.request;
  const size = Math.min(pageSize, limit);
  const found = new Entries<FunctionEntry>(order, limit);
  await readPages({ period, order, maxPages: maxPagesOf(limit, size) }, async (rest) => {
    const { page, hasMore, nextTime } = await readPage(context, source, identifier, rest, size);
    found.add(page.filter((entry) => entry.identifier === identifier));
    return { hasMore: hasMore && !found.isFull, nextTime, lastTime: page.at(-1)?.time };
  });
  return found.entries;
}

/** The models of the modules that occur, by module. */
async function modelsOf(
  { models, request }: Context,
  entries: readonly FunctionEntry[],
): Promise<ReadonlyMap<string, ThingModel>> {
  const ids = [...new Set(entries.map(({ identifier }) => moduleIdOf(identifier)))];
  const found = await Promise.all(
    ids.map(async (id) => [id, await modelOf(models, request.target, id)] as const),
  );
  return new Map(found.flatMap(([id, model]) => (model ? [[id, model] as const] : [])));
}

function partNamed<P extends "events" | "services">(
  models: ReadonlyMap<string, ThingModel>,
  identifier: string,
  part: P,
): ThingModel["modules"][number][P][number] | undefined {
  const moduleId = moduleIdOf(identifier);
  const model = models.get(moduleId);
  const parts = model ? partsOf(model, moduleId, part) : [];
  return parts.find((one) => fullName(moduleId, one.identifier) === identifier);
}

/** The generated `set` and `get`, which are not called by name. */
function isGenerated(model: ThingModel | undefined, name: string): boolean {
  const moduleId = moduleIdOf(name);
  const services = model ? partsOf(model, moduleId, "services") : [];
  return services.some(({ identifier, generated }) => generated && fullName(moduleId, identifier) === name);
}
