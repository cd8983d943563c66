import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { nodeBinary } from "../test/support/npm";
import type { Row } from "./row";

interface Kind {
  name: string;
  line: Row["line"];
  /** Bytes of each at most. */
  atMost: number;
}

const kinds: Kind[] = [
  { name: "call", line: { en: "a call that waits for its turn", zh: "排队等待的调用" }, atMost: 4096 },
  {
    name: "reply",
    line: { en: "a reply that is waited for", zh: "等待中的设备回复" },
    atMost: 4096,
  },
  {
    name: "wait",
    line: { en: "a message that waits for a device", zh: "等待设备上报的消息" },
    atMost: 2048,
  },
  { name: "device", line: { en: "a device of a fleet", zh: "批量操作中的一台设备" }, atMost: 1024 },
  {
    name: "listener",
    line: { en: "a listener that hears one device", zh: "只听一台设备的监听" },
    atMost: 1024,
  },
];

const counts = { whole: [1000, 1_000_000], quick: [1000, 20_000] };
/** From the smallest number to the largest, each may take so many times as much: tables that grow double their size. */
const maxGrowth = 1.3;

/** Bytes of what is there in large numbers, each kind in a process of its own; and whether many cost more than few. */
export async function weighKept(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  const [few = 1, many = 1] = isQuick ? counts.quick : counts.whole;
  for (const { name, line, atMost } of kinds) {
    say(`memory, ${few} and ${many} of ${name}`);
    const ofFew = await bytesOf(name, few);
    const ofMany = await bytesOf(name, many);
    const some = many.toLocaleString("en-US");
    rows.push(
      { part: "memory", line, value: ofMany, unit: "B", target: { atMost } },
      {
        part: "memory",
        line: {
          en: `the same: ${some} of them, of each of ${few.toLocaleString("en-US")}`,
          zh: `同上：${some} 个时每个的内存，与 ${few.toLocaleString("en-US")} 个时之比`,
        },
        value: ofMany / ofFew,
        unit: "×",
        target: { atMost: maxGrowth },
      },
    );
  }
  return rows;
}

async function bytesOf(kind: string, count: number): Promise<number> {
  const child = fork(path.join(__dirname, "memory-process.js"), [kind, String(count)], {
    execPath: await nodeBinary(20),
    execArgv: ["--max-old-space-size=8192"],
  });
  const exit = once(child, "exit");
  const answer = await Promise.race([once(child, "message"), exit.then(() => undefined)]);
  if (!answer) throw new Error(`the process that keeps ${count} of ${kind} has died`);
  await exit;
  return answer[0] as number;
}
