import assert from "node:assert/strict";
import { cp, mkdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot, removeFolder, temporaryFolder } from "../support/npm";

interface Built {
  isBuilt(): boolean;
  noteBuilt(sources: string): void;
  sourcesNow(): string;
}

describe("a build", () => {
  let folder: string;
  let built: Built;

  const at = (name: string): string => path.join(folder, name);
  async function write(name: string, text: string): Promise<void> {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  }

  beforeEach(async () => {
    folder = await temporaryFolder("built");
    await cp(path.join(packageRoot, "scripts"), at("scripts"), { recursive: true });
    for (const name of [
      "package.json",
      "lib/a.ts",
      "nodes/b/b.html",
      "locales/zh-CN/b.json",
      "test/c.test.ts",
    ])
      await write(name, name);
    for (const name of ["dist/lib/a.js", "dist/lib/a.js.map", "resources/b.js"]) await write(name, name);
    built = (await import(pathToFileURL(at("scripts/built.mjs")).href)) as Built;
  });

  afterEach(() => removeFolder(folder));

  it("is due if there has been none", async () => {
    assert.equal(built.isBuilt(), false);
    built.noteBuilt(built.sourcesNow());
    assert.equal(built.isBuilt(), true);
    await writeFile(at("dist/built.json"), "{");
    assert.equal(built.isBuilt(), false);
    await rm(at("dist"), { recursive: true });
    assert.equal(built.isBuilt(), false);
  });

  const changes: Record<string, () => Promise<void>> = {
    "a source changes": () => write("lib/a.ts", "lib/A.ts"),
    "a source is new": () => write("lib/new.ts", ""),
    "a source is gone": () => rm(at("nodes/b/b.html")),
    "a text changes": () => write("locales/zh-CN/b.json", "{}"),
    "a test changes": () => write("test/c.test.ts", ""),
    "a script changes": () => write("scripts/bundle.mjs", ""),
    "another dependency is installed": () => write("package-lock.json", "{}"),
    "what was made is gone": () => rm(at("resources/b.js")),
    "what was made has been written over": () => write("dist/lib/a.js", "something else"),
    "something is there that was not made": () => write("dist/lib/left.js", ""),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`is due if ${what}, and only once`, async () => {
      built.noteBuilt(built.sourcesNow());
      await change();
      assert.equal(built.isBuilt(), false);
      built.noteBuilt(built.sourcesNow());
      assert.equal(built.isBuilt(), true);
    });
  }

  it("is due if a source changed during the last one", async () => {
    const sources = built.sourcesNow();
    await write("lib/a.ts", "just now");
    built.noteBuilt(sources);
    assert.equal(built.isBuilt(), false);
  });

  it("is not due because of new dates, screenshots or pages", async () => {
    built.noteBuilt(built.sourcesNow());
    await utimes(at("lib/a.ts"), 1, 1);
    await write("test/output/dialog.png", "");
    await write("README.md", "");
    assert.equal(await readFile(at("lib/a.ts"), "utf8"), "lib/a.ts");
    assert.equal(built.isBuilt(), true);
  });
});
