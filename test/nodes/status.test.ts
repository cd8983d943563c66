import assert from "node:assert/strict";
import type { Node, NodeStatus } from "node-red";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { StatusLine } from "../../nodes/common/status";

describe("the status line of an invoke node", () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });

  afterEach(() => {
    clock.restore();
  });

  it("tells how the last call went, also where Node-RED threw when it was told of an earlier step", () => {
    let shown: NodeStatus = {};
    let isBroken = false;
    const status = (given: NodeStatus): void => {
      if (isBroken) throw new Error("a listener is broken");
      shown = given;
    };
    const call = new StatusLine({ status } as unknown as Node).begin();
    assert.equal(shown.fill, "blue");
    clock.tick(1000);
    isBroken = true;
    assert.throws(() => call.begun(), /a listener is broken/);
    isBroken = false;
    call.succeeded(7);
    assert.deepEqual(shown, { fill: "green", shape: "dot", text: "✓ 7 ms" });
  });
});
