import assert from "node:assert/strict";
import { fleetKey, names, reportIn } from "../support/fleet";
import { deepList, deepObject } from "../support/hostile-platform";
import { key, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

const count = 7;
const refused = (code: unknown, status = 200): [string, number] => [
  JSON.stringify({ RequestId: "R", Success: false, Code: code, ErrorMessage: "no" }),
  status,
];

/** What a batch is answered, and what that means for each of its devices. */
const batchAnswers: [what: string, answer: [body: string, status: number], outcome: string][] = [
  ["a success", ['{"RequestId":"R","Success":true}', 200], "accepted"],
  [
    "a success with members nobody knows",
    ['{"Success":true,"Data":{"__proto__":1},"List":[1]}', 200],
    "accepted",
  ],
  ["nothing", ["", 200], "unknown"],
  ["an empty object", ["{}", 200], "unknown"],
  ["a list", ["[]", 200], "unknown"],
  ["null", ["null", 200], "unknown"],
  ["HTML", ["<html>", 200], "unknown"],
  ["a success that is none", ['{"Success":"perhaps"}', 200], "unknown"],
  ["a deep list", [`{"Success":${deepList}}`, 200], "unknown"],
  ["a deep object", [`{"Success":false,"Code":${deepObject}}`, 200], "unknown"],
  ["a code that is an object", refused({}), "unknown"],
  ["a code of objects", refused("__proto__"), "unknown"],
  ["an unknown code", refused("iot.nobody.KnowsIt"), "unknown"],
  ["an unknown code with 400", refused("Nobody.KnowsIt", 400), "unknown"],
  ["a device that does not exist", refused("iot.device.NotExistedDevice"), "unknown"],
  ["a device that is offline", refused("iot.device.DeviceOffline"), "unknown"],
  ["a number of the message broker", refused("9201"), "unknown"],
  ["a server error", refused("InternalError", 500), "unknown"],
  ["a wrong signature", refused("SignatureDoesNotMatch", 400), "refused"],
  ["no permission", refused("Forbidden.RAM", 403), "refused"],
  ["a missing parameter", refused("MissingDeviceName", 400), "refused"],
];

describe("a fleet and a platform that answers oddly", () => {
  let server: RawServer;
  let batches: number;
  let answer: [body: string, status: number];
  let states: string;

  beforeEach(async () => {
    batches = 0;
    const known = { Success: true, Data: { Data: names(count).map((DeviceName) => ({ DeviceName })) } };
    server = await RawServer.start((request, socket) => {
      const action = /^x-acs-action: (\w+)/im.exec(request)?.[1];
      const [body, status] =
        action === "BatchQueryDeviceDetail"
          ? [JSON.stringify(known), 200]
          : action === "BatchGetDeviceState"
            ? [states, 200]
            : action === "InvokeThingsService"
              ? (batches++, answer)
              : refused("iot.nobody.KnowsIt");
      socket.write(httpAnswer(body, { status }));
    });
  });
  afterEach(async () => {
    await unload();
    await server.close();
  });

  function flow(settings: object): Promise<TestFlow> {
    return TestFlow.load({
      nodeType: "aliyun-iot-fleet",
      account: { endpoint: server.url.href, credentialType: "access_key", timeout: 2 },
      credentials: key,
      invoke: { service: "Blink", targets: "list", devices: "devices", productKey: fleetKey, ...settings },
    });
  }

  it("batches: what the answer means is said of each device, and no batch is repeated", async () => {
    const one = await flow({ strategy: "batch", check: "off" });
    for (const [what, given, outcome] of batchAnswers) {
      batches = 0;
      answer = given;
      const { msg } = await one.run({ payload: { n: 1 }, devices: names(count) });
      const { payload } = reportIn(msg);
      assert.deepEqual(new Set(payload.devices.map((device) => device.outcome)), new Set([outcome]), what);
      assert.equal(batches, 1, what);
      assert.ok(
        payload.devices.every(({ code }) => code === undefined || typeof code === "string"),
        what,
      );
    }
  });

  it("states: what is no state of a device skips none", async () => {
    const one = await flow({ strategy: "batch", offline: "skip", check: "off" });
    answer = batchAnswers[0]![1];
    const row = (DeviceName: unknown, Status: unknown): object => ({ DeviceName, Status });
    const lists: [unknown, skipped: number][] = [
      [[], 0],
      [{}, 0],
      ["x", 0],
      [{ DeviceStatus: names(count).map((name) => row(name, "OFFLINE")) }, count],
      [{ DeviceStatus: [row("lamp0", "OFFLINE"), row("LAMP1", "OFFLINE"), row("stranger", "OFFLINE")] }, 1],
      [{ DeviceStatus: [row("lamp0", {}), row({}, "OFFLINE"), null, 5, row("__proto__", "OFFLINE")] }, 0],
      [{ DeviceStatus: [row("lamp0", "NO STATE"), row("lamp1", ""), row("lamp2", "offline")] }, 1],
    ];
    for (const [DeviceStatusList, skipped] of lists) {
      states = JSON.stringify({ Success: true, DeviceStatusList });
      const { msg } = await one.run({ payload: { n: 1 }, devices: names(count) });
      const report = reportIn(msg);
      assert.deepEqual([report.fleet.skipped, report.fleet.accepted], [skipped, count - skipped], states);
    }
  });
});
