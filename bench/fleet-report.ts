export const strategies = ["batch", "single"] as const;
export type Strategy = (typeof strategies)[number];

/** What one strategy takes. */
interface FleetLane {
  /** From the first command to the last reply, while nobody else commands. */
  seconds: number;
  /** The same while a button is pressed again and again. */
  secondsWithButton: number;
  presses: number;
  /** Milliseconds from a press to its answer. */
  p50: number;
  p99: number;
  /** The most memory of the whole Node-RED, each time after a collection. */
  heapBytes: number;
  /** Whether each device has answered, each time. */
  isWhole: boolean;
}

export interface FleetFigures {
  date: string;
  machine: { processor: string; cores: number; node: string; nodeRed: string };
  devices: number;
  lanes: Record<Strategy, FleetLane>;
  /** Calls that the simulator throttled, of all runs. */
  throttled: number;
  calls: number;
}

/** What the platform takes at most (docs/protocol.md, 5) takes 10 and 20 s; two more are for the replies. */
export const fleetLimits = { seconds: { batch: 12, single: 22 }, pressMs: 100, heapBytes: 100e6 };

/** @param isTimed whether there are so many devices that the limits of time hold */
export function isFleetFast({ lanes }: FleetFigures, isTimed: boolean): boolean {
  return strategies.every((strategy) => {
    const { seconds, p99, heapBytes, isWhole } = lanes[strategy];
    const isInTime = !isTimed || seconds <= fleetLimits.seconds[strategy];
    return isWhole && isInTime && p99 <= fleetLimits.pressMs && heapBytes < fleetLimits.heapBytes;
  });
}

/** As rows for a terminal, the first of them the head. */
export function fleetRows({ devices, lanes }: FleetFigures): string[][] {
  const { seconds: most, pressMs, heapBytes: mostBytes } = fleetLimits;
  const head = [`fleet of ${devices}`, "s", "wanted", "s with a button", "presses", "p50 ms", "p99 ms"];
  const rows = strategies.map((strategy) => {
    const { seconds, secondsWithButton, presses, p50, p99, heapBytes, isWhole } = lanes[strategy];
    return [
      strategy,
      seconds.toFixed(1),
      `≤ ${most[strategy]}`,
      secondsWithButton.toFixed(1),
      String(presses),
      p50.toFixed(0),
      p99.toFixed(0),
      `≤ ${pressMs}`,
      (heapBytes / 1e6).toFixed(0),
      `< ${mostBytes / 1e6}`,
      isWhole ? "yes" : "NO",
    ];
  });
  return [[...head, "wanted", "heap MB", "wanted", "all answered"], ...rows];
}

/** A line about what the simulator counted. */
export function fleetCalls({ calls, throttled }: FleetFigures): string {
  return `of ${calls} commands the simulator throttled ${throttled}`;
}
