import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

const dist = path.resolve(__dirname, "../..");

/** Paths of the modules that Node.js has loaded when it has run this in the folder of the compiled nodes. */
function loadedBy(script: string): string[] {
  const tell = "console.log(JSON.stringify(Object.keys(require.cache)))";
  const program = `process.on("exit", () => ${tell}); ${script}`;
  const out = execFileSync(process.execPath, ["-e", program], { cwd: path.join(dist, "nodes") });
  return JSON.parse(out.toString()) as string[];
}

describe("starting Node-RED with this package", () => {
  it("loads none of the large libraries before a node needs them", () => {
    const sets = [
      "account",
      "invoke-service",
      "set-properties",
      "read-device",
      "wait-until",
      "fleet",
      "subscription",
      "coordination",
      "message-in",
    ];
    const loaded = loadedBy(sets.map((set) => `require("./${set}/${set}.js")`).join(";"));
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

  it("has loaded what a first command needs before a message comes, for an account of the cloud", () => {
    // Of Node-RED there is only what a node calls when it is made; everything else does nothing.
    const loadedWith = (account: object): string[] =>
      loadedBy(`
        const nothing = new Proxy(function () {}, {
          get: (_target, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
          apply: () => nothing,
        });
        let construct;
        const nodes = { registerType: (_type, node) => (construct = node), createNode() {}, getNode() {} };
        const RED = new Proxy({ nodes, settings: {} }, { get: (own, name) => own[name] ?? nothing });
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
