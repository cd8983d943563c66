import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import {
  circlesIn,
  filesIn,
  importGraph,
  type ImportGraph,
  importsOf,
  reachableFrom,
} from "./support/import-graph";

/** What the browser gets; that none of it needs Node.js, the test of the bundle proves. */
const forBrowsers = [
  "lib/base",
  "lib/cloud",
  "lib/look-up",
  "lib/reading",
  "lib/rules",
  "lib/subscription",
  "lib/thing-model",
];
const forNodes = [
  ...forBrowsers,
  "lib/audit",
  "lib/coordination",
  "lib/expression",
  "lib/fleet",
  "lib/invocation",
  "lib/waiting",
];

/** The rooms, and which others each may import; a file stands in the room with the longest name that fits. */
const rooms: Record<string, readonly string[]> = {
  "lib/base": [],
  "lib/cloud": ["lib/base"],
  "lib/thing-model": ["lib/base"],
  "lib/rules": ["lib/base"],
  "lib/invocation": ["lib/audit", "lib/base", "lib/cloud", "lib/rules", "lib/thing-model"],
  "lib/look-up": ["lib/base", "lib/cloud", "lib/thing-model"],
  "lib/reading": ["lib/base", "lib/cloud", "lib/look-up", "lib/thing-model"],
  "lib/fleet": ["lib/base", "lib/cloud", "lib/invocation", "lib/look-up", "lib/reading", "lib/thing-model"],
  "lib/subscription": ["lib/base"],
  "lib/audit": ["lib/base"],
  "lib/coordination": ["lib/base"],
  "lib/expression": ["lib/base"],
  "lib/waiting": ["lib/base", "lib/expression", "lib/subscription", "lib/thing-model"],

  "lib/simulator/definition": ["lib/base", "lib/thing-model"],
  "lib/simulator/common": ["lib/base", "lib/simulator/definition"],
  "lib/simulator/sample": ["lib/base", "lib/simulator/definition"],
  "lib/simulator/devices": ["lib/base", "lib/expression", "lib/thing-model", "lib/simulator/definition"],
  "lib/simulator/messages": [
    "lib/base",
    "lib/thing-model",
    ...inSimulator("common", "definition", "devices"),
  ],
  "lib/simulator/mqtt": [
    "lib/base",
    "lib/thing-model",
    ...inSimulator("common", "definition", "devices", "messages"),
  ],
  "lib/simulator/gateway": [
    "lib/base",
    "lib/thing-model",
    ...inSimulator("common", "definition", "devices", "messages"),
  ],
  "lib/simulator/control": [
    "lib/base",
    ...inSimulator("common", "definition", "devices", "messages", "gateway"),
  ],
  // Puts the simulator together; from outside, only this room is imported.
  "lib/simulator": [
    "lib/base",
    ...inSimulator("common", "control", "definition", "devices", "gateway", "messages", "mqtt", "sample"),
  ],

  editor: forBrowsers,
  // What the dialogs of nodes that work with one device share.
  "editor/device": [...forBrowsers, "editor"],
  // What a node's dialog and its runtime both know of its properties.
  "nodes/defaults": ["lib/base"],
  "nodes/common": [...forNodes, "lib/simulator", "nodes/defaults"],
  "nodes/admin": [...forNodes, "nodes/common", "nodes/defaults"],
  // They register the routes.
  "nodes/account": [...forNodes, "nodes/common", "nodes/defaults", "nodes/admin"],
  "nodes/invoke-service": [...forNodes, "nodes/common", "nodes/defaults", "nodes/admin"],
  "nodes/*": [...forNodes, "nodes/common", "nodes/defaults"],
  "nodes/* (browser)": [
    ...forBrowsers,
    "lib/coordination",
    "lib/waiting",
    "editor",
    "editor/device",
    "nodes/defaults",
  ],
};

function inSimulator(...names: string[]): string[] {
  return names.map((name) => `lib/simulator/${name}`);
}

/** The room of a file, by its name; each node has a room, and its browser code another one. */
function roomOf(file: string): string | undefined {
  const node = /^nodes\/[^/]+(?=\/)/.exec(file)?.[0];
  if (node !== undefined && /\.editor(\.ts)?$/.test(file)) return `${node} (browser)`;
  const fitting = Object.keys(rooms).filter((room) => file.startsWith(`${room}/`));
  return fitting.toSorted((a, b) => b.length - a.length)[0] ?? node;
}

function allowedIn(room: string): readonly string[] {
  return rooms[room] ?? (room.endsWith(" (browser)") ? rooms["nodes/* (browser)"] : rooms["nodes/*"]) ?? [];
}

