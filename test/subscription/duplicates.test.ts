import assert from "node:assert/strict";
import { Duplicates } from "../../lib/subscription/duplicates";

describe("messages that were done already", () => {
  it("are known again", () => {
    const duplicates = new Duplicates(() => 0);
    assert.equal(duplicates.has("1"), false);
    duplicates.add("1");
    assert.equal(duplicates.has("1"), true);
  });

  it("are never those without an id", () => {
    const duplicates = new Duplicates(() => 0);
    duplicates.add("");
    assert.equal(duplicates.has(""), false);
  });

  it("are forgotten when there are too many, the oldest first", () => {
    const duplicates = new Duplicates(() => 0, 3);
    for (const id of ["1", "2", "3", "1", "4"]) duplicates.add(id);
    assert.deepEqual(
      ["1", "2", "3", "4"].map((id) => duplicates.has(id)),
      [true, false, true, true],
    );
  });

  it("are forgotten after their time", () => {
    let now = 0;
    const duplicates = new Duplicates(() => now, 3, 1000);
    duplicates.add("1");
    now = 999;
    assert.equal(duplicates.has("1"), true);
    now = 1000;
    assert.equal(duplicates.has("1"), false);
  });
});
