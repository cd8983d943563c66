import { type Contender, startSafety, startServer } from "./contenders";
import { safetyOutputs } from "./flows";
import { raceInTurns } from "./in-turns";
import type { Row } from "./row";

/** CPU of a call with ten rules, as a multiple of one without. */
const maxOfRules = 1.03;

/**
 * What rules and an audit file cost: four accounts, of which two have neither rules nor an audit.
 */
export async function raceSafety(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  const server = await startServer("http");
  let contender: Contender | undefined;
  try {
    contender = await startSafety(server.endpoint);
    say("safety");
    const { ratio, error, failures } = await raceInTurns(contender, safetyOutputs, isQuick ? 60 : 200);
    if (failures > 0) throw new Error(`${failures} calls failed`);
    const row = { part: "safety", unit: "×" } as const;
    return [
      {
        ...row,
        line: {
          en: "CPU of a call with ten rules, of one without",
          zh: "十条规则时每次调用的 CPU，与无规则之比",
        },
        value: ratio.rules,
        error: error.rules,
        target: { atMost: maxOfRules },
      },
      {
        ...row,
        line: { en: "the same account measured twice", zh: "同样的账号测两次" },
        value: ratio.same,
        error: error.same,
      },
      {
        ...row,
        line: { en: "CPU of a call with an audit file", zh: "写审计文件时每次调用的 CPU" },
        value: ratio.audit,
        error: error.audit,
      },
    ];
  } finally {
    await contender?.stop();
    await server.stop();
  }
}
