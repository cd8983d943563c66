// Runs tests in several processes at once, and shows their reports one after the other.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const mostLanes = 4;

/** The files dealt out among as many processes as there are cores, four at most. */
export function dealt(files, lanes = Math.min(mostLanes, availableParallelism())) {
  return Array.from({ length: Math.min(lanes, files.length) }, (_none, lane) =>
    files.filter((_file, index) => index % lanes === lane),
  );
}

/**
 * Runs Node.js with each of these lists of arguments and variables at once. What the first prints is shown at once,
 * what the others print when those before have ended, and all summaries at the end, where one looks for them.
 * Answers the exit codes.
 */
export async function runLanes(lanes, write = (text) => process.stdout.write(text)) {
  // A process on its own has the terminal to itself.
  const running = lanes.map((lane) => start(lane, lanes.length === 1 ? "inherit" : "pipe"));
  const passOn = (signal) => running.forEach(({ child }) => child.kill(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, passOn);
  const summaries = [];
  for (const lane of running) {
    lane.showBy(write);
    await lane.ended;
    summaries.push(lane.summary());
  }
  for (const summary of summaries) write(summary);
  return Promise.all(running.map(({ ended }) => ended));
}

function start({ args, env }, output) {
  const child = spawn(process.execPath, args, {
    stdio: [output === "inherit" ? "inherit" : "ignore", output, output],
    env: { ...process.env, ...env },
  });
  let held = "";
  let summary = "";
  let write;
  const line = (text) => {
    if (summary !== "" || isSummary(text)) summary += text;
    else if (write) write(text);
    else held += text;
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    let rest = "";
    stream.setEncoding("utf8").on("data", (chunk) => {
      const lines = (rest + chunk).split(/(?<=\n)/);
      rest = lines.at(-1).endsWith("\n") ? "" : lines.pop();
      lines.forEach(line);
    });
    stream.on("end", () => rest !== "" && line(rest));
  }
  const ended = new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
  });
  return {
    child,
    ended,
    summary: () => summary,
    showBy(writer) {
      write = writer;
      write(held);
    },
  };
}

/** Whether a line of mocha's begins its summary, in colour or not. */
function isSummary(line) {
  // oxlint-disable-next-line no-control-regex
  return /^\s+\d+ passing \(/.test(line.replaceAll(/\u001B\[\d*m/g, ""));
}
