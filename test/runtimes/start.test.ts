import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { freePort, packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";
import { script } from "../support/scripts";

/** Neither what git ignores nor git itself, as in a fresh clone. */
const isCloned = (file: string): boolean =>
  !/^(node_modules|dist.*|resources|\.git|\.node-red|test\/output)($|\/)/.test(
    path.relative(packageRoot, file),
  );

interface Started {
  child: ChildProcess;
  said: string;
}

/** Whether a process goes on. Where nothing reaps orphans, as in many containers, one that has ended stays as a zombie. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch (error) {
    // Other systems have no such file, and reap.
    return (
      error instanceof Error && "syscall" in error && error.syscall !== "kill" && process.platform !== "linux"
    );
  }
}

describe("npm start in a fresh clone", () => {
  let clone: string;
  let port: number;
  const children: ChildProcess[] = [];

  before(async () => {
    clone = await temporaryFolder("clone");
    port = await freePort();
    await cp(packageRoot, clone, { recursive: true, filter: isCloned });
    // Installing once more would take longer than all the rest.
    await symlink(path.join(packageRoot, "node_modules"), path.join(clone, "node_modules"), "junction");
  });

  after(() => removeFolder(clone));

  // What a failed test has left would keep the port.
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
  });

  function start(...args: string[]): ChildProcess {
    return startIn(clone, args);
  }

  function startIn(cwd: string, args: string[], variables: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(process.execPath, ["scripts/start.mjs", ...args], {
      cwd,
      env: { ...process.env, PORT: String(port), LC_ALL: "C", ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  }

  async function ready(...args: string[]): Promise<Started> {
    const child = start(...args);
    const output = gatherOutput(child);
    const ended = once(child, "close").then(() => Promise.reject(new Error(output.text())));
    await Promise.race([output.line("Ctrl-C"), ended]);
    return { child, said: output.text() };
  }

  async function stop(child: ChildProcess): Promise<unknown> {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    const [code]: unknown[] = await ended;
    return code;
  }

  const flows = async (): Promise<{ type: string; label?: string }[]> =>
    JSON.parse(await readFile(path.join(clone, ".node-red", "flows.json"), "utf8"));

  it("prints a curl line whose answer comes from a simulated device", async () => {
    const { child, said } = await ready();
    const [, address] = /^ +curl (\S+)$/m.exec(said) ?? [];
    const answer: Record<string, unknown> = JSON.parse(await (await fetch(String(address))).text());
    assert.equal(answer["deviceName"], "light01");
    assert.ok(answer["requestId"]);
    assert.equal(await stop(child), 0);
  });

  /** The status that a request of a browser gets. */
  const status = (method: string, address: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`http://127.0.0.1:${port}${address}`, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      sent.on("upgrade", (_response, socket) => {
        socket.destroy();
        resolve(101);
      });
      sent.on("error", reject);
      sent.end(method === "POST" ? "[]" : undefined);
    });

  it("commands nothing and deploys nothing for a page of another site", async () => {
    const { child } = await ready();
    const before = JSON.stringify(await flows());
    const websocket = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    const pages: Record<string, Record<string, string>> = {
      "a name that was made to point here": { host: `evil.example:${port}` },
      "a name that only looks like this machine": { host: `127.0.0.1.evil.example:${port}` },
      "another page": { origin: "https://evil.example" },
      "a page in a sandbox": { origin: "null" },
      "an image of another page": { "sec-fetch-site": "cross-site" },
    };
    for (const [what, headers] of Object.entries(pages)) {
      assert.equal(await status("GET", "/lamp/80", headers), 403, what);
      const deploy = { "content-type": "application/json", ...headers };
      assert.equal(await status("POST", "/flows", deploy), 403, what);
      assert.equal(await status("GET", "/comms", { ...websocket, ...headers }), 403, what);
    }
    assert.equal(await status("GET", "/lamp/80", { ...own, "sec-fetch-site": "same-origin" }), 200);
    assert.equal(await status("GET", "/", { host: `LOCALHOST:${port}`, "sec-fetch-site": "none" }), 200);
    assert.equal(await status("GET", "/comms", { ...websocket, ...own }), 101);
    assert.equal(JSON.stringify(await flows()), before);
    await stop(child);
  });

  it("shows the package as installed: examples in the menu, icons, texts", async () => {
    const { child } = await ready();
    const name = "@thing-service/node-red-aliyun-iot";
    for (const address of [
      `library/examples/flows/${name}/Commands/2-webhook`,
      `icons/${name}/account.svg`,
      `nodes/${name}/account/messages?lng=zh-CN`,
    ]) {
      const response = await fetch(`http://127.0.0.1:${port}/${address}`);
      assert.ok(response.ok && (await response.text()).length > 2, address);
    }
    await stop(child);
  });

  it("keeps what was changed in the editor, until it is told to start afresh", async () => {
    const first = await ready();
    await fetch(`http://127.0.0.1:${port}/flows`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ id: "mine", type: "tab", label: "Mine" }]),
    });
    await stop(first.child);
    await stop((await ready()).child);
    assert.deepEqual(
      (await flows()).map(({ label }) => label),
      ["Mine"],
    );
    const fresh = await ready("--fresh");
    await stop(fresh.child);
    const [, backup = ""] = /^The flows so far are in (\S+)\.$/m.exec(fresh.said) ?? [];
    const kept: { label?: string }[] = JSON.parse(
      await readFile(path.join(clone, backup, "flows.json"), "utf8"),
    );
    assert.equal(kept[0]?.label, "Mine");
    const { tabs } = await script<{ tabs: number[] }>("cookbook.mjs");
    assert.equal((await flows()).filter(({ type }) => type === "tab").length, tabs.length);
  });

  it("opens on the tab of the tour, in the language that it is told; untouched flows follow it", async () => {
    await stop((await ready("--fresh", "--lang", "en-US")).child);
    assert.equal((await flows())[0]?.label, "Start here");
    const { child, said } = await ready("--lang", "zh-CN");
    assert.match(said, /已就绪/);
    assert.equal((await flows())[0]?.label, "从这里开始");
    const products = await fetch(`http://127.0.0.1:${port}/aliyun-iot/accounts/a1107acc00000001/products`);
    assert.match(await products.text(), /智能灯/);
    await stop(child);
  });

  it("ends at once on Ctrl-C while it starts, and leaves whole files", async () => {
    await rm(path.join(clone, ".node-red"), { recursive: true, force: true });
    const child = start();
    const output = gatherOutput(child);
    while (!existsSync(path.join(clone, ".node-red", "flows.json"))) {
      assert.equal(child.exitCode, null, output.text());
      await setImmediate();
    }
    assert.equal(await stop(child), 130);
    assert.doesNotMatch(output.text(), /Error|at .*:\d+:\d+/);
    assert.equal((await flows())[0]?.label, "Start here");
    await stop((await ready()).child);
  });

  for (const file of ["flows.json", ".config.users.json", "credential-secret"]) {
    it(`ends at once on Ctrl-C while it writes ${file}`, async () => {
      await rm(path.join(clone, ".node-red"), { recursive: true, force: true });
      const interrupt = path.join(clone, "interrupt.cjs");
      await writeFile(
        interrupt,
        `const fs = require("fs"), { renameSync } = fs;
         fs.renameSync = (from, to) => {
           renameSync(from, to);
           if (to.endsWith(${JSON.stringify(file)})) process.kill(process.pid, "SIGINT");
         };
         require("module").syncBuiltinESMExports();`,
      );
      const child = startIn(clone, [], { NODE_OPTIONS: `--require=${JSON.stringify(interrupt)}` });
      const output = gatherOutput(child);
      const isReady = output.line("Ctrl-C").then(() => assert.fail("The signal was lost."));
      assert.deepEqual(await Promise.race([once(child, "exit"), isReady]), [130, null]);
      assert.equal(output.text(), "");
      assert.equal((await flows())[0]?.label, "Start here");
    });
  }

  it("ends what it has started on Ctrl-C while it installs, without a word", async () => {
    const empty = await temporaryFolder("empty-clone");
    await cp(packageRoot, empty, { recursive: true, filter: isCloned });
    // An npm that goes on until it is ended, and says so with its process id.
    const npm = path.join(empty, "npm.js");
    await writeFile(
      npm,
      `require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => undefined, 1000);
       process.on("SIGINT", () => console.error("npm error signal SIGINT"));`,
    );
    const child = startIn(empty, [], { npm_execpath: npm });
    const output = gatherOutput(child);
    let pid = 0;
    while (pid === 0) {
      assert.equal(child.exitCode, null, output.text());
      await setImmediate();
      pid = Number(await readFile(path.join(empty, "pid"), "utf8").catch(() => 0));
    }
    assert.equal(await stop(child), 130);
    while (isRunning(pid)) await setImmediate();
    assert.equal(output.text(), "Installing dependencies…\n");
    assert.ok(!existsSync(path.join(empty, ".node-red")));
    await removeFolder(empty);
  });

  it("says in one sentence that the port is taken", async () => {
    const { child } = await ready();
    const second = start();
    const output = gatherOutput(second);
    const [code]: unknown[] = await once(second, "close");
    await stop(child);
    assert.equal(code, 1);
    assert.equal(output.text(), `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start\n`);
  });
});
