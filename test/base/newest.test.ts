import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Newest } from "../../lib/base/newest";

describe("the newest entries", () => {
  it("are the last ones set, each with its last value", () => {
    const key = fc.integer({ min: 0, max: 12 }).map(String);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(key, { maxLength: 60 }), (maxSize, keys) => {
        const newest = new Newest<number>(maxSize);
        for (const [index, next] of keys.entries()) newest.set(next, index);
        const kept = keys.slice(-maxSize);
        for (let n = 0; n <= 12; n++) {
          const last = keys.lastIndexOf(String(n));
          const isKept = kept.includes(String(n));
          assert.equal(newest.get(String(n)), isKept ? last : undefined);
          assert.equal(newest.has(String(n)), isKept);
        }
      }),
    );
  });

  it("leave from the oldest on, as long as they are old", () => {
    const newest = new Newest<number>(4);
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
      ["c", 4],
    ] as const) {
      newest.set(key, value);
    }
    newest.dropWhile((value) => value < 3);
    assert.deepEqual(
      ["a", "b", "c"].map((key) => newest.get(key)),
      [3, undefined, 4],
    );
    newest.dropWhile(() => true);
    assert.deepEqual(
      ["a", "c"].map((key) => newest.has(key)),
      [false, false],
    );
    newest.set("a", 5);
    assert.equal(newest.get("a"), 5);
  });
});
