import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ask, askJson, deploy, type FlowNode } from "../support/admin";
import { accounts, busyFlow, credentials, devices, secrets, simulation } from "../support/busy-flow";
import { type Comms, listen } from "../support/comms";
import { type Runtime, startRuntime } from "../support/runtime";
import { type RunningSimulator, startSimulator, tapWire, type Wiretap } from "../support/simulator";
import { versions } from "../support/versions";

/** Text by the place where somebody could read it. */
type Outputs = Record<string, string>;

for (const version of versions) {
  describe(`secrets, token and signatures stay inside, Node-RED ${version}`, () => {
    let simulator: RunningSimulator;
    let wire: Wiretap;
    let runtime: Runtime;
    let comms: Comms;
    const messages: string[] = [];

    before(async () => {
      simulator = await startSimulator(simulation);
      wire = await tapWire(simulator.endpoint);
      runtime = await startRuntime({
        version,
        flows: busyFlow(wire.endpoint),
        credentials,
        settings: { logging: { console: { level: "trace", metrics: true, audit: true } } },
      });
      comms = await listen(runtime);
    });

    after(async () => {
      await comms?.close();
      await runtime?.stop();
      await wire?.close();
      await simulator?.stop();
    });

    it("has a busy run with every kind of outcome", async () => {
      const calls = accounts.flatMap((account) => devices.map((device) => `busy/${account}/${device}`));
      const bodies = await Promise.all([...calls, ...calls].map((address) => ask(runtime, address)));
      messages.push(...bodies);
      const codes = new Set(bodies.map((body) => Object(JSON.parse(body)).error?.code));
      for (const code of [
        "SignatureDoesNotMatch",
        "connection-failed",
        "connection-lost",
        "request-timeout",
      ]) {
        assert.ok(codes.has(code), `${code} is missing in ${[...codes].join(", ")}`);
      }
      for (const account of ["key", "sts"]) {
        const body = bodies[calls.indexOf(`busy/${account}/light01`)];
        assert.equal(Object(JSON.parse(String(body))).error, undefined, body);
      }
    });

    it("has really signed with them", () => {
      assert.ok(signatures(wire).length > 20);
      assert.ok(wire.sent().includes(secrets.token));
    });

    it("shows none of them in flow file, export, log, status and messages", async () => {
      // As the editor does at a deploy: what it was given goes back and is stored.
      await deploy(runtime, await askJson<FlowNode[]>(runtime, "flows"));
      await plant("the last thing");
      assert.deepEqual(leaks(await outputs(), wire), []);
    });

    it("would have found each of them in each of these places", async () => {
      const flows = await askJson<FlowNode[]>(runtime, "flows");
      for (const [name, text] of Object.entries(readable(wire))) {
        await plant(text);
        const note = { id: "note", type: "comment", z: "tab", name: text, wires: [] };
        await deploy(runtime, [...flows, note]);
        const found = leaks(await outputs(), wire).filter((leak) => leak.startsWith(`${name} in `));
        const all = ["export", "flow file", "log", "messages", "sidebar", "status"];
        assert.deepEqual(
          found.sort(),
          all.map((part) => `${name} in ${part}`),
        );
      }
    });

    /** Lets a text out on every way that a message has; what was under way before has then arrived too. */
    async function plant(text: string): Promise<void> {
      messages.push(
        await ask(runtime, "plant", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ text }),
        }),
      );
      await Promise.all([comms.arrived("debug", text), comms.arrived("status/", text)]);
    }

    async function outputs(): Promise<Outputs> {
      const editor = await Promise.all(
        accounts.map((id) => ask(runtime, `credentials/aliyun-iot-account/account-${id}`)),
      );
      return {
        "flow file": filesOf(runtime.userDir),
        export: await ask(runtime, "flows"),
        "edit dialog": editor.join("\n"),
        log: runtime.log(),
        status: comms.text("status/"),
        sidebar: comms.text("debug"),
        messages: messages.join("\n"),
      };
    }
  });
}

/** `what in where` for every secret, token or signature that stands in one of the places. */
function leaks(outputs: Outputs, wire: Wiretap): string[] {
  const found = new Set<string>();
  const values = signatures(wire);
  const bytes = values.map((hex) => Buffer.from(hex, "hex").toString("base64"));
  for (const [where, text] of Object.entries(outputs)) {
    const holds = (value: string): boolean =>
      [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)].some((form) =>
        text.includes(form),
      );
    for (const [name, secret] of Object.entries(secrets)) {
      if (holds(secret) || holds(Buffer.from(secret).toString("base64"))) found.add(`${name} in ${where}`);
    }
    if (text.includes("Signature=") || [...values, ...bytes].some(holds)) found.add(`signature in ${where}`);
  }
  return [...found];
}

/** One of each kind, by the name that `leaks` gives it. */
function readable(wire: Wiretap): Record<string, string> {
  return { ...secrets, signature: String(signatures(wire)[0]) };
}

function signatures(wire: Wiretap): string[] {
  return [...wire.sent().matchAll(/Signature=([0-9a-f]{64})/g)].map(([, hex]) => String(hex));
}

/** All that Node-RED wrote into its user directory, but for the file that is there to hold credentials. */
function filesOf(userDir: string): string {
  return readdirSync(userDir, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.startsWith("node_modules") && !name.startsWith("flows_cred.json"))
    .map((name) => path.join(userDir, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}
