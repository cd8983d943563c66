import type { Contender } from "./contenders";
import { median, standardError } from "./statistics";

const inFlight = 64;
const warmUpCalls = 20_000;
/** Rounds are short and many, so that whatever else the machine does falls on all outputs alike. */
const roundMilliseconds = 60;

/** CPU per call of several outputs of one driver, as multiples of what the first of them takes. */
interface Turns<Kind extends string> {
  /** The median of all rounds. */
  ratio: Record<Kind, number>;
  /** The standard error of that, as a share. */
  error: Record<Kind, number>;
  failures: number;
}

/**
 * One Node-RED calls by several outputs in turn, round after round, and the ratio of each round is taken.
 * An output that does the same as the first shows how exact the others are.
 */
export async function raceInTurns<Kind extends string>(
  contender: Contender,
  outputs: Readonly<Record<Kind, number>>,
  rounds: number,
): Promise<Turns<Kind>> {
  const kinds = Object.keys(outputs) as Kind[];
  const byKind = <T>(value: (kind: Kind) => T): Record<Kind, T> =>
    Object.fromEntries(kinds.map((kind) => [kind, value(kind)])) as Record<Kind, T>;
  const ratios = byKind((): number[] => []);
  let failures = 0;
  const cpuOf = async (kind: Kind, load: { calls: number } | { milliseconds: number }): Promise<number> => {
    const measured = await contender.run({ inFlight, ...load }, outputs[kind]);
    failures += measured.failures;
    return measured.cpuMicroseconds / measured.calls;
  };
  for (const kind of kinds) await cpuOf(kind, { calls: warmUpCalls });
  for (let round = 0; round < rounds; round++) {
    const cpu = byKind(() => 0);
    // Each kind is measured first, second and last equally often.
    for (let at = 0; at < kinds.length; at++) {
      const kind = kinds[(round + at) % kinds.length]!;
      cpu[kind] = await cpuOf(kind, { milliseconds: roundMilliseconds });
    }
    for (const kind of kinds) ratios[kind].push(cpu[kind] / cpu[kinds[0]!]);
  }
  return {
    ratio: byKind((kind) => median(ratios[kind])),
    error: byKind((kind) => standardError(ratios[kind])),
    failures,
  };
}
