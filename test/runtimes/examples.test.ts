import assert from "node:assert/strict";
import { ask, deploy, example, type FlowNode } from "../support/admin";
import { type Comms, listen } from "../support/comms";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { versions } from "../support/versions";

// The webhook has its tests in flows.test.ts.
for (const version of versions) {
  describe(`the examples as imported, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let comms: Comms;
    let flow: FlowNode[];

    const open = async (name: string): Promise<void> => {
      flow = await example(runtime, name);
      await deploy(runtime, flow);
    };
    const press = async (name: string): Promise<void> => {
      const button = flow.find((node) => node.type === "inject" && node["name"] === name);
      assert.ok(button, name);
      await ask(runtime, `inject/${button.id}`, { method: "POST" });
    };
    const shown = async (debug: string): Promise<Record<string, unknown>> =>
      JSON.parse(await comms.shown(debug));

    before(async () => {
      runtime = await sharedRuntime({ version, flows: [] });
      comms = await listen(runtime);
    });

    after(async () => {
      await comms?.close();
      await runtime?.stop();
    });

    it("starts here: one lamp answers, the other is offline", async () => {
      await open("0-start-here");
      await press("Fade light01 to 80 %");
      assert.deepEqual(Object.keys(await shown("result")).sort(), ["DoneAt", "OldLevel"]);
      await press("Fade light02 to 80 %");
      assert.equal((await shown("failure"))["outcome"], "refused");
    });

    it("calls a service from a timer, without a press of its button", async () => {
      await open("Commands/1-call-a-service-from-a-timer");
      assert.deepEqual(Object.keys(await shown("answer")).sort(), ["DoneAt", "OldLevel"]);
    });

    it("reads one device and acts on another", async () => {
      await open("Reading/3-read-one-act-on-another");
      await press("measure now");
      const message = await shown("valve set");
      const { Temperature } = Object(message["reading"]);
      const expected = Math.min(100, Math.max(0, (Temperature - 18) * 10));
      assert.ok(Math.abs(Object(message["payload"]).Percent - expected) < 0.051, JSON.stringify(message));
    });

    describe("waiting for an asynchronous service", () => {
      before(() => open("Commands/5-wait-for-an-asynchronous-service"));

      it("answers with the device's own reply", async () => {
        await press("light01 replies");
        assert.deepEqual(Object.keys(await shown("the lamp’s reply")), ["Stored"]);
      });

      it("asks a person to check the device if no reply arrived in time", async () => {
        await press("light03 takes too long");
        assert.match(await comms.shown("LOOK AT IT"), /^Look at light03: it may have carried out LoadScenes/);
      });
    });

    describe("setting a thermostat", () => {
      before(() => open("Commands/8-set-a-thermostat-and-be-sure"));

      it("goes on when the room reports the temperature", async () => {
        await press("room01 to 21.5 °C");
        const { items } = await shown("reported");
        assert.equal(Object(items).TargetTemperature.value, 21.5);
      });

      it("names the value of a valve that does not have the one that was set", async () => {
        await press("valve02 to 60 %");
        assert.match(
          await comms.shown("LOOK AT IT"),
          /^valve02 does not have the value that was set: .*OpeningLimit.*55/,
        );
      });
    });

    it("waits until the door is closed, and switches the lamp off", async () => {
      await open("Device messages/10-wait-until-the-door-is-closed");
      await press("once the door is closed");
      const { items } = await shown("the door is closed");
      assert.equal(Object(items).DoorState.value, 0);
      assert.equal(Object((await shown("the lamp is off"))["items"]).PowerSwitch.value, 0);
    });

    it("reads the temperature of a room, decides, and heats it", async () => {
      await open("Reading/11-read-decide-act");
      await press("decide now");
      const { items } = await Promise.race([shown("heats to 23 °C"), shown("heats to 19 °C")]);
      assert.ok([19, 23].includes(Object(items).TargetTemperature.value), JSON.stringify(items));
    });

    it("closes the valves of a group, and names those that somebody has to look at", async () => {
      await open("Fleets/12-close-all-valves-of-a-group");
      await press("close all valves");
      const { targets, done, refused, failed } = await shown("report");
      assert.deepEqual({ targets, refused, failed }, { targets: 6, refused: 1, failed: 1 });
      assert.ok(Number(done) >= 3);
      assert.match(await comms.shown("LOOK AT THEM"), /valve05: refused, valve06: failed/);
    });

    it("restarts lamps with a canary, and stops at the press of a button", async () => {
      await open("Fleets/13-roll-out-with-a-canary");
      await press("restart the lamps");
      await shown("each lamp");
      await press("stop");
      const { code, fleet } = await shown("stopped or failed");
      assert.equal(code, "rollout-stopped");
      const { targets, done, accepted, notSent, refused, failed, unknown, skipped } = Object(fleet);
      assert.equal(targets, 100);
      assert.equal(done + accepted + notSent + refused + failed + unknown + skipped, targets);
      assert.ok(notSent > 0);
    });

    it("sets each device of a table to its own value", async () => {
      await open("Fleets/14-each-device-its-own-set-point");
      await press("set all");
      assert.deepEqual(await shown("report"), [
        "room01: done",
        "room02: refused",
        "valve01: done",
        "valve03: done",
        "valve09: refused",
      ]);
    });

    it("moves a valve when a sensor posts, without a press of a button", async () => {
      await open("Device messages/6-property-change-starts-a-flow");
      const { payload, temperature } = await shown("valve moved");
      const expected = Math.min(100, Math.max(0, (Number(temperature) - 18) * 10));
      assert.ok(Math.abs(Object(payload).Percent - expected) < 0.051, JSON.stringify(payload));
    });

    it("raises an alarm when a device stays offline, and says when it is back", async () => {
      await open("Device messages/7-offline-alarm");
      assert.match(await comms.shown("ALARM"), /^a1StreetLt1\/lamp-00001 has been offline since 20.*Z$/);
      assert.equal(await comms.shown("back online"), "a1StreetLt1/lamp-00001");
    });

    it("draws a chart of yesterday's temperature", async () => {
      await open("Reading/9-chart-of-yesterdays-temperature");
      await press("draw the chart");
      const { chart, min, max, values } = await shown("chart");
      assert.match(String(chart), /^[▁▂▃▄▅▆▇█ ]{24}$/u);
      assert.match(String(chart), /▁.*█|█.*▁/u);
      assert.ok(Number(min) < Number(max));
      // One every ten minutes.
      assert.ok(Number(values) >= 100 && Number(values) <= 145, String(values));
    });

    describe("failures by outcome", () => {
      before(() => open("Commands/4-failures-by-outcome"));

      it("answers three messages at once", async () => {
        await press("three at once");
        for (const _ of [1, 2, 3]) assert.ok("OldLevel" in (await shown("done")));
      });

      it("does not send a level that is too high, and does not repeat what cannot help", async () => {
        await press("180 % is too much");
        const { code, outcome } = await shown("gave up");
        assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
      });

      it("distinguishes a refusal from an error of the device", async () => {
        await press("light02 is offline");
        assert.equal((await shown("mend the cause"))["outcome"], "refused");
        await press("light04 says no");
        assert.equal((await shown("the device says no"))["outcome"], "failed");
      });

      it("raises an alarm if the outcome is unknown", async () => {
        await press("light03 is too slow");
        assert.match(
          await comms.shown("ALARM"),
          /^Check light03: nobody knows whether it carried out FadeTo/,
        );
      });
    });
  });
}
