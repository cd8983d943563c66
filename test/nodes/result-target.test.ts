import assert from "node:assert/strict";
import { isTargetFree, readResultTarget } from "../../nodes/common/result-target";

describe("the target of a result", () => {
  // A name needs nothing of Node-RED.
  const isFree = (msg: unknown, property = "payload"): boolean =>
    isTargetFree({} as never, readResultTarget(property, "msg"), msg as never);

  it("is a property of a message, and of nothing else that a node may be sent", () => {
    assert.equal(isFree({ payload: 1 }), true);
    for (const other of ["hello", null, 5, undefined]) assert.equal(isFree(other), false);
  });

  it("cannot be a property that already describes the message", () => {
    for (const property of ["invocation", "error", "_msgid"]) assert.equal(isFree({}, property), false);
  });
});
