import assert from "node:assert/strict";
import { Cancellation } from "../../lib/base/cancellation";

describe("the signal of one message", () => {
  it("notifies every listener, function or object, exactly once", () => {
    const notified: string[] = [];
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", () => notified.push("function"));
    cancellation.addEventListener("abort", { handleEvent: () => notified.push("object") });
    cancellation.abort();
    cancellation.abort();
    assert.deepEqual(notified, ["function", "object"]);
    assert.equal(cancellation.aborted, true);
  });

  it("leaves those alone who no longer listen", () => {
    const notified: string[] = [];
    const gone = (): number => notified.push("gone");
    const cancellation = new Cancellation();
    cancellation.addEventListener("abort", gone);
    cancellation.addEventListener("abort", () => notified.push("there"));
    cancellation.removeEventListener("abort", gone);
    cancellation.abort();
    assert.deepEqual(notified, ["there"]);
  });

  it("lets a listener stop listening while the others are told", () => {
    const notified: string[] = [];
    const cancellation = new Cancellation();
    const first = (): void => {
      notified.push("first");
      cancellation.removeEventListener("abort", first);
    };
    cancellation.addEventListener("abort", first);
    cancellation.addEventListener("abort", () => notified.push("second"));
    cancellation.abort();
    assert.deepEqual(notified, ["first", "second"]);
  });
});
