import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import { connectAsync, type MqttClient } from "mqtt";
import helper from "node-red-node-test-helper";
import { ExampleFlow } from "../support/example-flow";

// The other examples have their tests in test/runtimes/examples.test.ts and flows.test.ts.
describe("the examples of the cookbook", () => {
  let flow: ExampleFlow;

  afterEach(() => helper.unload());

  describe("Convert units", () => {
    beforeEach(async () => {
      flow = await ExampleFlow.load(15);
    });

    it("sets Celsius at the device and shows what it reports in Fahrenheit", async () => {
      flow.press("70 °F");
      assert.deepEqual(await flow.shown("the room is set to"), { celsius: 21, fahrenheit: 69.8 });
    });

    it("sends nothing that is too hot for the device", async () => {
      flow.press("120 °F");
      const { code, outcome } = await flow.shown("failure");
      assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
    });
  });

  describe("Offline alarm", () => {
    /** What the platform says of a street light. */
    const offline = (deviceName: string, seconds: number): object => {
      const utcTime = `2026-01-01T00:00:0${seconds}.000Z`;
      return {
        payload: { status: "offline", utcTime, utcLastTime: utcTime },
        message: { productKey: "a1StreetLt1", deviceName },
      };
    };

    it("escalates what nobody acknowledges, and only that", async () => {
      flow = await ExampleFlow.load(7, ({ name }) =>
        name === "still offline?" ? { duration: "10", units: "ms" } : {},
      );
      for (const name of ["lamp-00007", "lamp-00008"]) flow.send("a1107e0700000003", offline(name, 1));
      assert.match(String(await flow.shown("ALARM")), /^a1StreetLt1\/lamp-0000[78] has been offline since/);
      assert.match(String(await flow.shown("ALARM")), /has been offline since/);
      flow.send("a1107e0700000015", { topic: "a1StreetLt1/lamp-00007" });
      assert.equal(await flow.shown("acknowledged"), "a1StreetLt1/lamp-00007");
      // The first to be offline would have been the first to escalate.
      assert.match(String(await flow.shown("ESCALATED")), /^a1StreetLt1\/lamp-00008: nobody/);
      assert.equal(flow.left("ESCALATED"), 0);
    });
  });

  describe("MQTT bridge", () => {
    let broker: Aedes;
    let server: Server;
    let client: MqttClient;

    beforeEach(async () => {
      broker = await Aedes.createBroker();
      server = createServer(broker.handle).listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as { port: number };
      client = await connectAsync(`mqtt://127.0.0.1:${port}`);
      flow = await ExampleFlow.load(16, ({ type }) => (type === "mqtt-broker" ? { port: String(port) } : {}));
    });

    afterEach(async () => {
      await helper.unload();
      await client.endAsync(true);
      await new Promise<void>((resolve) => broker.close(resolve));
      server.close();
    });

    /** The next message on a topic. */
    const message = (topic: string): Promise<Record<string, unknown>> =>
      new Promise((resolve) => {
        client.on("message", (on, bytes) => {
          if (on === topic) resolve(JSON.parse(bytes.toString("utf8")) as Record<string, unknown>);
        });
      });

    it("publishes what a sensor reports, and sets what another program asks for", async function () {
      this.timeout(40_000);
      await client.subscribeAsync("plant/#");
      // The flow listens by the time that it publishes.
      const values = await message("plant/room01/reported");
      assert.ok(typeof values["Temperature"] === "number" && typeof values["Humidity"] === "number");
      const results = message("plant/room01/result");
      await client.publishAsync("plant/room01/set", '{"TargetTemperature": 22.5}', { qos: 1 });
      assert.deepEqual(await results, { outcome: "done" });
      const refusals = message("plant/room02/result");
      await client.publishAsync("plant/room02/set", '{"TargetTemperature": 22.5}', { qos: 1 });
      assert.equal((await refusals)["outcome"], "refused");
    });
  });

  describe("Rules for a valve", () => {
    beforeEach(async () => {
      flow = await ExampleFlow.load(17);
    });

    it("ask a person before a valve moves, and move it once confirmed", async () => {
      flow.press("open valve01 to 40 %");
      assert.match(String(await flow.shown("ASK")), /^Open valve01 to 40 %\?/);
      flow.press("yes, open it");
      assert.equal((await flow.shown("the valve has moved"))["Percent"], 40);
      flow.press("open valve01 to 40 %");
      assert.match(String(await flow.shown("ASK")), /^Open valve01/);
    });

    it("let nothing else through, confirmed or not", async () => {
      flow.press("flush valve03");
      const { code, outcome } = await flow.shown("FORBIDDEN");
      assert.deepEqual([code, outcome], ["not-allowed", "not-sent"]);
    });
  });

  it("Alarm when throttled: raises one alarm, and every message still has its outcome", async () => {
    flow = await ExampleFlow.load(18);
    flow.press("flush the lawn five times");
    assert.match(String(await flow.shown("ALARM")), /throttles this account \(valve04, Flush\)/);
    for (const _ of [1, 2, 3, 4, 5]) assert.equal((await flow.shown("failure"))["category"], "throttled");
    assert.deepEqual([flow.left("ALARM"), flow.left("all clear")], [0, 0]);
  });

  it("Reusable subflow: each copy commands its own lamp", async () => {
    flow = await ExampleFlow.load(19);
    flow.press("80 %");
    assert.ok("OldLevel" in (await flow.shown("result")));
    assert.equal((await flow.shown("failure"))["category"], "offline");
  });

  it("Several sites: each site's command goes to its own account", async () => {
    flow = await ExampleFlow.load(20);
    flow.press("close the valves");
    const report = (await flow.shown("report")) as unknown as Record<string, unknown>[];
    const bySite = report.toSorted((one, other) => String(one["site"]).localeCompare(String(other["site"])));
    assert.deepEqual(
      bySite.map(({ site, outcome }) => [site, outcome]),
      [
        ["Frankfurt", "refused"],
        ["Shanghai", "done"],
      ],
    );
  });

  describe("Slider, gauge, notification", () => {
    const [slider, call, opened] = ["a1107e2100000002", "a1107e2100000003", "a1107e2100000008"];

    it("moves the gauge to what the lamp reports", async () => {
      flow = await ExampleFlow.load(21);
      helper.getNode(opened).send({});
      assert.equal((await flow.shown("ui-gauge"))["payload"], 10);
      helper.getNode(slider).send({ payload: 55 });
      assert.equal((await flow.shown("ui-gauge"))["payload"], 55);
    });

    it("notifies if a command fails", async () => {
      flow = await ExampleFlow.load(21, ({ id }) => (id === call ? { deviceName: "light02" } : {}));
      helper.getNode(slider).send({ payload: 55 });
      assert.match(
        String((await flow.shown("failure"))["payload"]),
        /The lamp did not carry out the command\.$/,
      );
    });
  });
});
