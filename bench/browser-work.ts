import type { Browser, Page } from "playwright-core";

/** What the main thread of a page did between two marks, in milliseconds of its processor time. */
export interface Work {
  /** In scripts, and in the layouts that they force, but for what counts as later. */
  script: number;
  /** In scripts for rows of a form that are not in view yet. */
  later: number;
  /** The longest script of these. */
  maxTask: number;
  /** In all: also style, layout and painting. */
  all: number;
  /** No processor time: from the first mark until the answer to the last look-up is shown; 0 where there was none. */
  untilFilled: number;
}

interface TraceEvent {
  name: string;
  cat: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Times of the thread, which do not grow while another program has the processor. */
  tts?: number;
  tdur?: number;
  args?: { data?: { url?: string; functionName?: string } };
}

/** What the browser calls the times in which it runs scripts; the others are inside of these. */
const scripts = new Set([
  "EvaluateScript",
  "EventDispatch",
  "FireAnimationFrame",
  "FireIdleCallback",
  "FunctionCall",
  "HandlePostMessage",
  "RunMicrotasks",
  "TimerFire",
  "XHRLoad",
  "XHRReadyStateChange",
  "v8.callFunction",
  "v8.run",
]);
const categories = ["devtools.timeline", "blink.user_timing", "toplevel"];

/**
 * Records what a page does while something is done to it.
 * @param act marks what is to be measured with `start` and `end`
 * @returns the work between each pair of marks, by the name of the mark
 */
export async function traced(
  browser: Browser,
  page: Page,
  act: () => Promise<void>,
): Promise<Map<string, Work[]>> {
  await browser.startTracing(page, { categories });
  let trace: Buffer;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] };
  return workIn(traceEvents);
}

export async function start(page: Page, name: string): Promise<void> {
  await page.evaluate((mark) => performance.mark(mark), `${name}:start`);
}

/** Marks the end once the page has drawn what it has been given. */
export async function end(page: Page, name: string): Promise<void> {
  await page.evaluate(
    (mark) =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() =>
          setTimeout(() => {
            performance.mark(mark);
            resolve();
          }),
        );
      }),
    `${name}:end`,
  );
}

function workIn(events: TraceEvent[]): Map<string, Work[]> {
  const isOfMark = /^(.*):(start|end)$/;
  const marks = events
    .filter(({ cat, name }) => cat.includes("blink.user_timing") && isOfMark.test(name))
    .toSorted((one, other) => one.ts - other.ts);
  const main = marks[0];
  if (!main) throw new Error("The trace of the browser has no marks.");
  const timed = events
    .filter(
      ({ ph, pid, tid, tts }) => ph === "X" && pid === main.pid && tid === main.tid && tts !== undefined,
    )
    .toSorted((one, other) => one.tts! - other.tts! || other.tdur! - one.tdur!);
  const found = new Map<string, Work[]>();
  for (const [index, begin] of marks.entries()) {
    const [, name = "", which] = isOfMark.exec(begin.name) ?? [];
    const stop = marks[index + 1];
    if (which !== "start" || stop?.name !== `${name}:end`) continue;
    const within = timed.filter(({ tts = 0 }) => tts >= begin.tts! && tts <= stop.tts!);
    found.set(name, [...(found.get(name) ?? []), workOf(begin, within)]);
  }
  return found;
}

/** A request for what a dialog or a list shows; args are checked when it is all there. */
const lookUp = /\/aliyun-iot\/accounts\/[^/]+\/(?!args|items)/;

/** The timer of the editor code that builds the rest of a form a few rows at a time: editor/device/row-queue.ts. */
const laterRows = "buildLater";

function workOf(begin: TraceEvent, events: TraceEvent[]): Work {
  const tasks = events.filter(({ name }) => name.endsWith("RunTask"));
  const taskOf = (inner: TraceEvent): TraceEvent | undefined =>
    tasks.findLast((task) => isWithin(inner, task));
  const slices = new Set(
    events.filter(({ args }) => args?.data?.functionName === laterRows).map((event) => taskOf(event)),
  );
  const run = events.filter(({ name }) => scripts.has(name));
  const later = new Set(run.filter((event) => slices.has(taskOf(event))));
  const answer = events.findLast(
    ({ name, args }) => name === "XHRLoad" && lookUp.test(args?.data?.url ?? ""),
  );
  const { ts, dur = 0 } = (answer && taskOf(answer)) ?? begin;
  return {
    script: duration(run.filter((event) => !later.has(event))),
    later: duration([...later]),
    maxTask: Math.max(0, ...[...later].map(({ tdur = 0 }) => tdur / 1000)),
    all: duration(events),
    untilFilled: (ts + dur - begin.ts) / 1000,
  };
}

function endOf({ tts = 0, tdur = 0 }: TraceEvent): number {
  return tts + tdur;
}

function isWithin(inner: TraceEvent, outer: TraceEvent): boolean {
  return inner.tts! >= outer.tts! && endOf(inner) <= endOf(outer);
}

/** Of events in the order of their beginnings; one inside another does not count twice. */
function duration(events: TraceEvent[]): number {
  let [until, sum] = [0, 0];
  for (const event of events) {
    sum += Math.max(0, endOf(event) - Math.max(until, event.tts!));
    until = Math.max(until, endOf(event));
  }
  return sum / 1000;
}
