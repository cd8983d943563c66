import type { Row } from "./row";

export const strategies = ["batch", "single"] as const;
export type Strategy = (typeof strategies)[number];

/** What one strategy takes. */
interface FleetLane {
  strategy: Strategy;
  /** From the first command to the last reply, while nobody else commands. */
  seconds: number;
  /** The same while a button is pressed again and again. */
  secondsWithButton: number;
  /** Milliseconds from a press to its answer, 99th percentile. */
  p99: number;
  /** The most memory of the whole Node-RED, each time after a collection. */
  heapBytes: number;
}

/** The platform's limits (docs/protocol.md, 5) take 10 and 20 s; two more are for the replies. */
const maxSeconds = { batch: 12, single: 22 };
const maxPressMs = 100;
const maxHeap = 100;

/** The figures of one strategy; without targets of time where there are fewer devices than they are for. */
export function fleetRows(lane: FleetLane, devices: number, isTimed: boolean): Row[] {
  const { strategy, seconds, secondsWithButton, p99, heapBytes } = lane;
  const count = devices.toLocaleString("en-US");
  const row = (en: string, zh: string, value: number, unit: string, atMost?: number): Row => ({
    part: "fleet",
    line: { en: `\`${strategy}\`: ${en}`, zh: `\`${strategy}\`：${zh}` },
    value,
    unit,
    target: atMost === undefined ? undefined : { atMost },
  });
  const bound = isTimed ? maxSeconds[strategy] : undefined;
  return [
    row(
      `${count} devices, first command to last reply`,
      `${count} 台设备，从第一条指令到最后一个回复`,
      seconds,
      "s",
      bound,
    ),
    row("while a button is pressed", "同时反复按按钮", secondsWithButton, "s"),
    row("the button meanwhile, p99", "此间按钮的 p99", p99, "ms", maxPressMs),
    row("memory of the whole Node-RED", "整个 Node-RED 的内存", heapBytes / 1e6, "MB", maxHeap),
  ];
}
