import type { Value } from "../definition/checks";

const disturbanceKinds = ["duplicate", "reorder", "delay", "refuse", "close", "cut"] as const;

type DisturbanceKind = (typeof disturbanceKinds)[number];

/**
 * What goes wrong between platform and subscriber:
 *
 * - `duplicate` a message is delivered twice, with one messageId
 * - `reorder` a later message is delivered first
 * - `delay` a message is delivered only after `delayMs`
 * - `refuse` a login is refused, whatever its password
 * - `close` after a message was delivered, the platform closes every connection of the group with `condition`
 * - `cut` the same, but without an AMQP close
 */
export interface Disturbance {
  kind: DisturbanceKind;
  /** Occasions that pass before the first time; default 0. */
  skip?: number;
  /** How often it happens; default for ever. */
  times?: number;
  /** It happens only at every nth occasion. */
  every?: number;
  /** 0 to 1; default 1. Drawn from a generator that `seed` of the file starts. */
  probability?: number;
  /** Only for messages whose topic contains this. */
  topic?: string;
  /** For `delay`; default 1000. */
  delayMs?: number;
  /** For `close`; default `amqp:connection:forced`. */
  condition?: string;
}

/**
 * Checks one disturbance.
 * @throws {SimulatorInputError}
 */
export function readDisturbance(value: Value): Disturbance {
  value.object(["kind", "skip", "times", "every", "probability", "topic", "delayMs", "condition"]);
  value.child("kind").oneOf(disturbanceKinds);
  for (const key of ["skip", "times"]) value.child(key).optional((field) => field.integer(0, 1e9));
  value.child("every").optional((field) => field.integer(1, 1e9));
  value.child("probability").optional((field) => field.number(0, 1));
  value.child("delayMs").optional((field) => field.integer(0, 86_400_000));
  for (const key of ["topic", "condition"]) value.child(key).optional((field) => field.name());
  return { ...(value.raw as Disturbance) };
}

/** The disturbances of one simulator, with their counts. */
export class Disturbances {
  private states: { disturbance: Disturbance; seen: number; fired: number }[] = [];

  constructor(private readonly random: () => number) {}

  add(disturbance: Disturbance): void {
    this.states.push({ disturbance, seen: 0, fired: 0 });
  }

  clear(): void {
    this.states = [];
  }

  list(): Disturbance[] {
    return this.states.map(({ disturbance }) => disturbance);
  }

  /** The first disturbance of this kind that is due. Every matching one counts the occasion. */
  fire(kind: DisturbanceKind, topic = ""): Disturbance | undefined {
    let chosen: Disturbance | undefined;
    for (const state of this.states) {
      const { disturbance } = state;
      if (disturbance.kind !== kind || !topic.includes(disturbance.topic ?? "")) continue;
      state.seen += 1;
      const { skip = 0, times = Infinity, every = 1, probability = 1 } = disturbance;
      const isDue = state.seen > skip && state.fired < times && (state.seen - skip) % every === 0;
      if (chosen || !isDue || (probability < 1 && this.random() >= probability)) continue;
      state.fired += 1;
      chosen = disturbance;
    }
    return chosen;
  }
}