/** Imports that go against the table, one line for each. */
function wrongImports(graph: ImportGraph): string[] {
  return [...graph].flatMap(([file, imports]) => {
    const room = roomOf(file);
    if (room === undefined) return [`${file} stands in no room`];
    return imports
      .filter((target) => roomOf(target) !== room && !allowedIn(room).includes(roomOf(target) ?? ""))
      .map((target) => `${file} must not import ${target}`);
  });
}

/** Files with more lines than that. */
function tooLong(texts: Iterable<readonly [string, string]>, maxLines: number): string[] {
  return [...texts]
    .map(([file, text]) => ({ file, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ file, lines }) => `${file} has ${lines} lines; split it, ${maxLines} are allowed`);
}

/** Files of the library that know where the library is used. */
function knowsNodeRed(source: string): boolean {
  return (
    importsOf(source).some((imported) => /^@?node-red\b|\/nodes\//.test(imported)) ||
    /(?<![\w-])RED\./.test(source)
  );
}

/** Files of the simulator that get, directly or by way of others, to what they are there to test. */
function cloudInSimulator(graph: ImportGraph): string[] {
  return [...graph.keys()]
    .filter((file) => file.startsWith("lib/simulator/"))
    .filter((file) => [...reachableFrom(graph, file)].some((target) => target.startsWith("lib/cloud/")));
}

const folders = ["nodes", "lib", "editor"];
const code = [".ts", ".mjs"];
const files = filesIn(folders, code);
const graph = importGraph(files);

describe("structure", () => {
  it("imports run one way between the rooms", () => {
    assert.ok(files.length > 150);
    assert.deepEqual(wrongImports(graph), []);
  });

  it("the rooms themselves are in order: no two may import each other, not even by way of others", () => {
    assert.deepEqual(circlesIn(new Map(Object.entries(rooms))), []);
  });

  it("docs/architecture.md lists every room, and for those of lib what each may import", () => {
    const page = readFileSync("docs/architecture.md", "utf8");
    const rows = new Map(
      Array.from(page.matchAll(/^\| `([\w/<>-]+)` +\| [^|]+ \| ([^|]+?) +\|$/gm), ([, room, may]) => [
        room,
        may,
      ]),
    );
    const named = Object.keys(rooms).filter(
      (room) => !/\*|^lib\/simulator\/|^nodes\/(?:account|invoke-service)$/.test(room),
    );
    for (const room of named) {
      assert.ok(rows.has(room), `${room} is not in the table`);
      if (!room.startsWith("lib/") || room === "lib/simulator") continue;
      const allowed = Array.from(rows.get(room)!.matchAll(/`([^`]+)`/g), ([, name = ""]) => name);
      assert.deepEqual(allowed.toSorted(), [...rooms[room]!].toSorted(), room);
    }
  });

  it("no file imports itself by way of others, be it for a type only", () => {
    const all = filesIn([...folders, "bench", "scripts", "test"], code);
    assert.deepEqual(circlesIn(importGraph(all)), []);
  });

  it("a source file has at most 250 lines, a test file at most 500", () => {
    const read = (names: string[]) => names.map((file) => [file, readFileSync(file, "utf8")] as const);
    assert.deepEqual(tooLong(read(filesIn([...folders, "bench", "scripts"], code)), 250), []);
    assert.deepEqual(tooLong(read(filesIn(["test"], code)), 500), []);
  });

  it("nothing of lib knows Node-RED", () => {
    const library = files.filter((file) => file.startsWith("lib/"));
    assert.deepEqual(
      library.filter((file) => knowsNodeRed(readFileSync(file, "utf8"))),
      [],
    );
  });

  it("the simulator never uses the client that it is there to test", () => {
    assert.deepEqual(cloudInSimulator(graph), []);
  });

  it("the top folder of the simulator holds only the simulator and its command, and its tests are in rooms as well", () => {
    const inside = readdirSync("lib/simulator", { withFileTypes: true });
    const names = inside.filter((entry) => entry.isFile()).map(({ name }) => name);
    assert.deepEqual(names.toSorted(), ["cli.ts", "simulator.ts"]);
    const inner = new Set(inside.filter((entry) => entry.isDirectory()).map(({ name }) => name));
    const tests = filesIn(["test/simulator"], [".test.ts"]).map((file) => file.split("/"));
    const elsewhere = tests.filter((parts) => parts.length > 3 && !inner.has(parts[2]!));
    assert.deepEqual(elsewhere, []);
  });

  it("imports at run time only what the package depends on", () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
      dependencies: object;
      peerDependencies: object;
    };
    // Optional ones, which are asked for when somebody wants what they are for.
    const known = Object.keys({ ...dependencies, ...peerDependencies });
    for (const file of files) {
      for (const imported of importsOf(readFileSync(file, "utf8"))) {
        if (imported.startsWith(".") || imported.startsWith("node:") || imported === "node-red") continue;
        assert.ok(known.includes(imported), `${file} imports ${imported}`);
      }
    }
    assert.ok(Object.keys(dependencies).length <= 6);
  });
});

describe("structure: what would be found", () => {
  const made = (imports: Record<string, string[]>): ImportGraph => new Map(Object.entries(imports));

  it("every way to import is one", () => {
    const text = `import "./a";
import type { B } from "./b";
import {
  type C,
  D,
} from "./c";
export type * from "./d";
export { E } from "./e";
const f = (): typeof import("./f") => require("./g");
let h: import("./h").H;
export const i = "from"; import j = require("./j");
await import("./k.js");
import * as l from './l';`;
    const found = importsOf(text).map((name) => name.replace(/^\.\/|\.js$/g, ""));
    assert.deepEqual(found.toSorted(), ["a", "b", "c", "d", "e", "f", "g", "h", "j", "k", "l"]);
  });

  it("a circle is named with all its files, each circle once", () => {
    const circles = circlesIn(
      made({ start: ["a", "x"], a: ["b", "leaf"], b: ["c"], c: ["a"], x: ["y"], y: ["x"], self: ["self"] }),
    );
    assert.deepEqual(circles, ["a → b → c → a", "x → y → x", "self → self"]);
    assert.deepEqual(circlesIn(made({ a: ["b", "c"], b: ["d"], c: ["d"], d: [] })), []);
  });

  it("an import against the direction is named", () => {
    const wrong: [from: string, to: string][] = [
      ["lib/base/text.ts", "lib/cloud/client.ts"],
      ["lib/cloud/client.ts", "nodes/common/status.ts"],
      ["lib/audit/record.ts", "lib/invocation/invoke.ts"],
      ["lib/simulator/definition/definition.ts", "lib/simulator/gateway/faults.ts"],
      ["lib/simulator/devices/platform.ts", "lib/simulator/messages/subscription.ts"],
      ["lib/simulator/messages/login.ts", "lib/simulator/gateway/gateway.ts"],
      ["lib/simulator/gateway/server.ts", "lib/simulator/simulator.ts"],
      ["lib/simulator/simulator.ts", "lib/cloud/client.ts"],
      ["nodes/subscription/subscription.ts", "nodes/account/account.ts"],
      ["nodes/one-of-tomorrow/node.ts", "nodes/another/node.ts"],
      ["nodes/common/settings.ts", "nodes/account/account.ts"],
      ["nodes/defaults/account.ts", "nodes/common/settings.ts"],
      ["nodes/admin/routes.ts", "nodes/account/account.ts"],
      ["nodes/message-in/message-in.ts", "nodes/admin/routes.ts"],
      ["nodes/message-in/message-in.ts", "nodes/message-in/message-in.editor.ts"],
      ["nodes/message-in/message-in.editor.ts", "nodes/message-in/message-in.ts"],
      ["nodes/message-in/message-in.editor.ts", "nodes/account/account.editor.ts"],
      ["nodes/message-in/message-in.editor.ts", "nodes/common/status.ts"],
      ["nodes/common/settings.ts", "lib/simulator/gateway/gateway.ts"],
      ["editor/form.ts", "lib/invocation/invoke.ts"],
    ];
    for (const [from, to] of wrong) {
      assert.deepEqual(wrongImports(made({ [from]: [to] })), [`${from} must not import ${to}`]);
    }
    assert.deepEqual(wrongImports(made({ "lib/text.ts": [] })), ["lib/text.ts stands in no room"]);
    assert.deepEqual(wrongImports(made({ "nodes/a/a.ts": ["nodes/a/b.ts", "nodes/common/c.ts"] })), []);
  });

  it("a file that is too long, one that knows Node-RED and a roundabout way to the cloud are named", () => {
    const long = ["long.ts", "\n".repeat(251)] as const;
    assert.deepEqual(tooLong([["short.ts", "\n".repeat(250)], long], 250), [
      "long.ts has 251 lines; split it, 250 are allowed",
    ]);
    assert.ok(knowsNodeRed('import type { Node } from "node-red";'));
    assert.ok(knowsNodeRed('import { u } from "@node-red/util";'));
    assert.ok(knowsNodeRed('import { s } from "../../nodes/common/status";'));
    assert.ok(knowsNodeRed("RED.log.info(text);"));
    assert.ok(!knowsNodeRed("// It would hold up Node-RED."));
    const indirect = made({ "lib/simulator/a.ts": ["lib/base/b.ts"], "lib/base/b.ts": ["lib/cloud/c.ts"] });
    assert.deepEqual(cloudInSimulator(indirect), ["lib/simulator/a.ts"]);
  });
});
