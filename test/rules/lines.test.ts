import assert from "node:assert/strict";
import * as fc from "fast-check";
import { linesOf, textOfLines } from "../../lib/rules/lines";

const texts = fc
  .array(fc.constantFrom("a/b/c", "# note", " ", "", "\r\n", "\n", "\r", "${RULES}", "灯/*/x", "\u2028"), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(""));

describe("the lines of a field of rules", () => {
  it("make the same text again, byte for byte, whatever ends them", () => {
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(textOfLines(linesOf(text), text), text);
      }),
      { numRuns: 5000 },
    );
  });

  it("are counted as the runtime counts them", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const counted = text.split(/\r\n|\r|\n/);
        if (counted.at(-1) === "") counted.pop();
        assert.deepEqual(
          linesOf(text).map((line) => line.text),
          counted,
        );
      }),
    );
  });

  it("get the line ending of the others when they are added", () => {
    for (const [before, after] of [
      ["", "new"],
      ["a", "a\nnew"],
      ["a\r\nb", "a\r\nb\r\nnew"],
      ["a\r\nb\r\n", "a\r\nb\r\nnew\r\n"],
      ["a\rb\n", "a\rb\nnew\r"],
    ] as const) {
      assert.equal(textOfLines([...linesOf(before), { text: "new", end: "" }], before), after);
    }
  });

  it("can change places without running into one another", () => {
    const [first, second] = linesOf("a\nb") as [{ text: string; end: string }, { text: string; end: string }];
    assert.equal(textOfLines([second, first], "a\nb"), "b\na");
    assert.equal(textOfLines([], "a\nb"), "");
  });
});
