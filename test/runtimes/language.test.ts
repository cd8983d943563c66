import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { listen } from "../support/comms";
import { type Runtime, startRuntime } from "../support/runtime";

const position = { x: 1, y: 1 };

/** A tab with an invoke node that calls a lamp which is offline, started by `GET /${name}`, its second port unwired. */
function tab(name: string, more: object[] = []): object[] {
  return [
    { id: name, type: "tab", label: name },
    {
      id: `${name}-in`,
      z: name,
      ...position,
      type: "http in",
      url: `/${name}`,
      method: "get",
      wires: [[`${name}-invoke`]],
    },
    {
      id: `${name}-invoke`,
      z: name,
      ...position,
      type: "aliyun-iot-invoke-service",
      name,
      account: "account",
      target: "device",
      productKey: "a1BwAGV0001",
      productKeyType: "str",
      deviceName: "light02",
      deviceNameType: "str",
      service: "FadeTo",
      serviceType: "str",
      args: '{"Level":80,"DurationMs":5,"Curve":1}',
      argsType: "json",
      wires: [[], []],
    },
    ...more,
  ];
}

const flows = [
  { id: "account", type: "aliyun-iot-account", platform: "simulator" },
  ...tab("logged"),
  ...tab("caught", [
    { id: "catch", z: "caught", ...position, type: "catch", scope: null, wires: [["debug"]] },
    {
      id: "debug",
      z: "caught",
      ...position,
      type: "debug",
      name: "what Catch got",
      active: true,
      tosidebar: true,
      complete: "true",
      targetType: "full",
      wires: [],
    },
  ]),
];

const hints = JSON.parse(readFileSync("locales/zh-CN/invoke-service.json", "utf8")) as {
  "aliyun-iot-invoke-service": { hints: { offline: string } };
};
const { offline } = hints["aliyun-iot-invoke-service"].hints;

for (const version of [4, 5] as const) {
  describe(`Node-RED ${version} with LANG=zh_CN.UTF-8`, () => {
    let runtime: Runtime;

    before(async () => {
      runtime = await startRuntime({ version, flows, lang: "environment", env: { LANG: "zh_CN.UTF-8" } });
    });

    after(() => runtime?.stop());

    it("shows an error that nobody catches with its outcome and a Chinese hint in the debug sidebar", async () => {
      const comms = await listen(runtime);
      try {
        void fetch(`${runtime.url}/logged`).catch(() => undefined);
        await comms.arrived("debug", '"logged"');
        const shown = comms.text("debug");
        assert.ok(shown.includes("outcome: refused"), shown);
        assert.ok(shown.includes(offline), shown);
        assert.ok(!shown.includes("[object Object]"), shown);
      } finally {
        await comms.close();
      }
    });

    it("gives a Catch node the cause with its fields, the hint in Chinese", async () => {
      const comms = await listen(runtime);
      try {
        void fetch(`${runtime.url}/caught`).catch(() => undefined);
        const { error } = JSON.parse(await comms.shown("what Catch got")) as {
          error: { code: string; cause: Record<string, unknown> };
        };
        assert.equal(error.code, "iot.messagebroker.OFFLINE");
        assert.equal(error.cause["outcome"], "refused");
        assert.equal(error.cause["hint"], offline);
        assert.ok(!("toString" in error.cause && Object.hasOwn(error.cause, "toString")));
      } finally {
        await comms.close();
      }
    });

    for (const asked of ["zh", "zh-CN", "zh-TW", "zh-HK"]) {
      it(`gives the editor Chinese texts if it asks for ${asked}`, async () => {
        const set = "@thing-service/node-red-aliyun-iot/invoke-service";
        const answer = await fetch(`${runtime.url}/nodes/messages?lng=${asked}`);
        const catalogues = (await answer.json()) as Record<
          string,
          Record<string, { label?: { account?: string } }>
        >;
        assert.equal(catalogues[set]?.["aliyun-iot-invoke-service"]?.label?.account, "账号");
      });
    }
  });
}
