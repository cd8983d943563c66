import { type Contender, startSafety, startServer } from "./contenders";
import { safetyOutputs } from "./flows";
import { median, standardError } from "./statistics";

/** CPU of a call with ten rules, as a multiple of one without. */
const maxOfRules = 1.03;
const inFlight = 64;

type Kind = keyof typeof safetyOutputs;
const kinds = Object.keys(safetyOutputs) as Kind[];

/**
 * What rules and an audit file cost: the same Node-RED calls by four accounts in turn, round after round, and the
 * ratio of each round is taken. Two of them have neither rules nor an audit: their ratio shows how exact the others are.
 * Rounds are short and many, so that whatever else the machine does falls on all accounts alike.
 * @returns whether ten rules are cheap enough
 */
export async function raceSafety(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const server = await startServer("http");
  let contender: Contender | undefined;
  try {
    contender = await startSafety(server.endpoint);
    const ratios: Record<Kind, number[]> = { off: [], same: [], rules: [], audit: [] };
    let failures = 0;
    const cpuOf = async (kind: Kind, load: { calls: number } | { milliseconds: number }): Promise<number> => {
      const measured = await contender!.run({ inFlight, ...load }, safetyOutputs[kind]);
      failures += measured.failures;
      return measured.cpuMicroseconds / measured.calls;
    };
    say("safety, warming up");
    for (const kind of kinds) await cpuOf(kind, { calls: 20_000 });
    const rounds = isQuick ? 60 : 200;
    for (let round = 0; round < rounds; round++) {
      // Each kind is measured first, second and last equally often.
      const order = kinds.map((_kind, at) => kinds[(round + at) % kinds.length]!);
      const cpu: Record<Kind, number> = { off: 0, same: 0, rules: 0, audit: 0 };
      for (const kind of order) cpu[kind] = await cpuOf(kind, { milliseconds: 60 });
      for (const kind of kinds) ratios[kind].push(cpu[kind] / cpu.off);
    }
    const rules = median(ratios.rules);
    const text = (kind: Kind): string =>
      `${median(ratios[kind]).toFixed(3)} ± ${(standardError(ratios[kind]) * 100).toFixed(1)} %`;
    console.log(
      `rules on: ${text("rules")} of the CPU without, at most ${maxOfRules} wanted; without once more: ${text("same")}; audit file on: ${text("audit")}; ${failures} calls failed`,
    );
    return failures === 0 && rules <= maxOfRules;
  } finally {
    await contender?.stop();
    await server.stop();
  }
}
