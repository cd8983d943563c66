import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

const dist = path.resolve(__dirname, "../..");

/** Paths of the modules that Node.js has loaded after it ran this in the folder of the compiled nodes. */
function loadedBy(script: string): string[] {
  const program = `${script}; console.log(JSON.stringify(Object.keys(require.cache)))`;
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
});
