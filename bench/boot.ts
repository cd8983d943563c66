import { startServer } from "./contenders";
import { startFirst } from "./first-flow";
import type { Row } from "./row";
import { median } from "./statistics";
import { loadEmpty, loadOwn } from "./weight";

const wanted = { overBareMs: 60, requireMs: 5, requireBytes: 1e6 };
/** What loading took as of 24 November 2026. */
const before = { milliseconds: 4, megabytes: 0.4 };
/** Starts of each kind. */
const starts = { whole: 9, quick: 3 };

/**
 * What the package takes of a start of Node-RED: to load all nodes, and from the moment at which the flows run to the first
 * answer of a server, beside a bare client that makes the same call in its place.
 */
export async function raceBoot(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const server = await startServer("http");
  const found = { own: [] as number[], bare: [] as number[] };
  const rounds = isQuick ? starts.quick : starts.whole;
  try {
    for (let round = 0; round < rounds; round++) {
      for (const kind of round % 2 === 0 ? (["own", "bare"] as const) : (["bare", "own"] as const)) {
        say(`first call after a start of Node-RED, ${kind}, ${round + 1} of ${rounds}`);
        found[kind].push(await startFirst(server.endpoint, kind === "bare"));
      }
    }
  } finally {
    await server.stop();
  }
  const over = found.own.map((milliseconds, round) => milliseconds - found.bare[round]!);
  const loaded = await loadOwn();
  const empty = await loadEmpty();
  const row = { part: "boot", unit: "ms" } as const;
  return [
    {
      ...row,
      line: { en: "loading all nodes", zh: "加载全部节点" },
      value: loaded.milliseconds,
      before: before.milliseconds,
      target: { atMost: wanted.requireMs },
    },
    {
      ...row,
      line: { en: "as many files that do nothing", zh: "同样数目的空文件" },
      value: empty.milliseconds,
    },
    {
      part: "boot",
      unit: "MB",
      line: { en: "memory of all nodes, loaded", zh: "全部节点加载后的内存" },
      value: loaded.inUse / 1e6,
      before: before.megabytes,
      target: { atMost: wanted.requireBytes / 1e6 },
    },
    {
      ...row,
      line: {
        en: "bare client: from “Started flows” to the first answer",
        zh: "裸客户端：从流程启动到首次应答",
      },
      value: median(found.bare),
    },
    {
      ...row,
      line: { en: "our node, over the bare client", zh: "本节点比裸客户端多用的时间" },
      value: median(over),
      target: { atMost: wanted.overBareMs },
    },
  ];
}
