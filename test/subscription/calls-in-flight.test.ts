import assert from "node:assert/strict";
import { CallsInFlight } from "../../lib/subscription/calls-in-flight";
import type { DeviceMessage } from "../../lib/subscription/device-message";

const light = { productKey: "a1BwAGV0001", deviceName: "light01" };
const reply: DeviceMessage = {
  kind: "reply",
  topic: "",
  messageId: "m",
  payload: {},
  format: "json",
  iotId: "id",
  ...light,
};

describe("calls whose id is not known yet", () => {
  it("may have caused a reply of their device, by either of its names, and of no other", () => {
    const calls = new CallsInFlight();
    for (const target of [light, { iotId: "id" }]) {
      const end = calls.begin(target);
      assert.ok(calls.isAny(reply));
      assert.ok(!calls.isAny({ ...reply, deviceName: "light02", iotId: "other" }));
      end();
      end();
      assert.ok(!calls.isAny(reply));
    }
  });
});
