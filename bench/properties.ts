import { type Contender, startProperties, startServer } from "./contenders";
import { propertyOutputs } from "./flows";
import { raceInTurns } from "./in-turns";
import type { Row } from "./row";

/** CPU of a property set, as a multiple of a service call with the same values. */
const maxOfSet = 1.05;

/**
 * What a property set costs beside a service call of the same values, both checked against the thing model.
 */
export async function raceProperties(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const server = await startServer("http");
  let contender: Contender | undefined;
  try {
    contender = await startProperties(server.endpoint);
    say("properties");
    const { ratio, error, failures } = await raceInTurns(contender, propertyOutputs, isQuick ? 60 : 200);
    if (failures > 0) throw new Error(`${failures} calls failed`);
    return [
      {
        part: "calls",
        line: { en: "CPU of a property set, of a service call", zh: "设置属性的 CPU，与调用服务之比" },
        value: ratio.set,
        error: error.set,
        unit: "×",
        target: { atMost: maxOfSet },
      },
    ];
  } finally {
    await contender?.stop();
    await server.stop();
  }
}
