import { type Contender, startSafety, startServer } from "./contenders";
import { safetyOutputs } from "./flows";
import { raceInTurns } from "./in-turns";

/** CPU of a call with ten rules, as a multiple of one without. */
const maxOfRules = 1.03;

/**
 * What rules and an audit file cost: four accounts, of which two have neither rules nor an audit.
 * @returns whether ten rules are cheap enough
 */
export async function raceSafety(isQuick: boolean, say: (line: string) => void): Promise<boolean> {
  const server = await startServer("http");
  let contender: Contender | undefined;
  try {
    contender = await startSafety(server.endpoint);
    say("safety");
    const { ratio, text, failures } = await raceInTurns(contender, safetyOutputs, isQuick ? 60 : 200);
    console.log(
      `rules on: ${text.rules} of the CPU without, at most ${maxOfRules} wanted; without once more: ${text.same}; audit file on: ${text.audit}; ${failures} calls failed`,
    );
    return failures === 0 && ratio.rules <= maxOfRules;
  } finally {
    await contender?.stop();
    await server.stop();
  }
}
