// Runs tests in several processes at once, and shows their reports one after the other.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { stripVTControlCharacters } from "node:util";

const maxLanes = 4;
const maxLastLines = 40;

/**
 * Distributes the files among as many processes as there are cores, at most four, so that all take about equally long.
 * `secondsOf` a file may be rough.
 */
export function dealt(files, secondsOf, lanes = Math.min(maxLanes, availableParallelism())) {
  const shares = Array.from({ length: Math.min(lanes, files.length) }, () => ({
    seconds: 0,
    files: new Set(),
  }));
  for (const file of files.toSorted((one, other) => secondsOf(other) - secondsOf(one))) {
    const [shortest] = shares.toSorted((one, other) => one.seconds - other.seconds);
    shortest.files.add(file);
    shortest.seconds += secondsOf(file);
  }
  return shares.map((share) => files.filter((file) => share.files.has(file)));
}

/**
 * Runs Node.js with each of these lists of arguments and variables at once. The output of the first is
 * shown at once, that of the others when those before have ended, and all summaries at the end. The summary of one that
 * has failed without one of mocha's is its last lines.
 * Answers the exit codes.
 */
export async function runLanes(lanes, write = (text) => process.stdout.write(text)) {
  // A single process uses the terminal directly.
  const running = lanes.map((lane) => start(lane, lanes.length === 1 ? "inherit" : "pipe"));
  const passOn = (signal) => running.forEach(({ child }) => child.kill(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, passOn);
  const summaries = [];
  for (const lane of running) {
    lane.showBy(write);
    summaries.push(lane.summary(await lane.ended));
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
  const last = [];
  const line = (text) => {
    last.push(text);
    if (last.length > maxLastLines) last.shift();
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
    summary: (code) => {
      if (code === 0 || summary !== "" || output === "inherit") return summary;
      return `Ended with exit code ${code}: node ${args.slice(0, 3).join(" ")}\n${last.join("")}`;
    },
    showBy(writer) {
      write = writer;
      write(held);
    },
  };
}

/** Whether a line of mocha's begins its summary, in colour or not. */
function isSummary(line) {
  return /^\s+\d+ passing \(/.test(stripVTControlCharacters(line));
}
