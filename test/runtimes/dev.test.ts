import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, rename, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { packageName } from "../support/admin";
import { freePort, packageRoot, removeFolder, temporaryFolder } from "../support/npm";
import { gatherOutput } from "../support/output";

const run = promisify(execFile);

/** What is built of it, and what that is built to. */
const parts = ["nodes", "lib", "editor", "locales", "icons", "examples", "scripts"];
const built = ["dist/nodes", "dist/lib", "resources"];
const files = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.editor.json"];

describe("npm run dev", () => {
  let clone: string;
  let base: string;
  let child: ChildProcess;
  let output: ReturnType<typeof gatherOutput>;

  before(async () => {
    clone = await temporaryFolder("dev");
    const port = await freePort();
    base = `http://127.0.0.1:${port}/`;
    for (const name of [...parts, ...built, ...files]) {
      await cp(path.join(packageRoot, name), path.join(clone, name), { recursive: true });
    }
    await symlink(path.join(packageRoot, "node_modules"), path.join(clone, "node_modules"), "junction");
    const note = 'import { noteBuilt, sourcesNow } from "./scripts/built.mjs"; noteBuilt(sourcesNow());';
    await run(process.execPath, ["--input-type=module", "--eval", note], { cwd: clone });
    child = spawn(process.execPath, ["scripts/dev.mjs"], {
      cwd: clone,
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    output = gatherOutput(child);
    await heard("Ctrl-C");
  });

  after(async () => {
    if (child?.exitCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    }
    await removeFolder(clone);
  });

  async function heard(text: string): Promise<void> {
    const ended = once(child, "close").then(() => Promise.reject(new Error(output.text())));
    await Promise.race([output.line(text), ended]);
  }

  async function served(address: string): Promise<string> {
    const response = await fetch(new URL(address, base));
    assert.ok(response.ok, `${address}: ${response.status}`);
    return response.text();
  }

  /** Saves as editors do that write beside the file first. Resolves when Node-RED has been started anew. */
  async function save(file: string, change: (text: string) => string, said = "ready after"): Promise<void> {
    const target = path.join(clone, file);
    const content = change(await readFile(target, "utf8"));
    const answered = heard(said);
    await writeFile(`${target}~`, content);
    await rename(`${target}~`, target);
    await answered;
  }

  /** The script that the html of a node names, as the browser would ask for it. */
  async function script(name: string): Promise<string> {
    const html = await (await fetch(new URL("nodes", base), { headers: { accept: "text/html" } })).text();
    const [address] = new RegExp(`resources/${packageName}/${name}\\?v=\\w+`).exec(html) ?? [];
    return served(String(address));
  }

  /** Resolves with what tells a page of the editor which Node-RED it came from, and when that one has ended. */
  async function page(): Promise<{ from: string; ended: Promise<unknown> }> {
    const response = await fetch(new URL("dev-events", base));
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    return { from: new TextDecoder().decode(value), ended: reader.read().catch(() => undefined) };
  }

  it("serves the new text of a dialog once its file is saved, and pages learn that they are old", async () => {
    assert.match(await served(""), /dev-reload\.js/);
    const before = await page();
    await save("locales/en-US/account.json", (text) => text.replace('"Region"', '"Zone"'));
    await before.ended;
    assert.notEqual((await page()).from, before.from);
    assert.match(await served(`nodes/${packageName}/account/messages?lng=en-US`), /"Zone"/);
  });

  it("serves the new code of a dialog under a new address", async () => {
    await save("nodes/account/account.editor.ts", (text) => `${text}\nconsole.log("saved just now");\n`);
    assert.match(await script("account.js"), /saved just now/);
  });

  it("runs the new code of a node", async () => {
    await save("nodes/account/account.ts", (text) =>
      text.replace(
        "export = function (RED: NodeAPI): void {\n",
        `$&  RED.httpAdmin.get("/saved", (_request, response) => void response.send("just now"));\n`,
      ),
    );
    assert.equal(await served("saved"), "just now");
  });

  it("keeps the previous Node-RED while the code has a syntax error, and restarts it afterwards", async () => {
    const before = await page();
    const whole = await readFile(path.join(clone, "lib/base/text.ts"), "utf8");
    await save("lib/base/text.ts", () => "export const = ;", "Not built");
    assert.match(output.text(), /lib\/base\/text\.ts:1:13/);
    assert.equal((await page()).from, before.from);
    assert.ok((await script("account.js")).length > 1000);
    await save("lib/base/text.ts", () => whole);
    await before.ended;
    assert.notEqual((await page()).from, before.from);
  });
});
