import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { Simulator } from "../../lib/simulator/simulator";
import { packageRoot } from "../support/npm";
import { type Runtime, startRuntime } from "../support/runtime";

const stored = "__PWRD__";
const secrets = {
  key: "stored-secret-of-the-home",
  variable: "secret-of-a-variable",
  other: "secret-of-another-variable",
  broker: "secret-of-a-broker",
  proxy: "secret-of-a-proxy",
};

type Fields = Record<string, unknown>;

interface Form {
  id: string;
  properties: Fields;
  credentials: Fields;
}

for (const version of [4, 5] as const) {
  describe(`forms of accounts that are not deployed, in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let thief: Server;
    let away: string;
    const stolen: string[] = [];

    before(async () => {
      thief = createServer((request, response) => {
        stolen.push(`${request.url} ${JSON.stringify(request.headers)}`);
        request.on("data", (chunk: Buffer) => stolen.push(String(chunk)));
        response.end("{}");
      });
      await new Promise<void>((resolve) => thief.listen(0, "127.0.0.1", resolve));
      away = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
      const accessKeys = [secrets.key, secrets.variable].map((accessKeySecret, n) => ({
        accessKeyId: ["home", "variable"][n]!,
        accessKeySecret,
      }));
      simulator = await Simulator.start({ definition: { ...sampleDefinition(), accessKeys } });
      const account = {
        type: "aliyun-iot-account",
        endpoint: simulator.endpoint,
        credentialType: "access_key",
      };
      const pem = (name: string): string =>
        readFileSync(path.join(packageRoot, "test/support/tls", name), "utf8");
      runtime = await startRuntime({
        version,
        // With MQTT, whose broker is a node with a secret.
        settings: { nodesExcludes: [] },
        env: { OF_THE_ACCOUNT: secrets.variable, OF_NOBODY: secrets.other },
        flows: [
          { id: "tab", type: "tab" },
          { id: "home", ...account },
          { id: "variable", ...account },
          { id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port: "9" },
          { id: "subscription", type: "aliyun-iot-subscription", account: "home" },
          { id: "proxy", type: "http proxy", url: away, noproxy: [] },
          { id: "tls", type: "tls-config", cert: "", key: "", ca: "" },
        ],
        credentials: {
          home: { accessKeyId: "home", accessKeySecret: secrets.key, securityToken: secrets.key },
          variable: { accessKeyId: "variable", accessKeySecret: "${OF_THE_ACCOUNT}" },
          broker: { user: "home", password: secrets.broker },
          subscription: { accessKeyId: "home", accessKeySecret: secrets.broker },
          proxy: { username: "me", password: secrets.proxy },
          tls: { certdata: pem("cert.pem"), keydata: pem("key.pem") },
        },
      });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
      thief?.close();
    });

    const form = (properties: Fields = {}, credentials: Fields = {}, id = "home"): Form => ({
      id,
      properties: { endpoint: simulator.endpoint, credentialType: "access_key", ...properties },
      credentials: { accessKeyId: stored, accessKeySecret: stored, securityToken: stored, ...credentials },
    });

    async function post(route: string, body: unknown): Promise<{ status: number; text: string }> {
      const response = await fetch(`${runtime.url}/aliyun-iot/${route}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, text: await response.text() };
    }

    /** What both routes say, one after the other. */
    async function keyOf(draft: Form): Promise<string | undefined> {
      const kept = await post("accounts", draft);
      const checked = await post("connection-check", draft);
      for (const { status, text } of [kept, checked]) {
        assert.equal(status, 200, text);
        for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), text);
      }
      const failed = (JSON.parse(kept.text) as { failed?: { text: { key: string } } }).failed?.text.key;
      const { steps } = JSON.parse(checked.text) as { steps: { state: string; text?: { key?: string } }[] };
      const step = steps.find(({ state }) => state === "failed");
      // What only a call finds out is for the check.
      if (failed !== undefined) assert.equal(step?.text?.key, failed);
      return failed ?? (step && (step.text?.key ?? "refused"));
    }

    it("use the stored secret if it goes where the deployed account sends it", async () => {
      assert.equal(await keyOf(form()), undefined);
      assert.equal(
        await keyOf(form({ timeout: 3, rate: 9, name: "${OF_NOBODY}", simulation: "${X}" })),
        undefined,
      );
      assert.equal(
        await keyOf(form({ regionId: "cn-shanghai", platform: "cloud", proxy: "_ADD_" })),
        undefined,
      );
      assert.equal(await keyOf(form({}, {}, "variable")), undefined);
      assert.equal(await keyOf(form({}, { accessKeySecret: "${OF_THE_ACCOUNT}" }, "variable")), undefined);
      const typed = { accessKeyId: "home", accessKeySecret: secrets.key };
      assert.equal(await keyOf(form({}, typed, "new")), undefined);
    });

    it("send no stored secret, role or variable anywhere else, and say so in a sentence", async () => {
      const typed = { accessKeyId: "typed", accessKeySecret: "typed", securityToken: "typed" };
      const arn = "acs:ram::1:role/x";
      const attacks: [string, Form][] = [
        ["secret", form({ endpoint: away })],
        ["secret", form({ endpoint: `${away}/` })],
        ["secret", form({ endpoint: simulator.endpoint.replace("127.0.0.1", "localhost") })],
        ["secret", form({ endpoint: "", regionId: "cn-shanghai" })],
        ["secret", form({ regionId: "ap-southeast-1" })],
        ["secret", form({ credentialType: "sts" })],
        ["secret", form({ credentialType: "ram_role_arn", roleArn: arn })],
        ["secret", form({ endpoint: away }, { accessKeyId: "typed" })],
        ["secret", form({ endpoint: away }, { accessKeySecret: "typed" })],
        ["secret", form({ endpoint: away }, {}, "variable")],
        ["proxy", form({ proxy: "proxy" })],
        ["proxy", form({ endpoint: "https://iot.example", proxy: "proxy" }, typed, "new")],
        ["tls", form({ endpoint: away, tls: "tls" }, typed)],
        ["role", form({ endpoint: away, credentialType: "default" })],
        ["role", form({ credentialType: "default" }, typed, "new")],
        ["role", form({ credentialType: "ecs_ram_role", roleName: "x" })],
        [
          "role",
          form({
            credentialType: "oidc_role_arn",
            roleArn: arn,
            oidcProviderArn: arn,
            oidcTokenFile: "/etc/passwd",
          }),
        ],
        ["variable", form({ endpoint: away }, { ...typed, accessKeyId: "${OF_NOBODY}" })],
        ["variable", form({ endpoint: away }, { ...typed, accessKeySecret: "$(OF_NOBODY)" }, "new")],
        ["variable", form({ endpoint: `\${OF_NOBODY}` }, typed)],
        ["variable", form({ endpoint: away, instanceId: "${OF_NOBODY}" }, typed)],
        ["variable", form({ credentialType: "${OF_NOBODY}" }, typed)],
        ["variable", form({ platform: "${OF_NOBODY}" }, typed)],
        ["variable", form({ platform: "simulator", simulation: "${OF_NOBODY}" })],
        ["variable", form({ timeout: "${OF_NOBODY}" })],
        ["variable", form({ regionId: "${OF_NOBODY}", endpoint: "" }, typed)],
        ["variable", form({ credentialType: "ram_role_arn", roleArn: "${OF_NOBODY}" }, typed)],
      ];
      for (const [what, draft] of attacks) {
        const key = await keyOf(draft);
        const shown = JSON.stringify([draft.properties, draft.credentials]);
        // A role may be in the way before a secret is looked for, and the other way round.
        const expected = what === "proxy" || what === "tls" ? ["secret", what] : [what];
        assert.ok(
          expected.some((one) => key === `errors.undeployed-${one}`),
          `${what}: ${key} of ${shown}`,
        );
      }
      assert.deepEqual(stolen, []);
    });

    it("require a secret that is not stored", async () => {
      assert.equal(await keyOf(form({}, {}, "new")), "errors.credential-missing");
    });

    it("use no other node's id, for secrets, proxies and certificates", async () => {
      for (const id of ["broker", "subscription", "proxy", "tab"]) {
        for (const route of ["accounts", "connection-check"]) {
          const { status, text } = await post(route, form({ endpoint: away }, {}, id));
          assert.equal(status, 400, `${id} ${text}`);
        }
        // A tab is no node.
        const { status } = await fetch(`${runtime.url}/aliyun-iot/accounts/${id}/products`);
        assert.equal(status, id === "tab" ? 200 : 400, id);
      }
      for (const id of ["broker", "home", "constructor", "__proto__", "gone"]) {
        assert.equal(
          await keyOf(form({ proxy: id }, { accessKeyId: "a", accessKeySecret: "b" })),
          "errors.proxy-node",
        );
        assert.equal(
          await keyOf(form({ tls: id }, { accessKeyId: "a", accessKeySecret: "b" })),
          "errors.tls-node",
        );
      }
      assert.deepEqual(stolen, []);
    });
  });
}
