import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const periodMicroseconds = 100_000;

/** A process that has half of a core, until it is let go. */
interface Held {
  /** In which way, for the report. */
  how: "cgroup" | "neighbour" | "nothing";
  /** To be called when the process has ended. */
  letGo(): void;
}

/** Gives a process half of a core: by a cgroup where that is allowed, else by a busy neighbour on the same core. */
export function holdToHalfACore(pid: number): Held {
  return byCgroup(pid) ?? byNeighbour(pid) ?? { how: "nothing", letGo: () => undefined };
}

function byCgroup(pid: number): Held | undefined {
  const name = `aliyun-iot-bench-${pid}`;
  const period = String(periodMicroseconds);
  const half = String(periodMicroseconds / 2);
  return (
    joined(path.join("/sys/fs/cgroup", name), pid, { "cpu.max": `${half} ${period}` }) ??
    joined(path.join("/sys/fs/cgroup/cpu", name), pid, {
      "cpu.cfs_period_us": period,
      "cpu.cfs_quota_us": half,
    })
  );
}

/** Writes settings of a new group and moves the process there; undefined where that is not possible. */
function joined(folder: string, pid: number, settings: Record<string, string>): Held | undefined {
  const remove = (): void => {
    try {
      rmdirSync(folder);
    } catch {
      // It was not made.
    }
  };
  try {
    mkdirSync(folder);
    for (const [name, value] of Object.entries(settings)) writeFileSync(path.join(folder, name), value);
    writeFileSync(path.join(folder, "cgroup.procs"), String(pid));
    return { how: "cgroup", letGo: remove };
  } catch {
    remove();
    return undefined;
  }
}

function byNeighbour(pid: number): Held | undefined {
  let neighbour: ChildProcess | undefined;
  try {
    execFileSync("taskset", ["-a", "-p", "-c", "0", String(pid)], { stdio: "ignore" });
    neighbour = spawn("taskset", ["-c", "0", process.execPath, "-e", "for (;;);"], { stdio: "ignore" });
    neighbour.on("error", () => undefined);
  } catch {
    return undefined;
  }
  return { how: "neighbour", letGo: () => neighbour?.kill("SIGKILL") };
}
