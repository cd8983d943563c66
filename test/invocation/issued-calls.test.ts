import assert from "node:assert/strict";
import { IssuedCalls } from "../../lib/invocation/issued-calls";

const lamp = { productKey: "a1BwAGV0001", deviceName: "light01" };

describe("the calls of an account", () => {
  it("are known by their ids, the latest 50,000 of them", () => {
    const issued = new IssuedCalls();
    for (let id = 0; id <= 50_000; id++) issued.add(String(id));
    assert.deepEqual(
      ["0", "1", "50000", "50001"].map((id) => issued.has(id)),
      [false, true, true, false],
    );
  });

  it("whose answer was lost explain a reply of their device, for ten minutes", () => {
    let now = 0;
    const issued = new IssuedCalls(() => now);
    const message = { ...lamp, iotId: "iot-1" };
    assert.equal(issued.mayHaveLost(message), false);
    issued.addLost({ iotId: "iot-1" });
    assert.equal(issued.mayHaveLost(message), true);
    assert.equal(issued.mayHaveLost({ ...lamp, iotId: "iot-2" }), false);
    now = 600_000;
    assert.equal(issued.mayHaveLost(message), false);
    issued.addLost(lamp);
    assert.equal(issued.mayHaveLost(message), true);
    assert.equal(issued.mayHaveLost({ productKey: "a1BwAGV0001", deviceName: "light02" }), false);
  });

  it("do not fill the memory with devices", () => {
    const issued = new IssuedCalls(() => 0);
    for (let n = 0; n <= 1000; n++) issued.addLost({ iotId: `iot-${n}` });
    assert.equal(issued.mayHaveLost({ iotId: "iot-0" }), false);
    assert.equal(issued.mayHaveLost({ iotId: "iot-1" }), true);
  });
});
