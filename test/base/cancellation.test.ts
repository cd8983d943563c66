import assert from "node:assert/strict";
import { Cancellation } from "../../lib/base/cancellation";

describe("the signal of one message", () => {
  it("tells everybody who listens, functions and objects, and only once", () => {
    const told: string[] = [];
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", () => told.push("function"));
    cancellation.addEventListener("abort", { handleEvent: () => told.push("object") });
    cancellation.abort();
    cancellation.abort();
    assert.deepEqual(told, ["function", "object"]);
    assert.equal(cancellation.aborted, true);
  });

  it("leaves those alone who no longer listen", () => {
    const told: string[] = [];
    const gone = (): number => told.push("gone");
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", gone);
    cancellation.addEventListener("abort", () => told.push("there"));
    cancellation.removeEventListener("abort", gone);
    cancellation.abort();
    assert.deepEqual(told, ["there"]);
  });

  it("lets a listener stop listening while the others are told", () => {
    const told: string[] = [];
    const cancellation = new Cancellation();
    const first = (): void => {
      told.push("first");
      cancellation.removeEventListener("abort", first);
    };
    cancellation.addEventListener("abort", first);
    cancellation.addEventListener("abort", () => told.push("second"));
    cancellation.abort();
    assert.deepEqual(told, ["first", "second"]);
  });
});
