import { TestRedis } from "../test/support/redis";
import { type Contender, startCoordination, startServer } from "./contenders";
import { coordinationOutputs } from "./flows";
import { raceInTurns } from "./in-turns";

/** CPU of a call with a shared quota, as a multiple of one without. */
const maxOfShared = 1.1;

/**
 * What a call costs whose account shares its quota over a Redis, and how many commands Redis gets for that.
 * @returns whether it costs little enough
 */
export async function raceCoordination(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const server = await startServer("http");
  const redis = await TestRedis.start();
  let contender: Contender | undefined;
  try {
    contender = await startCoordination(server.endpoint, redis.url);
    say("coordination");
    const { ratio, text, failures } = await raceInTurns(contender, coordinationOutputs, isQuick ? 60 : 200);
    const before = await evaluations(redis);
    const calls = 20_000;
    await contender.run({ inFlight: 64, calls }, coordinationOutputs.shared);
    const perThousand = ((1000 * ((await evaluations(redis)) - before)) / calls).toFixed(1);
    console.log(
      `coordination on: ${text.shared} of the CPU without, at most ${maxOfShared} wanted; without once more: ${text.same}; ${perThousand} commands of Redis for 1,000 calls at full speed; ${failures} calls failed`,
    );
    return failures === 0 && ratio.shared <= maxOfShared;
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
