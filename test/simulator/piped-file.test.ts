import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readPipeOrFile } from "../../lib/simulator/definition/piped-file";
import { Simulator } from "../../lib/simulator/simulator";
import { firstLine } from "../support/simulator";

const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");
const command = `exec "${process.execPath}" "${cli}" --port 0 --file`;
const sample = JSON.stringify({
  accessKeys: [{ accessKeyId: "piped", accessKeySecret: "secret" }],
  products: [],
});

describe("a simulator file that is a pipe", function () {
  // The shells and pipes of Unix.
  if (process.platform === "win32") return;
  let folder: string;
  const at = (name: string): string => path.join(folder, name);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "piped-"));
    writeFileSync(at("file.json"), sample);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  async function ready(script: string, shell = "sh"): Promise<string> {
    const child = spawn(shell, ["-c", script], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: folder,
      detached: true,
    });
    try {
      return (JSON.parse(await firstLine(child)) as { accessKeyId: string }).accessKeyId;
    } finally {
      // With all that the shell has started.
      process.kill(-child.pid!, "SIGKILL");
      await once(child, "close");
    }
  }

  it("is read by the command from its standard input, whatever kind of input that is", async () => {
    assert.equal(await ready(`cat file.json | { ${command} /dev/stdin; }`), "piped");
    assert.equal(await ready(`${command} /dev/stdin < file.json`), "piped");
    assert.equal(await ready(`(sleep 0.3; cat file.json) | { ${command} /dev/stdin; }`), "piped");
  });

  it("is read by the command if the shell makes one of another command", async () => {
    assert.equal(await ready(`${command} <(cat file.json)`, "bash"), "piped");
  });

  it("is read by the command if it has a name, also when its writer comes first or late", async () => {
    execFileSync("mkfifo", [at("first"), at("late")]);
    assert.equal(await ready(`cat file.json > first & ${command} first`), "piped");
    assert.equal(await ready(`(sleep 0.5; cat file.json > late) & ${command} late`), "piped");
  });

  it("is read by the command from a program that talks to it through a socket", async () => {
    const child = spawn(process.execPath, [cli, "--port", "0", "--file", "/dev/stdin"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(sample);
    assert.match(await firstLine(child), /"accessKeyId":"piped"/);
    child.kill("SIGKILL");
    await once(child, "close");
  });

  it("is not read beyond its limit, and not waited for without end", () => {
    assert.throws(() => readPipeOrFile("/dev/zero", 1000), /^UnreadableFile: is larger than/);
    execFileSync("mkfifo", [at("silent")]);
    assert.throws(() => readPipeOrFile(at("silent"), 1000, 50), /^UnreadableFile: nothing has come within/);
  });

  it("is not read by a simulator of Node-RED, which could do nothing else meanwhile", async () => {
    execFileSync("mkfifo", [at("node-red")]);
    await assert.rejects(Simulator.start({ file: at("node-red") }), /is not a regular file/);
  });
});
