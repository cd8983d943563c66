// Processes that a script starts and waits for, so that Ctrl-C ends all of them and what they have started.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { onEnding } from "./signals.mjs";
import { root } from "./steps.mjs";

const isWindows = process.platform === "win32";
const running = new Set();
let isEnding = false;

/**
 * Makes Ctrl-C end this process at once and quietly, with every process of `runChild`, until something else is given to
 * `onEnding`.
 */
export function endAtOnce() {
  onEnding((signal) => {
    isEnding = true;
    for (const child of running) killTree(child);
    process.exit(exitCodeOf(signal));
  });
}

/** The exit code of a process that a signal has ended before its work was done, as a shell has it. */
export function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/**
 * Runs a program in a process group of its own, which Ctrl-C in the terminal does not reach: otherwise it would report
 * the interruption in its own words. Answers its exit code.
 * @param isSilent whether only its errors are shown
 */
export function runChild(program, args, isSilent = false) {
  return new Promise((resolve) => {
    const stdout = isSilent ? "ignore" : "inherit";
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", stdout, "pipe"],
      detached: !isWindows,
    });
    running.add(child);
    child.stderr.on("data", (part) => isEnding || process.stderr.write(part));
    child.once("error", (error) => {
      console.error(error.message);
      running.delete(child);
      resolve(1);
    });
    child.once("close", (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

function killTree(child) {
  if (isWindows) spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
  else {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}
