import assert from "node:assert/strict";
import * as fc from "fast-check";
import { rulesProblemText } from "../../nodes/account/rules.editor";
import { safetyProblem } from "../../nodes/common/read-safety";

const pieces = fc.constantFrom(
  "a/b/c",
  "a/b",
  "*/*/*",
  "# x",
  "\n",
  "\r\n",
  "\r",
  " ",
  "${RULES}",
  "$(X)",
  "/",
  "\t",
);

describe("a field of rules", () => {
  it("has the problem that is named at deploy, and no other", () => {
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 8 }),
        fc.constantFrom("allow", "confirm"),
        (parts, property) => {
          const text = parts.join("");
          // The variable is filled in before a node is made.
          fc.pre(!/^\$(\{\w+\}|\(\w+\))$/.test(text));
          assert.deepEqual(
            rulesProblemText(text, `errors.field-${property}`),
            safetyProblem({ [property]: text })?.text,
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("is valid if it is one variable, blank or left out", () => {
    for (const value of ["${RULES}", "$(RULES)", "", " \n", undefined, null]) {
      assert.equal(rulesProblemText(value, "errors.field-allow"), undefined);
    }
  });

  it("is invalid if it is not text", () => {
    for (const value of [{}, [], true, 5]) assert.ok(rulesProblemText(value, "errors.field-allow"));
  });
});
