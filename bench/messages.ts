import type { Received } from "./counter";
import { type Name, names, type Receiver, startReceiver, startServer } from "./message-receivers";
import { devices } from "./posts";
import type { Row } from "./row";
import { median, standardError } from "./statistics";

/** Messages of one round of one receiver. */
const perRound = 4000;

/** Least throughput for each receiver, as a share of the bare one's; and most CPU of many listeners against one. */
const wanted = { subscription: 0.9, messageIn: 0.7, filtered: 1.1 };
/** What --check asks for: a busy machine meets the contenders unequally, and none of these is missed by that. */
const guarded = { subscription: 0.85, filtered: 1.3 };
/**
 * Well above the number of ids that a subscription remembers, so that what it needs for them no longer grows: the map of
 * the ids grows once more after it is full.
 */
const enoughToFill = 170_000;

interface Measured {
  /** Microseconds of CPU for each message, a value for each round. */
  cost: ReadonlyMap<Name, number[]>;
  /** Bytes that each has more in use after all rounds than before them. */
  memory: ReadonlyMap<Name, number>;
}

/**
 * What a message costs a receiver, in CPU: rhea alone; the subscription with one listener, and with 2,000 of which each
 * hears one device; the message-in node; and, beside it, a node that only sends what rhea alone gets.
 */
export async function raceMessages(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const rounds = isQuick ? 15 : 40;
  const { cost, memory } = await measure(names, rounds, isQuick ? 20_000 : enoughToFill, say);
  const row = (en: string, zh: string, ratios: number[], more: Partial<Row> = {}): Row => ({
    part: "messages",
    unit: "×",
    line: { en, zh },
    value: median(ratios),
    error: standardError(ratios),
    ...more,
  });
  const ofBare = (name: Name): number[] => ratio(cost, "bare", name);
  return [
    row(
      "subscription, of a bare rhea receiver",
      "订阅的接收速度，与裸 rhea 接收端之比",
      ofBare("subscription"),
      {
        target: { atLeast: wanted.subscription },
        before: 0.75,
      },
    ),
    row(
      "_device messages_ in Node-RED, of a bare rhea receiver",
      "Node-RED 中的“设备消息”节点，与裸 rhea 之比",
      ofBare("message-in"),
      {
        target: { atLeast: wanted.messageIn },
      },
    ),
    row(
      "a node that only sends, of a bare rhea receiver",
      "只转发消息的节点，与裸 rhea 之比",
      ofBare("send-only"),
    ),
    row(
      `CPU of a message with ${devices} filtered listeners, of one`,
      `${devices} 个带过滤的监听者时每条消息的 CPU，与一个之比`,
      ratio(cost, "filtered", "subscription"),
      {
        target: { atMost: wanted.filtered },
        before: 6.5,
      },
    ),
    {
      part: "messages",
      line: {
        en: `more memory in use after ${(rounds * perRound).toLocaleString("en-US")} messages`,
        zh: `${(rounds * perRound).toLocaleString("en-US")} 条消息之后增加的内存`,
      },
      value: memory.get("subscription")! / 1e6,
      unit: "MB",
    },
  ];
}

/** A short form without Node-RED that says yes or no; where it says no, it is run once more. */
export async function areMessagesCheap(say: (line: string) => void): Promise<boolean> {
  return (await areCheapNow(say)) || areCheapNow(say);
}

async function areCheapNow(say: (line: string) => void): Promise<boolean> {
  const { cost } = await measure(["bare", "subscription", "filtered"], 11, 20_000, say);
  const share = ratio(cost, "bare", "subscription");
  const filtered = ratio(cost, "filtered", "subscription");
  console.log(
    `messages: ${text(share)} of what rhea alone receives, at least ${guarded.subscription} wanted; ${devices} listeners ${text(filtered)} of the CPU of one, at most ${guarded.filtered} wanted`,
  );
  return median(share) >= guarded.subscription && median(filtered) <= guarded.filtered;
}

/**
 * Lets the receivers have a few thousand messages each in turn, so that whatever else the machine does meets all of them
 * alike; ratios are taken round by round.
 */
async function measure(
  chosen: readonly Name[],
  rounds: number,
  warmUp: number,
  say: (line: string) => void,
): Promise<Measured> {
  const server = await startServer(chosen.length);
  const receivers = new Map<Name, Receiver>();
  try {
    for (const [index, name] of chosen.entries()) {
      const opened = server.opened(index);
      receivers.set(name, await startReceiver(name, server.ports[index]!));
      await opened;
    }
    const cost = new Map<Name, number[]>(chosen.map((name) => [name, []]));
    const inUse = async (): Promise<number[]> => {
      const found: number[] = [];
      for (const receiver of receivers.values()) found.push((await receiver.memory()).inUse);
      return found;
    };
    const receive = async (name: Name, messages: number): Promise<Received> => {
      const received = receivers.get(name)!.receive(messages);
      // The question has reached a Node-RED by then; if not, a few messages are not measured.
      await new Promise((resolve) => setTimeout(resolve, 30));
      server.send(chosen.indexOf(name), messages);
      return received;
    };
    for (const name of chosen) {
      say(`messages, warming up ${name}`);
      await receive(name, warmUp);
    }
    const before = await inUse();
    for (let round = 0; round < rounds; round++) {
      say(`messages, round ${round + 1} of ${rounds}`);
      for (let turn = 0; turn < chosen.length; turn++) {
        const name = chosen[(round + turn) % chosen.length]!;
        const { cpuMicroseconds } = await receive(name, perRound);
        cost.get(name)!.push(cpuMicroseconds / perRound);
      }
    }
    const after = await inUse();
    const memory = new Map(chosen.map((name, index) => [name, after[index]! - before[index]!]));
    const each = chosen.map(
      (name) =>
        `${name} ${median(cost.get(name)!).toFixed(1)} µs (memory ${(memory.get(name)! / 1e6).toFixed(1)} MB more)`,
    );
    console.log(`messages in, CPU of each: ${each.join(", ")}, over ${rounds * perRound} messages`);
    return { cost, memory };
  } finally {
    for (const receiver of receivers.values()) await receiver.stop();
    await server.stop();
  }
}

/** How many times as much one takes as another, round by round. */
function ratio(cost: Measured["cost"], name: Name, of: Name): number[] {
  return cost.get(name)!.map((value, round) => value / cost.get(of)![round]!);
}

function text(values: number[]): string {
  return `${median(values).toFixed(2)} ± ${(standardError(values) * 100).toFixed(1)} %`;
}
