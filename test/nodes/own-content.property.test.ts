import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseJson } from "../../lib/base/json";
import { ownContent } from "../../nodes/common/own-content";

describe("the content that a flow gets of a message", () => {
  it("is equal to what the device sent, and no part of it is shared", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        const content = parseJson(text);
        const copy = ownContent(content);
        assert.deepEqual(copy, content);
        assert.equal(JSON.stringify(copy), JSON.stringify(content));
        assertApart(copy, content);
      }),
    );
  });

  it("keeps names that every object has", () => {
    const content = parseJson('{"__proto__":{"x":1},"constructor":2,"toString":[{"__proto__":null}]}');
    const copy = ownContent(content);
    assert.equal(JSON.stringify(copy), JSON.stringify(content));
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  it("is bytes of its own where it is bytes", () => {
    const bytes = Buffer.from([1, 2]);
    const copy = ownContent(bytes) as Buffer;
    copy[0] = 9;
    assert.deepEqual([...bytes], [1, 2]);
  });
});

function assertApart(one: unknown, other: unknown): void {
  if (typeof one !== "object" || one === null) return;
  assert.notEqual(one, other);
  for (const name of Object.keys(one)) {
    assertApart((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]);
  }
}
