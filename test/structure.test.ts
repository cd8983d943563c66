import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Which room may import which; a room may always import itself. */
const allowed: Record<string, string[]> = {
  nodes: [
    "lib/base",
    "lib/cloud",
    "lib/invocation",
    "lib/look-up",
    "lib/thing-model",
    "lib/subscription",
    "lib/simulator",
  ],
  // What a browser runs; that none of it needs Node.js, the test of the bundle proves.
  editor: ["lib/base", "lib/cloud", "lib/look-up", "lib/subscription", "lib/thing-model"],
  "nodes/*.editor": ["editor", "lib/base", "lib/cloud", "lib/look-up", "lib/subscription", "lib/thing-model"],
  "lib/base": [],
  "lib/cloud": ["lib/base"],
  "lib/thing-model": ["lib/base"],
  "lib/invocation": ["lib/base", "lib/cloud", "lib/thing-model"],
  "lib/look-up": ["lib/base", "lib/cloud", "lib/thing-model"],
  "lib/subscription": ["lib/base"],
  "lib/simulator": ["lib/base", "lib/thing-model"],
};

const roomOf = (file: string): string | undefined =>
  /^nodes\b.*\.editor(\.ts)?$/.test(file)
    ? "nodes/*.editor"
    : Object.keys(allowed).find(
        (room) => file.startsWith(`${room}${path.sep}`) || file.startsWith(`${room}/`),
      );

const files = globTypeScript();

describe("structure", () => {
  it("imports run one way", () => {
    assert.ok(files.length > 20);
    for (const file of files) {
      const room = roomOf(file)!;
      for (const imported of importsOf(file)) {
        if (!imported.startsWith(".")) continue;
        const target = roomOf(path.join(path.dirname(file), imported));
        assert.ok(
          target === room || (target && allowed[room]?.includes(target)),
          `${file} must not import ${imported}`,
        );
      }
    }
  });

  it("only nodes/ knows Node-RED", () => {
    for (const file of files.filter((name) => name.startsWith("lib"))) {
      assert.ok(!importsOf(file).includes("node-red"), file);
    }
  });

  it("imports at run time only what the package depends on", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: object;
      peerDependencies: object;
    };
    // Optional ones, which are asked for when somebody wants what they are for.
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    for (const file of files) {
      for (const imported of importsOf(file)) {
        if (imported.startsWith(".") || imported.startsWith("node:") || imported === "node-red") continue;
        assert.ok(known.includes(imported), `${file} imports ${imported}`);
      }
    }
    assert.ok(Object.keys(dependencies).length <= 6);
  });
});

function globTypeScript(): string[] {
  return ["nodes", "lib", "editor"]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
    )
    .filter((file) => file.endsWith(".ts"));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [
    ...text.matchAll(/(?:^import |^(?:import|export)[^"]*? from |\b(?:import|require)\()"([^"]+)"/gm),
  ].map((match) => match[1]!);
}
