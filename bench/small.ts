import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { nodeBinary } from "../test/support/npm";
import { startServer } from "./contenders";
import { holdToHalfACore } from "./half-core";
import type { Memory } from "./load";
import type { Row } from "./row";
import { startSmall } from "./small-flow";
import type { Paced } from "./steady";

const perSecond = 100;
const minutes = 5;
const quickMs = 20_000;
const warmUpMs = 5000;
/** Messages that wait for devices meanwhile. */
const waiting = 1000;
/** Megabytes of the heap of objects that last. */
const heapMegabytes = 128;

/**
 * Node-RED with 128 MB of heap and half a core: a hundred calls a second, while a thousand messages wait for devices that
 * never report.
 */
export async function raceSmall(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const server = await startServer("http");
  const messages = fork(path.join(__dirname, "messages-server.js"), ["1"], {
    execPath: await nodeBinary(20),
  });
  const [{ ports }] = (await once(messages, "message")) as [{ ports: number[] }];
  const flow = await startSmall(server.endpoint, ports[0]!, { waiting, heapMegabytes });
  let held: ReturnType<typeof holdToHalfACore> | undefined;
  try {
    const { pid } = (await flow.ask("bench/process")) as { pid: number };
    held = holdToHalfACore(pid);
    say(`small machine, half a core by ${held.how}`);
    await flow.ask("bench/wait");
    await flow.ask(`bench/steady?perSecond=${perSecond}&milliseconds=${warmUpMs}`);
    const found: Minute[] = [];
    const begunAt = performance.now();
    // A minute at a time, since whoever asks gives up after five.
    for (let minute = 0; minute < (isQuick ? 1 : minutes); minute++) {
      const milliseconds = isQuick ? quickMs : 60_000;
      const paced = await flow.ask(`bench/steady?perSecond=${perSecond}&milliseconds=${milliseconds}`);
      found.push(paced as Minute);
    }
    const seconds = (performance.now() - begunAt) / 1000;
    return rowsOf(found, seconds, (await flow.ask("bench/process")) as Memory);
  } finally {
    await flow.stop();
    held?.letGo();
    await server.stop();
    const exit = once(messages, "exit");
    messages.disconnect();
    await exit;
  }
}

/** What became of the calls of a minute, and how many waits have ended so far. */
type Minute = Paced & { cameBack: number };

function rowsOf(found: readonly Minute[], seconds: number, { inUse, resident }: Memory): Row[] {
  const sum = (value: (minute: Minute) => number): number => found.reduce((all, one) => all + value(one), 0);
  const worst = (value: (minute: Minute) => number): number => Math.max(...found.map(value));
  const failures = sum((minute) => minute.failures) + worst(({ cameBack }) => cameBack);
  const row = { part: "small" } as const;
  return [
    {
      ...row,
      line: { en: "calls a second", zh: "每秒调用数" },
      value: sum(({ calls }) => calls) / seconds,
      unit: "1/s",
      target: { atLeast: perSecond * 0.98 },
    },
    {
      ...row,
      line: { en: "calls that failed, and waits that ended early", zh: "失败的调用与提前结束的等待" },
      value: failures,
      unit: "",
      target: { atMost: 0 },
    },
    {
      ...row,
      line: { en: "time of a call, median of the worst minute", zh: "调用耗时，最差一分钟的中位数" },
      value: worst(({ p50 }) => p50),
      unit: "ms",
    },
    {
      ...row,
      line: { en: "time of a call, p99 of the worst minute", zh: "调用耗时，最差一分钟的 p99" },
      value: worst(({ p99 }) => p99),
      unit: "ms",
    },
    {
      ...row,
      line: { en: "time of a call, longest", zh: "调用耗时，最长" },
      value: worst(({ max }) => max),
      unit: "ms",
    },
    { ...row, line: { en: "memory in use", zh: "在用内存" }, value: inUse / 1e6, unit: "MB" },
    { ...row, line: { en: "memory of the process", zh: "进程内存" }, value: resident / 1e6, unit: "MB" },
  ];
}
