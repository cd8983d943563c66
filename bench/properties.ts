import { type Contender, startProperties, startServer } from "./contenders";
import { propertyOutputs } from "./flows";
import { raceInTurns } from "./in-turns";

/** CPU of a property set, as a multiple of a service call with the same values. */
const maxOfSet = 1.05;

/**
 * What a property set costs beside a service call of the same values, both checked against the thing model.
 * @returns whether it costs no more
 */
export async function raceProperties(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const server = await startServer("http");
  let contender: Contender | undefined;
  try {
    contender = await startProperties(server.endpoint);
    say("properties");
    const { ratio, text, failures } = await raceInTurns(contender, propertyOutputs, isQuick ? 60 : 200);
    console.log(
      `property set: ${text.set} of the CPU of a service call, at most ${maxOfSet} wanted; the service once more: ${text.same}; ${failures} calls failed`,
    );
    return failures === 0 && ratio.set <= maxOfSet;
  } finally {
    await contender?.stop();
    await server.stop();
  }
}
