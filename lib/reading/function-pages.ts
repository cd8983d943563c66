import type { JsonObject } from "../base/json";
import { textOf } from "../base/text";
import { field } from "../cloud/answer";
import { rowsIn, targetParameters, timeIn } from "../look-up/property-rows";
import { inOrder, type RawEntry } from "./entries";
import type { ReadOperation } from "./limits";
import { pagingIn } from "./pages";
import type { ReadRun } from "./read-run";
import type { HistoryRequest, Period } from "./request";
import type { TimeOrder } from "./time-order";
import { countValues } from "./values";

export interface PageContext {
  run: ReadRun;
  times: TimeOrder;
  request: HistoryRequest;
}

export interface FunctionEntry extends RawEntry {
  identifier: string;
  row: JsonObject;
}

/** Where a history is read from. */
export interface Source {
  operation: ReadOperation;
  list: string;
  part: "events" | "services";
}

export const sources: Record<"event-history" | "service-history", Source> = {
  "event-history": { operation: "QueryDeviceEventData", list: "EventInfo", part: "events" },
  "service-history": { operation: "QueryDeviceServiceData", list: "ServiceInfo", part: "services" },
};

/** What is wanted of a row; it may hold anything else. */
const keptFields = ["EventType", "InputData", "OutputData"] as const;

export const pageSize = 50;

/** One page of the history of an identifier, or of all. */
export async function readPage(
  { run, times, request }: PageContext,
  { operation, list }: Source,
  identifier: string | undefined,
  rest: Period,
  size: number,
): Promise<{ page: readonly FunctionEntry[]; hasMore: boolean; nextTime: number | undefined }> {
  const { target, period, order } = request;
  const parameters = { ...targetParameters(target), Identifier: identifier, PageSize: size };
  const answer = await times.ask(run, operation, parameters, rest, order === "oldest-first");
  const entries = rowsIn(answer, list).flatMap((row): FunctionEntry[] => {
    const time = timeIn(row);
    const name = textOf(field(row, "Identifier")) ?? identifier ?? "";
    if (time === undefined || time < period.from || time > period.to) return [];
    const text = JSON.stringify([name, field(row, "InputData"), field(row, "OutputData")]);
    const kept: JsonObject = {};
    for (const key of keptFields) {
      const value = field(row, key);
      if (value === undefined) continue;
      kept[key] = value;
      run.count(0, typeof value === "object" ? countValues(value) : 0);
    }
    run.count(text.length, 1);
    return [{ time, text, identifier: name, row: kept }];
  });
  return { page: inOrder(entries, order), ...pagingIn(answer) };
}
