import { type Contender, type FixedServer, type Name, type Scheme, start, startServer } from "./contenders";
import type { Measured, Memory } from "./load";
import { median, spread, standardError } from "./statistics";

interface RaceOptions {
  scheme: Scheme;
  names: readonly Name[];
  /** Calls in flight. */
  levels: readonly number[];
  rounds: number;
  milliseconds: number;
  /** Calls of each contender before the first round, which compile what is hot; the slow ones make fewer. */
  warmUp: number;
  /** Measure the memory once a contender has made this many calls; 0 = not at all. */
  memoryAfter: number;
  /** Asked after each round: whether the rounds that are left cannot change what is to be known. */
  isDecided?(lanes: readonly Lane[]): boolean;
}

/** One contender at one number of calls in flight, a value for each round. */
export interface Lane {
  name: Name;
  inFlight: number;
  callsPerSecond: number[];
  /** Microseconds. */
  cpuPerCall: number[];
  /** Milliseconds. */
  p50: number[];
  p99: number[];
  failures: number;
  /** The largest share of a core that the server took: near 1 it would be the server that is measured. */
  serverShare: number;
}

export interface Race {
  scheme: Scheme;
  lanes: Lane[];
  /** Connections opened by each contender in all rounds. */
  sockets: Partial<Record<Name, number>>;
  memory: Partial<Record<Name, Memory>>;
}

const maxWarmUpMs = 8000;

/** The loops that do nothing but make calls; the leanest of those that take part is the limit. */
export const bareLoops: readonly Name[] = ["lean", "bare-http", "bare-undici"];

/**
 * Lets the contenders run in turn, one at a time, round after round, so that whatever else the machine does meets
 * all of them alike.
 */
export async function race(options: RaceOptions, say: (line: string) => void): Promise<Race> {
  const server = await startServer(options.scheme);
  const contenders = new Map<Name, Contender>();
  try {
    for (const name of options.names) contenders.set(name, await start(name, server.endpoint));
    return await new Rounds(options, server, contenders, say).run();
  } finally {
    for (const contender of contenders.values()) await contender.stop();
    await server.stop();
  }
}

class Rounds {
  private readonly calls = new Map<Name, number>();
  private readonly result: Race;

  constructor(
    private readonly options: RaceOptions,
    private readonly server: FixedServer,
    private readonly contenders: ReadonlyMap<Name, Contender>,
    private readonly say: (line: string) => void,
  ) {
    const lanes = options.levels.flatMap((inFlight) =>
      options.names.map((name) => ({
        name,
        inFlight,
        callsPerSecond: [],
        cpuPerCall: [],
        p50: [],
        p99: [],
        failures: 0,
        serverShare: 0,
      })),
    );
    this.result = { scheme: options.scheme, lanes, sockets: {}, memory: {} };
  }

  async run(): Promise<Race> {
    const { rounds, memoryAfter, warmUp } = this.options;
    for (const [name, contender] of this.contenders) {
      this.say(`${this.options.scheme}, warming up ${name}`);
      const before = await this.server.count();
      const warm = await contender.run({ inFlight: 64, calls: warmUp, milliseconds: maxWarmUpMs });
      const after = await this.server.count();
      this.result.sockets[name] = after.connections - before.connections;
      this.calls.set(name, warm.calls);
    }
    for (let round = 0; round < rounds; round++) {
      this.say(`${this.options.scheme}, round ${round + 1} of ${rounds}`);
      for (const lane of this.result.lanes) await this.count(lane);
      if (this.options.isDecided?.(this.result.lanes)) break;
    }
    if (memoryAfter > 0) await this.weigh(memoryAfter);
    return this.result;
  }

  private async count(lane: Lane): Promise<void> {
    const { measured, serverShare } = await this.lap(lane.name, lane.inFlight);
    lane.callsPerSecond.push((measured.calls / measured.milliseconds) * 1000);
    lane.cpuPerCall.push(measured.cpuMicroseconds / measured.calls);
    lane.p50.push(measured.p50);
    lane.p99.push(measured.p99);
    lane.failures += measured.failures;
    lane.serverShare = Math.max(lane.serverShare, serverShare);
  }

  private async lap(name: Name, inFlight: number): Promise<{ measured: Measured; serverShare: number }> {
    const contender = this.contenders.get(name)!;
    const opening = await this.server.count();
    // While the others ran, connections may have been closed; opening them is no part of a call.
    await contender.run({ inFlight, calls: inFlight * 4 });
    const before = await this.server.count();
    const measured = await contender.run({ inFlight, milliseconds: this.options.milliseconds });
    const after = await this.server.count();
    const { sockets } = this.result;
    sockets[name] = (sockets[name] ?? 0) + after.connections - opening.connections;
    this.calls.set(name, (this.calls.get(name) ?? 0) + measured.calls);
    const cpu = (after.cpuMicroseconds - before.cpuMicroseconds) / 1000;
    return { measured, serverShare: cpu / measured.milliseconds };
  }

  private async weigh(memoryAfter: number): Promise<void> {
    for (const [name, contender] of this.contenders) {
      const calls = memoryAfter - (this.calls.get(name) ?? 0);
      this.say(`${this.options.scheme}, memory of ${name} after ${memoryAfter} calls`);
      if (calls > 0) await contender.run({ inFlight: 64, calls });
      this.result.memory[name] = await contender.memory();
    }
  }
}

/** Our node beside the limit and beside what people would use instead, at one number of calls in flight. */
export interface Ratios {
  /** The leanest of the bare loops. */
  bare: Name;
  /** Calls per second as a share of the limit. */
  ofLimit: number;
  ofLimitSpread: number;
  /** Standard errors, as shares. */
  ofLimitError: number;
  cpuOfLimitError: number;
  /** CPU as a share of the limit's. */
  cpuOfLimit: number;
  /** Calls per second, as a multiple of theirs. */
  timesSdk: number;
  timesPop: number;
  timesRequest: number;
}

/**
 * The limit is what one process could do at best: the leanest loop and the flow in sequence. Ratios are taken round by
 * round, and the median of them is kept.
 */
export function ratios({ lanes }: Pick<Race, "lanes">, inFlight: number, own: Name = "own"): Ratios {
  const lane = (name: Name): Lane | undefined =>
    lanes.find((one) => one.name === name && one.inFlight === inFlight);
  const rate = (name: Name): number => median(lane(name)?.callsPerSecond ?? []) || 0;
  const bare = bareLoops.reduce((best, other) => (rate(other) > rate(best) ? other : best));
  const of = (value: (round: number) => number): number[] =>
    (lane(own)?.callsPerSecond ?? []).map((_rate, round) => value(round));
  const rateIn = (name: Name, round: number): number => lane(name)?.callsPerSecond[round] ?? NaN;
  const cpuIn = (name: Name, round: number): number => lane(name)?.cpuPerCall[round] ?? NaN;
  const times = (name: Name): number => median(of((round) => rateIn(own, round) / rateIn(name, round)));
  const shares = of((round) => rateIn(own, round) * (1 / rateIn(bare, round) + 1 / rateIn("pass", round)));
  const cpuShares = of((round) => cpuIn(own, round) / (cpuIn(bare, round) + cpuIn("pass", round)));
  return {
    bare,
    ofLimit: median(shares),
    ofLimitSpread: spread(shares),
    ofLimitError: standardError(shares),
    cpuOfLimit: median(cpuShares),
    cpuOfLimitError: standardError(cpuShares),
    timesSdk: times("sdk"),
    timesPop: times("pop"),
    timesRequest: times("request"),
  };
}
