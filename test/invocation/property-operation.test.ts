import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { classify } from "../../lib/cloud/error-catalog";
import { type PropertyCommand, propertyOperation } from "../../lib/invocation/property-operation";

const command: PropertyCommand = {
  target: { productKey: "a1", deviceName: "light01" },
  items: '{"Brightness":50.0,"fan:Speed":1}',
  names: ["Brightness", "fan:Speed"],
  mode: "now",
  qos: 0,
  versions: "{}",
};
const desired: PropertyCommand = { ...command, mode: "desired", versions: '{"Brightness":2}' };

describe("the operation that sets properties", () => {
  it("names what it does as rules and audit records do", () => {
    const operation = propertyOperation(command);
    assert.equal(operation.name, "set-properties");
    assert.deepEqual(operation.identifiersOf(command), ["property:Brightness", "property:fan:Speed"]);
    assert.equal(operation.argsOf(command), command.items);
  });

  it("is a call of its own for desired values", () => {
    const device = { IotId: undefined, ProductKey: "a1", DeviceName: "light01", Items: command.items };
    const sent = (of: PropertyCommand): unknown[] => {
      const operation = propertyOperation(of);
      return [operation.actionOf(of), operation.parametersOf(of)];
    };
    assert.deepEqual(sent(command), ["SetDeviceProperty", { ...device, Qos: undefined }]);
    assert.deepEqual(sent({ ...command, qos: 1 }), ["SetDeviceProperty", { ...device, Qos: "1" }]);
    const Versions = desired.versions;
    assert.deepEqual(sent(desired), ["SetDeviceDesiredProperty", { ...device, Versions }]);
  });

  it("reads the new versions, which are JSON in JSON, and does without them", () => {
    const operation = propertyOperation(desired);
    for (const [given, versions] of [
      ['{"Brightness":3}', { Brightness: 3 }],
      [{ Brightness: 3 }, { Brightness: 3 }],
      ["broken", undefined],
      [undefined, undefined],
    ]) {
      const body = { Success: true, Data: { MessageId: 17, Versions: given } };
      const { callType, messageId, result } = operation.readAnswer(
        { requestId: "r", body },
        desired,
        undefined,
      );
      assert.deepEqual([callType, messageId], ["async", "17"]);
      assert.deepEqual(result, versions ? { messageId, versions } : { messageId });
    }
  });

  it("takes a failure for a version conflict only where versions were checked", () => {
    const outcomeOf = (of: PropertyCommand, code: string, text = "no"): string => {
      const failure = new Failure({ ...classify(code), code, text });
      return (propertyOperation(of).judged?.(failure, of) ?? failure).outcome;
    };
    for (const [code, text] of [
      ["iot.device.InvalidVersion", "no"],
      ["iot.device.SetDevicePropertyFailed", "no"],
      ["iot.device.SomethingNew", "the version of Brightness is 3"],
      ["iot.device.SomethingNew", "版本不一致"],
    ] as const) {
      assert.equal(outcomeOf(desired, code, text), "refused", code);
      assert.equal(outcomeOf({ ...desired, versions: "{}" }, code, text), "unknown", code);
      assert.equal(outcomeOf(command, code, text), "unknown", code);
    }
    assert.equal(outcomeOf(desired, "ServiceUnavailable", "version"), "unknown");
    assert.equal(outcomeOf(desired, "iot.system.SystemException"), "unknown");
  });
});
