import type { Name } from "./contenders";
import { type Lane, race, ratios } from "./race";
import type { Row } from "./row";
import { median } from "./statistics";

const inFlight = 64;
const wanted = { calls: 0.9, cpu: 1.15 };
const names: Name[] = ["lean", "pass", "signed", "client", "own", "whole"];

/** A part of our node, by what costs more with it and what without. */
interface Part {
  line: Row["line"];
  with: Name[];
  without: Name[];
}

const parts: Part[] = [
  {
    line: { en: "the flow: Node-RED’s hooks and ids", zh: "流程本身：Node-RED 的钩子与消息 id" },
    with: ["pass"],
    without: [],
  },
  {
    line: {
      en: "client: any parameters and credentials, time limit, what a failure means",
      zh: "客户端：任意参数与凭证、时限、失败含义的判定",
    },
    with: ["signed"],
    without: ["lean"],
  },
  {
    line: {
      en: "invocation: quota, attempts, decoding, one outcome",
      zh: "调用：配额、重试、解码、唯一结果",
    },
    with: ["client"],
    without: ["signed"],
  },
  {
    line: {
      en: "node: fields, status, result and msg.invocation",
      zh: "节点：字段、状态、结果与 msg.invocation",
    },
    with: ["own"],
    without: ["client", "pass"],
  },
  {
    line: { en: "check of the args against the thing model", zh: "按物模型检查参数" },
    with: ["whole"],
    without: ["own"],
  },
];

/**
 * Our node with everything on beside the leanest limit, and what of the CPU beyond it is due to which part: each contender
 * has one part more than the one before.
 */
export async function raceLeft(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const lap = isQuick
    ? { rounds: 9, milliseconds: 200, warmUp: 30_000 }
    : { rounds: 31, milliseconds: 400, warmUp: 60_000 };
  const options = { scheme: "http", names, levels: [inFlight], memoryAfter: 0, ...lap } as const;
  const found = await race(options, say);
  const failures = found.lanes.reduce((sum, lane) => sum + lane.failures, 0);
  if (failures > 0) throw new Error(`${failures} calls failed`);
  const { ofLimit, ofLimitError, cpuOfLimit, cpuOfLimitError } = ratios(found, inFlight, "whole");
  return [
    {
      part: "calls",
      line: { en: "our node, of the calls of the limit", zh: "本节点的调用数，与极限之比" },
      value: ofLimit,
      error: ofLimitError,
      unit: "×",
      target: { atLeast: wanted.calls },
    },
    {
      part: "calls",
      line: { en: "our node, of the CPU of the limit", zh: "本节点每次调用的 CPU，与极限之比" },
      value: cpuOfLimit,
      error: cpuOfLimitError,
      unit: "×",
      target: { atMost: wanted.cpu },
    },
    ...parts.map((part): Row => {
      const shares = sharesOf(part, found.lanes);
      return { part: "left", line: part.line, value: median(shares), unit: "×" };
    }),
  ];
}

/** The CPU of a part as a share of the leanest loop's, round by round. */
function sharesOf(part: Part, lanes: readonly Lane[]): number[] {
  const cpu = (name: Name): number[] => lanes.find((lane) => lane.name === name)!.cpuPerCall;
  return cpu("lean").map((lean, round) => {
    const sum = (of: readonly Name[]): number => of.reduce((total, name) => total + cpu(name)[round]!, 0);
    return (sum(part.with) - sum(part.without)) / lean;
  });
}
