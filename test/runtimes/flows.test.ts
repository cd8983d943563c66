import assert from "node:assert/strict";
import { deploy, example, type FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { versions } from "../support/versions";

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

for (const version of versions) {
  describe(`flows of a user, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let webhook: FlowNode[];

    const lamp = async (rest: string, init?: RequestInit): Promise<Answer> => {
      const response = await fetch(`${runtime.url}/lamp/${rest}`, init);
      const body: Record<string, unknown> = JSON.parse(await response.text());
      return { status: response.status, body };
    };

    before(async () => {
      runtime = await sharedRuntime({ version, flows: [] });
      webhook = await example(runtime, "Commands/2-webhook");
    });

    after(() => runtime?.stop());

    describe("the imported webhook", () => {
      before(() => deploy(runtime, webhook));

      it("answers what the simulated lamp gave back, with the requestId", async () => {
        const { status, body } = await lamp("80");
        assert.equal(status, 200);
        assert.equal(body["deviceName"], "light01");
        assert.match(String(body["requestId"]), /^[0-9A-F-]{36}$/);
        assert.deepEqual(Object.keys(Object(body["result"])).sort(), ["DoneAt", "OldLevel"]);
      });

      it("keeps the level that it was given", async () => {
        await lamp("33.5", { method: "POST" });
        const { body } = await lamp("0");
        assert.equal(Object(body["result"]).OldLevel, 33.5);
      });

      const failures: [string, string, number, Record<string, unknown>][] = [
        ["a level that is no number", "bright", 400, { category: "input", outcome: "not-sent" }],
        ["a level that the lamp does not have", "180", 400, { category: "input", outcome: "not-sent" }],
        [
          "a device that does not exist",
          "80?device=nobody",
          404,
          { category: "not-found", outcome: "refused" },
        ],
        ["a device that is offline", "80?device=light02", 503, { category: "offline", outcome: "refused" }],
        [
          "a device that answers too late",
          "80?device=light03",
          504,
          { category: "timeout", outcome: "unknown" },
        ],
        [
          "a device that answers with an error",
          "80?device=light04",
          502,
          { code: "100001", outcome: "failed" },
        ],
      ];
      for (const [what, address, status, expected] of failures) {
        it(`answers ${status} for ${what}`, async () => {
          const answer = await lamp(address);
          assert.equal(answer.status, status, JSON.stringify(answer.body));
          for (const [name, value] of Object.entries(expected)) assert.equal(answer.body[name], value);
        });
      }
    });

    it("passes a failure to a Catch node if the second port is not wired", async () => {
      const invoke = webhook.find(({ type }) => type === "aliyun-iot-invoke-service");
      const response = webhook.find(({ type }) => type === "http response");
      assert.ok(invoke && response);
      const shown = {
        id: "shown",
        type: "function",
        z: invoke["z"],
        x: 100,
        y: 100,
        func: "msg.statusCode = 418; msg.payload = msg.error; return msg;",
        outputs: 1,
        libs: [],
        wires: [[response.id]],
      };
      const caught = {
        id: "caught",
        type: "catch",
        z: invoke["z"],
        x: 100,
        y: 100,
        scope: null,
        wires: [[shown.id]],
      };
      const unwired = { ...invoke, wires: [[response.id]] };
      await deploy(runtime, [...webhook.filter((node) => node !== invoke), unwired, shown, caught]);
      const { status, body } = await lamp("80?device=light02");
      assert.equal(status, 418);
      assert.equal(body["code"], "iot.messagebroker.OFFLINE");
      assert.equal(Object(body["source"]).type, "aliyun-iot-invoke-service");
      assert.equal(Object(body["cause"]).outcome, "refused");
    });
  });
}
