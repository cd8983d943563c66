import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { packageName } from "../support/admin";
import { installedUserDir, packageRoot } from "../support/npm";
import { firstLine } from "../support/simulator";

describe("the packed package as npm installs it", () => {
  let userDir: string;
  let folder: string;
  let files: string[];

  before(async () => {
    userDir = await installedUserDir();
    folder = path.join(userDir, "node_modules", packageName);
    files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  });

  it("contains what is needed and nothing for development only", () => {
    for (const name of ["LICENSE", "CHANGELOG.md", "README.md", "README.zh-CN.md", "examples", "resources"]) {
      assert.ok(files.includes(name), name);
    }
    const workshop = files.filter((name) =>
      /\.ts$|\.map$|\.editor\.js$|(^|\/)(tests?|scripts|node_modules)(\/|$)/.test(name),
    );
    assert.deepEqual(workshop, []);
  });

  it("finds everything it requires without the development dependencies", () => {
    const missing: string[] = [];
    const manifest: { peerDependenciesMeta: Record<string, { optional: boolean }> } = JSON.parse(
      readFileSync(path.join(folder, "package.json"), "utf8"),
    );
    const isOptional = (name: string): boolean => manifest.peerDependenciesMeta[name]?.optional === true;
    for (const name of files.filter((file) => file.endsWith(".js") && file.startsWith("dist"))) {
      const file = path.join(folder, name);
      const { resolve } = createRequire(file);
      for (const [, specifier] of readFileSync(file, "utf8").matchAll(/\b(?:require|import)\("([^"]+)"\)/g)) {
        if (isOptional(String(specifier))) continue;
        try {
          resolve(String(specifier));
        } catch {
          missing.push(`${name}: ${specifier}`);
        }
      }
    }
    assert.deepEqual(missing, []);
  });

  it("depends on six packages at most", () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(
      readFileSync(path.join(packageRoot, "package.json"), "utf8"),
    );
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
  });

  it("provides the command aliyun-iot-simulator", async () => {
    const simulator = npx(userDir, "-p", packageName, "aliyun-iot-simulator", "--port", "0");
    try {
      const ready: { endpoint: string; accessKeyId: string } = JSON.parse(await firstLine(simulator));
      assert.equal(ready.accessKeyId, "testid");
      const executions = await fetch(`${ready.endpoint}/_simulator/executions`);
      assert.deepEqual(await executions.json(), []);
    } finally {
      const ended = once(simulator, "exit");
      process.kill(-Number(simulator.pid), "SIGTERM");
      await ended;
    }
  });
});

/** In a process group of its own, since npx does not pass signals on by itself on every system. */
function npx(cwd: string, ...args: string[]): ChildProcess {
  return spawn("npx", ["--no-install", ...args], {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
