import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { classify } from "../../lib/cloud/error-catalog";
import { delayBefore, mayRepeat } from "../../lib/invocation/retry";

function failure(code: string, more: object = {}): Failure {
  return new Failure({ ...classify(code), code, text: code, ...more });
}

describe("repeating a call", () => {
  const never = ["iot.messagebroker.OFFLINE", "SignatureDoesNotMatch", "Forbidden.RAM", "100001", "6306"];
  const always = ["Throttling.User", "iot.messagebroker.RateLimit", "InvalidTimeStamp.Expired"];
  const onlyAtLeastOnce = ["InternalError", "iot.messagebroker.TIMEOUT", "something.new"];

  it("never repeats what will not change, nor what the device itself refused", () => {
    for (const code of never) {
      assert.equal(mayRepeat(failure(code), "at-most-once"), false, code);
      assert.equal(mayRepeat(failure(code), "at-least-once"), false, code);
    }
  });

  it("repeats throttling and a wrong clock in any case", () => {
    for (const code of always) assert.equal(mayRepeat(failure(code), "at-most-once"), true, code);
  });

  it("repeats an unknown outcome only with at-least-once delivery", () => {
    for (const code of onlyAtLeastOnce) {
      assert.equal(mayRepeat(failure(code), "at-most-once"), false, code);
      assert.equal(mayRepeat(failure(code), "at-least-once"), true, code);
    }
  });

  it("waits at random, longer with each attempt, up to 5 s", () => {
    const maxDelays = [1, 2, 3, 4, 5, 6, 7].map((n) => delayBefore(n, failure("Throttling"), () => 1));
    assert.deepEqual(maxDelays, [200, 400, 800, 1600, 3200, 5000, 5000]);
    assert.equal(
      delayBefore(3, failure("Throttling"), () => 0),
      0,
    );
  });

  it("waits as long as the platform asks, and not at all for a corrected clock", () => {
    assert.equal(delayBefore(1, failure("Throttling", { retryAfterMs: 1234 })), 1234);
    assert.equal(delayBefore(1, failure("InvalidTimeStamp.Expired")), 0);
  });
});
