/** What it costs that several Node-REDs share the limits of an account. */
export interface CoordinationFigures {
  date: string;
  /** CPU of a call with a shared quota, as a multiple of one without, and how exact that is. */
  ratio: number;
  ratioText: string;
  /** The same of calls that do the same as those without: what chance makes of it. */
  sameText: string;
  /** Requests to Redis for 1,000 calls, as fast as one Node-RED can make them. */
  requestsPerThousand: number;
  calls: number;
  failures: number;
}

/** CPU of a call with a shared quota, as a multiple of one without. */
export const maxOfShared = 1.1;

export function isCoordinationCheap({ ratio, failures }: CoordinationFigures): boolean {
  return failures === 0 && ratio <= maxOfShared;
}

/** As lines for a terminal. */
export function coordinationLines(figures: CoordinationFigures): string[] {
  return [
    `coordination on: ${figures.ratioText} of the CPU without, at most ${maxOfShared} wanted; without once more: ${figures.sameText}`,
    `${figures.requestsPerThousand.toFixed(1)} requests to Redis for 1,000 of ${figures.calls} calls at full speed; ${figures.failures} calls failed`,
  ];
}

/** By README: what stands between its markers. */
export const coordinationTables: Record<string, (figures: CoordinationFigures) => string> = {
  "README.md": ({ date, ratioText, requestsPerThousand }) =>
    [
      "| with a coordination | |",
      "| --- | --: |",
      `| CPU of a call, as a multiple of one without | ${ratioText} |`,
      `| requests to Redis for 1,000 calls at full speed | ${requestsPerThousand.toFixed(0)} |`,
      "",
      `Measured on ${date.slice(0, 10)}; \`npm run bench -- --only=coordination\` repeats it.`,
    ].join("\n"),
  "README.zh-CN.md": ({ date, ratioText, requestsPerThousand }) =>
    [
      "| 启用协调 | |",
      "| --- | --: |",
      `| 每次调用的 CPU（未启用时的倍数） | ${ratioText} |`,
      `| 全速调用时每 1,000 次调用的 Redis 请求数 | ${requestsPerThousand.toFixed(0)} |`,
      "",
      `测于 ${date.slice(0, 10)}，可用 \`npm run bench -- --only=coordination\` 自行重测。`,
    ].join("\n"),
};
