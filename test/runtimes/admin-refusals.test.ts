import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { type Runtime, startRuntime } from "../support/runtime";

const inFile = "secret-of-a-file";

type Fields = Record<string, unknown>;

for (const version of [4, 5] as const) {
  describe(`requests to the admin routes, in Node-RED ${version}`, () => {
    let runtime: Runtime;
    const at = (name: string): string => path.join(runtime.userDir, name);

    before(async () => {
      runtime = await startRuntime({
        version,
        flows: [
          { id: "tab", type: "tab" },
          { id: "house", type: "aliyun-iot-account", platform: "simulator" },
          { id: "odd", type: "aliyun-iot-account", platform: "simulator", simulation: "odd.json" },
        ],
      });
    });

    after(() => runtime?.stop());

    const form = (properties: Fields = {}, credentials: Fields = {}): Fields => ({
      id: "house",
      properties: { platform: "simulator", ...properties },
      credentials,
    });

    async function post(
      route: string,
      body: unknown,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; text: string }> {
      const response = await fetch(`${runtime.url}/aliyun-iot/${route}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    }

    /** What both routes say is wrong with a simulator file. */
    async function keyOf(simulation: string): Promise<string | undefined> {
      const kept = await post("accounts", form({ simulation }));
      const checked = await post("connection-check", form({ simulation }));
      for (const { status, text } of [kept, checked]) {
        assert.equal(status, 200, text);
        assert.ok(!text.includes(inFile), text);
      }
      const failed = (JSON.parse(kept.text) as { failed?: { text: { key: string } } }).failed?.text.key;
      const { steps } = JSON.parse(checked.text) as { steps: { state: string; text?: { key?: string } }[] };
      assert.equal(steps.find(({ state }) => state === "failed")?.text?.key, failed);
      return failed;
    }

    it("read only simulator files, and reveal the content of no other file", async () => {
      writeFileSync(at("good.json"), JSON.stringify(sampleDefinition()));
      assert.equal(await keyOf(at("good.json")), undefined);
      const odd = [
        `{"a":${inFile}`,
        inFile,
        JSON.stringify({ [inFile]: 1 }),
        JSON.stringify({ instanceId: [inFile], products: inFile }),
        JSON.stringify({ products: [{ productKey: "x", thingModel: { [inFile]: inFile } }] }),
        JSON.stringify({ products: [{ productKey: "x", thingModel: at(inFile) }] }),
        JSON.stringify({ accessKeys: [{ accessKeyId: inFile, accessKeySecret: 5 }] }),
        JSON.stringify({ consumerGroups: [inFile.replaceAll("-", " ")] }),
      ];
      for (const [n, content] of odd.entries()) {
        writeFileSync(at(`odd-${n}.json`), content);
        assert.equal(await keyOf(at(`odd-${n}.json`)), "errors.simulator", content);
      }
      execFileSync("mkfifo", [at("pipe")]);
      for (const file of [at("pipe"), "/dev/zero", "/dev/random", at("."), "/proc/self/environ", "\0"]) {
        assert.equal(await keyOf(file), "errors.simulator", file);
      }
    });

    it("do not reveal the file of a deployed account", async () => {
      writeFileSync(at("odd.json"), JSON.stringify({ [inFile]: 1 }));
      const answer = await fetch(`${runtime.url}/aliyun-iot/accounts/odd/products`);
      const text = await answer.text();
      assert.match(text, /errors\.simulator/);
      assert.ok(!text.includes(inFile), text);
    });

    it("get status 400 if they are malformed, huge or endless", async () => {
      const many = Array.from({ length: 200_000 }, () => 0);
      const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
      const whole = JSON.stringify(form({ endpoint: "HERE" }));
      const bodies: unknown[] = [
        [],
        {},
        { ...form(), id: undefined },
        { ...form(), id: ["house"] },
        { ...form(), id: "x".repeat(1000) },
        { ...form(), properties: "x" },
        { ...form(), credentials: null },
        form({ endpoint: many }),
        form({ roleArn: { inside: many } }),
        form({}, { accessKeySecret: many }),
        form(Object.fromEntries(many.map((_none, n) => [`p${n}`, 0]))),
        form({ timeout: "9".repeat(1_000_000) }),
        form({ ["x".repeat(100_000)]: 1 }),
        whole.replace('"HERE"', deep),
      ];
      for (const [n, body] of bodies.entries()) {
        for (const route of ["accounts", "connection-check"]) {
          const { status, text } = await post(route, body);
          assert.equal(status, 400, `body ${n}: ${text.slice(0, 300)}`);
          assert.match(text, /look-up-request/);
        }
      }
    });

    const routes = ["accounts", "connection-check", "accounts/house/args", "accounts/house/targets"];

    it("may come from the editor and from programs, but not from a page of another site", async () => {
      const site = (name: string): Record<string, string> => ({ "sec-fetch-site": name });
      const own = { origin: runtime.url };
      const foreign = { origin: "https://evil.example" };
      for (const route of routes) {
        for (const headers of [{}, site("same-origin"), own, { ...own, ...site("same-origin") }]) {
          assert.notEqual((await post(route, form(), headers)).status, 403, JSON.stringify(headers));
        }
        const strange = [site("cross-site"), site("same-site"), foreign, { origin: "null" }];
        for (const headers of [...strange, { ...own, ...site("cross-site") }]) {
          const { status, text } = await post(route, form(), headers);
          assert.equal(status, 403, JSON.stringify(headers));
          assert.match(text, /errors\.look-up-foreign/);
        }
      }
      for (const headers of [foreign, site("cross-site")]) {
        const answer = await fetch(`${runtime.url}/aliyun-iot/accounts/house/products`, { headers });
        assert.equal(answer.status, 403);
      }
    });

    it("must be JSON", async () => {
      const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
      for (const route of routes) {
        for (const type of types) {
          const { status, text } = await post(route, form(), { "content-type": type });
          assert.equal(status, 415, type);
          assert.match(text, /errors\.look-up-type/);
        }
        const body = Buffer.from(JSON.stringify(form()));
        const untyped = await fetch(`${runtime.url}/aliyun-iot/${route}`, { method: "POST", body });
        assert.equal(untyped.status, 415);
      }
      const taken = await post("connection-check", form(), {
        "content-type": "application/json; charset=utf-8",
      });
      assert.equal(taken.status, 200);
    });
  });
}
