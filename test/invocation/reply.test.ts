import assert from "node:assert/strict";
import { outputsOf } from "../../lib/invocation/reply";

describe("the outputs of a reply", () => {
  it("belong to the flow alone, which may change them", () => {
    const data = { OldLevel: 10, Steps: [{ At: 0 }] };
    const outputs = outputsOf({ code: 200, message: undefined, data, checkFailedData: undefined });
    assert.deepEqual(outputs, data);
    data.Steps.pop();
    assert.deepEqual(outputs, { OldLevel: 10, Steps: [{ At: 0 }] });
  });
});
