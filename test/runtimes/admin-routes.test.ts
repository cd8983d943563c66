import assert from "node:assert/strict";
import { hashSync } from "bcryptjs";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { type Runtime, startRuntime } from "../support/runtime";
import { type RunningSimulator, startSimulator } from "../support/simulator";
import { versions } from "../support/versions";

const password = "a password of the tests";
const secret = "the-secret-of-the-home";
const device = "productKey=a1BwAGV0001&deviceName=light01";
const gets = [
  "products",
  "products?search=lamp&refresh=1",
  "devices?productKey=a1BwAGV0001",
  `device?${device}`,
  "device?iotId=Q7uOhVRdZRRlDnTLv00100",
  "services?productKey=a1BwAGV0001",
  "service?productKey=a1BwAGV0001&service=FadeTo",
  "service?iotId=Q7uOhVRdZRRlDnTLv00100&service=LoadScenes",
  "groups?search=valve",
  "writable?productKey=a1BwAGV0001",
  "writable?iotId=Q7uOhVRdZRRlDnTLv00100&modules=fan&refresh=1",
];

for (const version of versions) {
  describe(`the admin routes in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: RunningSimulator;
    const tokens: Record<string, string> = {};

    before(async () => {
      const definition = {
        ...sampleDefinition(),
        accessKeys: [{ accessKeyId: "testid", accessKeySecret: secret }],
      };
      simulator = await startSimulator(definition);
      const user = (username: string, permissions: string): object => ({
        username,
        permissions,
        password: hashSync(password, 4),
      });
      runtime = await startRuntime({
        version,
        flows: [
          { id: "tab", type: "tab" },
          {
            id: "home",
            type: "aliyun-iot-account",
            endpoint: simulator.endpoint,
            credentialType: "access_key",
          },
        ],
        credentials: { home: { accessKeyId: "testid", accessKeySecret: secret } },
        settings: {
          adminAuth: {
            type: "credentials",
            users: [user("admin", "*"), user("reader", "read"), user("nobody", "")],
          },
        },
      });
      for (const username of ["admin", "reader", "nobody"]) {
        const form = { client_id: "node-red-admin", grant_type: "password", scope: "", username, password };
        const response = await fetch(`${runtime.url}/auth/token`, {
          method: "POST",
          body: new URLSearchParams({ ...form, ...(username === "admin" && { scope: "*" }) }),
        });
        tokens[username] = ((await response.json()) as { access_token?: string }).access_token ?? "";
      }
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.stop();
    });

    async function ask(
      user: string | undefined,
      path: string,
      body?: object,
    ): Promise<{ status: number; text: string }> {
      const response = await fetch(`${runtime.url}/aliyun-iot/${path}`, {
        headers: {
          ...(user && { authorization: `Bearer ${tokens[user]}` }),
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await response.text() };
    }

    const stored = "__PWRD__";
    const form = (changes: object = {}): object => ({
      id: "home",
      properties: { endpoint: simulator.endpoint, credentialType: "access_key", timeout: 15, ...changes },
      credentials: { accessKeyId: stored, accessKeySecret: stored, securityToken: stored },
    });
    const args = { productKey: "a1BwAGV0001", service: "FadeTo", args: "{}" };
    const items = { productKey: "a1BwAGV0001", mode: "now", args: '{"Brightness": 50}' };
    const subscriptionForm = (): object => ({
      account: form(),
      subscription: { id: "new", properties: { account: "home", consumerGroupId: "DEFAULT_GROUP" } },
    });
    const posts = (): [path: string, body: object][] => [
      ["accounts", form()],
      ["accounts/home/args", args],
      ["accounts/home/items", items],
      ["accounts/home/rule-matches", { allow: "a1BwAGV0001/light*/*", confirm: "" }],
      ["accounts/home/targets", { targets: "product", productKey: "a1BwAGV0001" }],
      ["connection-check", form()],
    ];

    it("refuse users who are not logged in or have no permission", async () => {
      for (const user of [undefined, "nobody"]) {
        for (const path of gets) assert.equal((await ask(user, `accounts/home/${path}`)).status, 401, path);
        for (const [path, body] of [...posts(), ["subscription-check", subscriptionForm()] as const]) {
          assert.equal((await ask(user, path, body)).status, 401, path);
        }
      }
    });

    it("show the writable properties alone, and what is wrong with values for them, all at once", async () => {
      const { text } = await ask("reader", "accounts/home/writable?productKey=a1BwAGV0001&modules=gone");
      const shown = JSON.parse(text) as { inputs: { identifier: string }[]; example: string; error?: object };
      const names = shown.inputs.map(({ identifier }) => identifier);
      assert.ok(names.includes("Brightness") && !names.includes("ErrorCode"), text);
      assert.deepEqual(Object.keys(JSON.parse(shown.example) as object), names);
      assert.match(JSON.stringify(shown.error), /errors\.module-not-read.*gone/);
      const check = async (written: string, mode: string): Promise<string[]> => {
        const answer = await ask("reader", "accounts/home/items", { ...items, args: written, mode });
        const { problems } = JSON.parse(answer.text) as {
          problems: { path: string; text: { key: string } }[];
        };
        return problems.map(({ path, text: { key } }) => `${path} ${key}`);
      };
      assert.deepEqual(await check('{"Brightness": 101, "ErrorCode": 1, "Other": 1}', "now"), [
        "Brightness check.range",
        "ErrorCode check.read-only",
        "Other check.unknown",
      ]);
      assert.deepEqual(await check('{"items": {"Brightness": {"value": 50, "time": 1}}}', "now"), []);
      assert.deepEqual(await check('{"Brightness": null}', "now"), ["Brightness check.type"]);
      assert.deepEqual(await check('{"Brightness": null}', "desired"), []);
      assert.deepEqual(await check("{}", "now"), [" errors.items-none"]);
      const many = JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_none, n) => [`P${n}`, 1])));
      assert.equal((await check(many, "desired"))[0], " errors.desired-many");
      for (const modules of ["a/b", "a,,b", "a,".repeat(20)]) {
        const path = `accounts/home/writable?productKey=a1BwAGV0001&modules=${encodeURIComponent(modules)}`;
        assert.equal((await ask("reader", path)).status, 400, modules);
      }
    });

    it("let a reader look up, but not send a form that the stored key would sign for", async () => {
      for (const path of gets) assert.equal((await ask("reader", `accounts/home/${path}`)).status, 200, path);
      assert.equal((await ask("reader", "accounts/home/args", args)).status, 200);
      assert.equal((await ask("reader", "accounts/home/items", items)).status, 200);
      for (const path of ["accounts", "connection-check"]) {
        assert.equal((await ask("reader", path, form())).status, 401, path);
      }
      assert.equal((await ask("reader", "subscription-check", subscriptionForm())).status, 401);
    });

    it("count what rules match for a reader, whatever rules the account has", async () => {
      const texts = { allow: "# lamps\r\na1BwAGV0001/light01/*\na1BwAGV0001/*/FadeTo", confirm: "gone/*/*" };
      const { status, text } = await ask("reader", "accounts/home/rule-matches", texts);
      assert.equal(status, 200);
      const { allow, confirm } = JSON.parse(text) as Record<"allow" | "confirm", Record<string, unknown>[]>;
      assert.deepEqual(allow?.[0], { line: 2, products: 1, devices: 1, isAtLeast: false });
      assert.equal(allow?.[1]?.["line"], 3);
      assert.ok(Number(allow?.[1]?.["devices"]) > 1);
      assert.deepEqual(confirm, [{ line: 1, products: 0, devices: 0, isAtLeast: false }]);
      for (const odd of [{}, { allow: 1, confirm: "" }, { allow: "", confirm: ["a/b/c"] }]) {
        assert.equal((await ask("reader", "accounts/home/rule-matches", odd)).status, 400);
      }
    });

    it("count the devices of a fleet, and how many are online, for a reader", async () => {
      const sample = sampleDefinition().products?.find(({ productKey }) => productKey === "a1BwAGV0001");
      const names = (sample?.devices ?? []).map(({ deviceName }) => deviceName);
      const count = async (body: object): Promise<Record<string, unknown>> => {
        const { status, text } = await ask("reader", "accounts/home/targets", body);
        assert.equal(status, 200, text);
        return JSON.parse(text) as Record<string, unknown>;
      };
      const product = await count({ targets: "product", productKey: "a1BwAGV0001", states: true });
      assert.deepEqual(product["products"], [
        { productKey: "a1BwAGV0001", name: sample?.productName, total: names.length },
      ]);
      const online = product["online"];
      assert.ok(typeof online === "number" && online > 0 && online <= names.length, String(online));
      const devices = [names[0], { deviceName: names[0] }, 7];
      const list = await count({ targets: "list", productKey: "a1BwAGV0001", devices });
      assert.deepEqual([list["total"], list["problems"], list["online"]], [1, 1, undefined]);
      assert.deepEqual(await count({ targets: "list", devices: [] }), { total: 0, products: [] });
      const none = await count({ targets: "product", productKey: "nobody" });
      assert.match(JSON.stringify(none), /"failed".*iot\.prod\.NotExistedProduct/);
      for (const body of [
        {},
        { targets: "sql" },
        { targets: "product", productKey: {} },
        { targets: "group" },
      ]) {
        assert.equal((await ask("reader", "accounts/home/targets", body)).status, 400, JSON.stringify(body));
      }
    });

    it("look up with a form that has invalid rules", async () => {
      for (const rules of ["${RULES_OF_NOBODY}", "a/b", "# note\n".repeat(30_000)]) {
        const changes = { allow: rules, confirm: rules, mode: "${MODE_OF_NOBODY}" };
        const { text } = await ask("admin", "accounts", form(changes));
        const { account } = JSON.parse(text) as { account?: string };
        assert.ok(account, text);
        assert.match((await ask("admin", `accounts/${account}/products`)).text, /Street lights/);
      }
    });

    it("answer with what the cloud knows, and with no secret", async () => {
      const said: string[] = [];
      for (const path of gets) said.push((await ask("admin", `accounts/home/${path}`)).text);
      for (const [path, body] of posts()) said.push((await ask("admin", path, body)).text);
      for (const text of said) assert.ok(!text.includes('"failed"'), text);
      assert.match(said.join(), /Living room/);
      const all = said.join("\n");
      assert.ok(!/secret/i.test(all.replaceAll("accessKeySecret", "")), "a secret");
      assert.ok(!all.includes(secret));
    });

    it("look up with a form that is not deployed, and with the secret that is stored", async () => {
      const { account } = JSON.parse((await ask("admin", "accounts", form({ timeout: 3 }))).text) as {
        account: string;
      };
      const again = JSON.parse((await ask("admin", "accounts", form({ timeout: 3 }))).text) as {
        account: string;
      };
      assert.equal(account, again.account, "the same form, the same handle");
      assert.match((await ask("admin", `accounts/${account}/products`)).text, /Street lights/);
      const wrong = { ...form(), credentials: { accessKeyId: stored, accessKeySecret: "another" } };
      const other = JSON.parse((await ask("admin", "accounts", wrong)).text) as { account: string };
      assert.match((await ask("admin", `accounts/${other.account}/products`)).text, /SignatureDoesNotMatch/);
    });

    it("name the wrong setting of a form that is not deployed", async () => {
      for (const [change, key] of [
        [{ credentials: {} }, "errors.credential-missing"],
        [{ ...form({ endpoint: "http://example.com" }) }, "errors.endpoint-insecure"],
        [{ ...form({ platform: "simulator", simulation: "/nowhere.json" }) }, "errors.simulator"],
      ] as const) {
        const { status, text } = await ask("admin", "accounts", { ...form(), ...change });
        assert.equal(status, 200);
        assert.equal((JSON.parse(text) as { failed?: { text?: { key: string } } }).failed?.text?.key, key);
      }
    });

    it("keep only a few forms, until the next deploy", async () => {
      const handles: string[] = [];
      for (let n = 0; n < 12; n++) {
        const { text } = await ask("admin", "accounts", form({ timeout: 20 + n }));
        handles.push((JSON.parse(text) as { account: string }).account);
      }
      assert.equal(new Set(handles).size, 12);
      const isKept = async (handle: string | undefined): Promise<boolean> =>
        !(await ask("admin", `accounts/${handle}/products`)).text.includes("account-undeployed");
      assert.deepEqual(await Promise.all([handles[0], handles[1], handles[2], handles[11]].map(isKept)), [
        false,
        false,
        true,
        true,
      ]);
      const headers = { authorization: `Bearer ${tokens["admin"]}`, "node-red-deployment-type": "reload" };
      const started = runtime.flowsStarted();
      const again = await fetch(`${runtime.url}/flows`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: "[]",
      });
      assert.ok(again.ok);
      await started;
      assert.equal(await isKept(handles[11]), false);
      assert.match((await ask("admin", "accounts/home/products")).text, /Street lights/);
    });

    it("handle forms and args of any shape and size, and many clients at once", async () => {
      const odd = [null, 5, "x", [], { a: 1 }, "__PWRD__", "x".repeat(100_000), "\u0000", "${NOTHING}"];
      for (const value of odd) {
        const properties = Object.fromEntries(
          [
            "platform",
            "regionId",
            "endpoint",
            "instanceId",
            "credentialType",
            "timeout",
            "rate",
            "proxy",
            "tls",
          ].map((name) => [name, value]),
        );
        const credentials = { accessKeyId: value, accessKeySecret: value, securityToken: value };
        for (const path of ["accounts", "connection-check"]) {
          const { status, text } = await ask("admin", path, { id: "home", properties, credentials });
          assert.equal(status, 200, `${path} ${text}`);
          assert.ok(
            !text.includes(secret) && text.length < 5000,
            `${path} with ${JSON.stringify(value).slice(0, 20)}`,
          );
        }
      }
      const bigArgs = JSON.stringify(
        Object.fromEntries(Array.from({ length: 20_000 }, (_none, n) => [`k${n}`, n])),
      );
      const { text } = await ask("admin", "accounts/home/args", { ...args, args: bigArgs });
      assert.ok(text.length < 100_000, "an answer that a page can show");
      const tooLarge = { ...args, args: "x".repeat(300_001) };
      assert.equal((await ask("admin", "accounts/home/args", tooLarge)).status, 400);
      const proto = JSON.parse(
        '{"id":"home","__proto__":{"a":1},"properties":{"__proto__":{"endpoint":"x"}}}',
      ) as object;
      assert.equal((await ask("admin", "accounts", proto)).status, 400);
      const many = Array.from({ length: 100 }, (_none, n) => gets[n % gets.length]!);
      const answers = await Promise.all(many.map((path) => ask("reader", `accounts/home/${path}`)));
      for (const [n, answer] of answers.entries()) {
        assert.equal(answer.status, 200, many[n]);
        assert.ok(!answer.text.includes('"failed"'), answer.text);
      }
    });

    it("check a connection, and name what is wrong with it", async () => {
      const steps = async (body: object): Promise<{ step: string; state: string }[]> =>
        (JSON.parse((await ask("admin", "connection-check", body)).text) as { steps: [] }).steps;
      assert.ok((await steps(form())).every(({ state }) => state === "ok"));
      const last = async (body: object): Promise<string | undefined> =>
        (await steps(body)).find(({ state }) => state === "failed")?.step;
      assert.equal(
        await last({ ...form(), credentials: { accessKeyId: "nobody", accessKeySecret: "x" } }),
        "key",
      );
      assert.equal(await last({ ...form(), credentials: {} }), "settings");
      assert.equal(await last(form({ endpoint: "http://example.com" })), "settings");
      const nowhere = form({ endpoint: "http://127.0.0.1:9" });
      assert.equal(await last(nowhere), "settings", "the stored secret is not for another endpoint");
      const typed = { accessKeyId: "testid", accessKeySecret: secret };
      assert.equal(await last({ ...nowhere, credentials: typed }), "network");
    });

    it("test just the permissions that are listed, the usual ones without a list, and no unknown ones", async () => {
      const tested = async (actions?: unknown): Promise<string[]> => {
        const { text } = await ask("admin", "connection-check", { ...form(), actions });
        const { steps } = JSON.parse(text) as { steps: { action?: string; state: string }[] };
        assert.ok(
          steps.every(({ state }) => state === "ok"),
          text,
        );
        return steps.flatMap(({ action = [] }) => action);
      };
      assert.equal((await tested()).length, 6);
      const wanted = ["SetDeviceProperty", "QueryDeviceEventData"];
      assert.deepEqual(await tested([...wanted, "sub", ...wanted]), wanted);
      assert.deepEqual(await tested([]), []);
      const refusals: [unknown, RegExp][] = [
        [["QueryDevice", "DeleteDevice"], /action-unknown.*DeleteDevice/],
        [["toString"], /action-unknown/],
        [["iot:sub"], /action-unknown/],
        [[{ toString: "sub" }], /action-unknown/],
        [[null], /action-unknown/],
        [["x".repeat(10_000)], /action-unknown/],
        ["sub", /look-up-request.*actions/],
        [null, /look-up-request.*actions/],
        [{ 0: "sub", length: 1 }, /look-up-request.*actions/],
        [Array.from({ length: 100 }, () => "sub"), /look-up-request.*actions/],
      ];
      for (const [actions, refusal] of refusals) {
        const { status, text } = await ask("admin", "connection-check", { ...form(), actions });
        assert.equal(status, 400, text);
        assert.match(text, refusal);
        assert.ok(text.length < 500, text);
      }
    });

    it("refuse what no dialog asks, with a sentence and not with a stack", async () => {
      for (const path of [
        "accounts/home/devices",
        "accounts/home/devices?productKey=../../x",
        "accounts/home/devices?productKey[]=a&productKey[]=b",
        "accounts/home/products?offset=-1",
        `accounts/home/products?search=${"x".repeat(300)}`,
        "accounts/home/service?productKey=a1BwAGV0001",
        "accounts/%3Cscript%3E/products",
      ]) {
        const { status, text } = await ask("admin", path);
        assert.equal(status, 400, path);
        assert.match(text, /look-up-request/);
      }
      for (const body of [{}, { id: 5 }, { id: "x", properties: [], credentials: {} }]) {
        assert.equal((await ask("admin", "accounts", body)).status, 400);
      }
      const { status, text } = await ask(
        "admin",
        "accounts/home/service?productKey=a1Nothing01&service=FadeTo",
      );
      assert.equal(status, 200);
      assert.match(text, /NotExistedProduct/);
      assert.match((await ask("admin", "accounts/gone/products")).text, /account-undeployed/);
    });
  });
}
