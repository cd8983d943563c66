import { TestRedis } from "../test/support/redis";
import { type Contender, startCoordination, startServer } from "./contenders";
import { coordinationOutputs } from "./flows";
import { raceInTurns } from "./in-turns";
import type { Row } from "./row";

/** CPU of a call with a shared quota, as a multiple of one without. */
const maxOfShared = 1.1;

/**
 * What a call costs whose account shares its quota over a Redis, and how many commands Redis gets for that.
 */
export async function raceCoordination(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const server = await startServer("http");
  const redis = await TestRedis.start();
  let contender: Contender | undefined;
  try {
    contender = await startCoordination(server.endpoint, redis.url);
    say("coordination");
    const { ratio, error, failures } = await raceInTurns(contender, coordinationOutputs, isQuick ? 60 : 200);
    if (failures > 0) throw new Error(`${failures} calls failed`);
    const before = await evaluations(redis);
    const calls = 20_000;
    await contender.run({ inFlight: 64, calls }, coordinationOutputs.shared);
    const row = { part: "coordination", unit: "×" } as const;
    return [
      {
        ...row,
        line: {
          en: "CPU of a call with a shared quota, of one without",
          zh: "共享配额时每次调用的 CPU，与不共享之比",
        },
        value: ratio.shared,
        error: error.shared,
        target: { atMost: maxOfShared },
      },
      {
        ...row,
        line: { en: "the same account measured twice", zh: "同样的账号测两次" },
        value: ratio.same,
        error: error.same,
      },
      {
        part: "coordination",
        line: { en: "commands of Redis for 1,000 calls", zh: "每 1,000 次调用的 Redis 命令数" },
        value: (1000 * ((await evaluations(redis)) - before)) / calls,
        unit: "",
      },
    ];
  } finally {
    await contender?.stop();
    await redis.stop();
    await server.stop();
  }
}

async function evaluations(redis: TestRedis): Promise<number> {
  const stats = String(await redis.command("INFO", "commandstats"));
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}
