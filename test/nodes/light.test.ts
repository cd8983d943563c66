import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { declaredSets } from "../support/admin";

const dist = path.resolve(__dirname, "../..");

/** Paths of the modules that Node.js has loaded when it has run this in the folder of the compiled nodes. */
function loadedBy(script: string): string[] {
  const tell = "console.log(JSON.stringify(Object.keys(require.cache)))";
  const program = `process.on("exit", () => ${tell}); ${script}`;
  const out = execFileSync(process.execPath, ["-e", program], { cwd: path.join(dist, "nodes") });
  return JSON.parse(out.toString()) as string[];
}

/** Of Node-RED there is only what a node calls when it is registered or made; everything else does nothing. */
const nodeRed = `
  const nothing = new Proxy(function () {}, {
    get: (_target, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
    apply: () => nothing,
  });
  let construct;
  const nodes = { registerType: (_type, node) => (construct = node), createNode() {}, getNode() {} };
  const RED = new Proxy({ nodes, settings: {} }, { get: (own, name) => own[name] ?? nothing });
`;
const entries = Object.values(declaredSets());
const registered = `${nodeRed} for (const entry of ${JSON.stringify(entries)}) require("../../" + entry)(RED);`;

describe("starting Node-RED with this package", () => {
  it("loads none of the large libraries before a node needs them", () => {
    const loaded = loadedBy(registered);
    assert.ok(loaded.some((file) => file.endsWith("message-in.js")));
    for (const name of ["rhea", "undici", "@alicloud", "sax", "jsonata", "ioredis"]) {
      const own = loaded.filter((file) =>
        file.includes(`node_modules${path.sep}${name.replace("/", path.sep)}`),
      );
      assert.deepEqual(own, [], name);
    }
    for (const room of ["coordination", "subscription", "simulator"]) {
      const own = loaded.filter((file) => file.startsWith(path.join(dist, "lib", room)));
      assert.deepEqual(own, [], room);
    }
  });

  it("loads the file of each node and the list of the routes, and nothing else of the package", () => {
    // Each file takes about half a millisecond of every start, also where no flow uses the package; all nodes together are
    // to take 5 (bench/boot.ts). What a node or a route needs is loaded with the first one.
    const own = loadedBy(registered)
      .filter((file) => file.startsWith(dist + path.sep))
      .map((file) => path.relative(path.dirname(dist), file).replaceAll("\\", "/"));
    assert.deepEqual(own.toSorted(), [...entries, "dist/nodes/admin/routes.js"].toSorted());
  });

  it("has loaded what a first command needs before a message comes, for an account of the cloud", () => {
    const loadedWith = (account: object): string[] =>
      loadedBy(`
        ${nodeRed}
        require("./account/account.js")(RED);
        const node = { id: "a", on() {}, error() {}, debug() {}, credentials: {} };
        construct.call(node, { id: "a", type: "aliyun-iot-account", ...${JSON.stringify(account)} });
        setImmediate(() => setImmediate(() => process.exit()));
      `);
    const isUndiciIn = (loaded: string[]): boolean =>
      loaded.some((file) => file.includes(`node_modules${path.sep}undici${path.sep}`));
    const cloud = loadedWith({ platform: "cloud" });
    assert.ok(isUndiciIn(cloud));
    assert.ok(cloud.some((file) => file.endsWith("open-account.js")));
    assert.ok(!cloud.some((file) => file.startsWith(path.join(dist, "lib", "simulator"))));
  });
});
