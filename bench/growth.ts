import { type Contender, start, startServer } from "./contenders";
import { outputs } from "./flows";
import { median } from "./statistics";

export interface Growth {
  /** Microseconds of CPU for each message through our node, by how many were sent at once. */
  cpuPerQueued: Record<number, number>;
  /** The same for a node that only passes messages on, as a flow slows down by itself. */
  cpuPerPassed: Record<number, number>;
  /** Microseconds of CPU for each call, and calls per second with 64 in flight. */
  check: Record<keyof typeof outputs, { cpuPerCall: number; callsPerSecond: number }>;
}

interface GrowthOptions {
  /** How many messages are sent at once. */
  queued: readonly number[];
  /** Messages of one measurement at least: small queues are filled again and again. */
  messages: number;
  rounds: number;
  milliseconds: number;
}

/** What a longer queue, and the check of the args, do to the cost of a message. */
export async function growth(options: GrowthOptions, say: (line: string) => void): Promise<Growth> {
  const server = await startServer("http");
  const own = await start("own", server.endpoint);
  const pass = await start("pass", server.endpoint);
  try {
    say("thing model checks");
    const check = await checks(own, options);
    say(`queues of ${options.queued.join(", ")} messages`);
    const cpuPerQueued = await queues(own, options);
    return { cpuPerQueued, cpuPerPassed: await queues(pass, options), check };
  } finally {
    await own.stop();
    await pass.stop();
    await server.stop();
  }
}

async function queues(contender: Contender, options: GrowthOptions): Promise<Record<number, number>> {
  const found = new Map<number, number[]>(options.queued.map((size) => [size, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const [size, values] of found) {
      let cpu = 0;
      const times = Math.ceil(options.messages / size);
      for (let time = 0; time < times; time++) {
        cpu += (await contender.run({ inFlight: size, calls: size })).cpuMicroseconds;
      }
      values.push(cpu / times / size);
    }
  }
  return Object.fromEntries([...found].map(([size, values]) => [size, median(values)]));
}

async function checks(contender: Contender, options: GrowthOptions): Promise<Growth["check"]> {
  const kinds = Object.entries(outputs) as [keyof typeof outputs, number][];
  const found = new Map(kinds.map(([kind]) => [kind, { cpu: [] as number[], rate: [] as number[] }]));
  // The first two rounds warm up.
  for (let round = -2; round < options.rounds * 2; round++) {
    for (const [kind, output] of kinds) {
      const { milliseconds } = options;
      const measured = await contender.run({ inFlight: 64, milliseconds }, output);
      if (measured.failures > 0) throw new Error(`${measured.failures} calls failed`);
      if (round < 0) continue;
      found.get(kind)!.cpu.push(measured.cpuMicroseconds / measured.calls);
      found.get(kind)!.rate.push((measured.calls / measured.milliseconds) * 1000);
    }
  }
  const entries = [...found].map(([kind, { cpu, rate }]) => [
    kind,
    { cpuPerCall: median(cpu), callsPerSecond: median(rate) },
  ]);
  return Object.fromEntries(entries) as Growth["check"];
}
