import assert from "node:assert/strict";
import * as fc from "fast-check";
import { badRulesText } from "../../lib/rules/bad-rule";
import { Glob } from "../../lib/rules/glob";
import { maxRules, readRules, type Subject } from "../../lib/rules/rule";
import { RuleList } from "../../lib/rules/rule-list";

/** The same meaning, written another way: as one regular expression for the whole line. */
function expression(pattern: string): RegExp {
  const escaped = pattern.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^/]*")}$`, "su");
}

// Few different characters, so that patterns match often.
const name = fc.string({
  unit: fc.constantFrom("a", "b", "*", ":", "灯", "😀", ".", "-", "/"),
  maxLength: 6,
});
const part = fc.string({
  unit: fc.constantFrom("a", "b", "*", ":", "灯", "😀", ".", "-"),
  minLength: 1,
  maxLength: 6,
});

describe("rules of an account", () => {
  it("match what a regular expression of them matches, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(part, part, part), { maxLength: 6 }),
        name,
        name,
        name,
        (parts, ...names) => {
          const lines = parts.map((of) => of.join("/"));
          const { rules, bad } = readRules(lines.join("\n"));
          assert.deepEqual(bad, []);
          const [productKey, deviceName, identifier] = names;
          const subject: Subject = { productKey, deviceName, identifier };
          const isMatch = lines.some((line) => expression(line).test(names.join("/")));
          // Three names with a slash in them read like a rule of four parts, which there is not.
          assert.equal(new RuleList(rules).find(subject) !== undefined, isMatch);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("match in linear time, however many stars there are", () => {
    const glob = new Glob(`${"*a".repeat(400)}*b`);
    assert.equal(glob.matches("a".repeat(100_000)), false);
    assert.equal(glob.matches(`${"a".repeat(100_000)}b`), true);
  });

  it("are lines with three parts, with comments and blank lines between them", () => {
    const { rules, bad } = readRules(
      "\uFEFF# all lamps\r\na/b/c # this one\r\r  \n * /x".replace(" * /x", "*/*/x:y"),
    );
    assert.deepEqual(bad, []);
    assert.deepEqual(
      rules.map(({ line, text }) => [line, text]),
      [
        [2, "a/b/c"],
        [5, "*/*/x:y"],
      ],
    );
  });

  it("report the invalid line and the reason", () => {
    const faults = {
      "a/b": "parts",
      "a/b/c/d": "parts",
      "a//c": "blank",
      "a/ /c": "blank",
      "a /b/c": "space",
      "a/\u{1}/c": "character",
      "a/\u{d800}/c": "character",
      [`a/${"b".repeat(1000)}/c`]: "length",
    };
    for (const [line, fault] of Object.entries(faults)) {
      assert.equal(readRules(`*/*/*\n${line}`).bad[0]?.fault, fault, line);
      assert.equal(readRules(`*/*/*\n${line}`).bad[0]?.line, 2);
    }
    const { rules, bad } = readRules("a/b/c\n".repeat(maxRules + 50));
    assert.deepEqual([rules.length, bad.length, bad[0]?.fault], [maxRules, 1, "count"]);
    const [first, second] = readRules("x\ny").bad;
    assert.equal(badRulesText([first!, second!], "errors.field-allow").key, "errors.rules");
  });
});
