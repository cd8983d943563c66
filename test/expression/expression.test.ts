import assert from "node:assert/strict";
import { Compiled } from "../../lib/expression/compiled";
import { Evaluator } from "../../lib/expression/evaluator";
import { whatIsWrong } from "../../lib/expression/what-is-wrong";

describe("expressions", () => {
  it("that messages bring are kept compiled as far as they fit into the memory of their thread", () => {
    let made = 0;
    const compiled = new Compiled((text: string) => ({ text, made: ++made }));
    assert.equal(compiled.get("a"), compiled.get("a"));
    for (let n = 0; n < 50; n++) compiled.get(`${n}`.padEnd(100_000));
    assert.ok(compiled.size <= 5, `${compiled.size}`);
    for (let n = 0; n < 1000; n++) compiled.get(`$ > ${n}`);
    assert.ok(compiled.size >= 1000);
    const failing = new Compiled(() => {
      throw new Error("none");
    });
    assert.throws(() => failing.get("a"), /none/);
    assert.equal(failing.size, 0);
  });

  it("are tested as $boolean has it, and a function is no answer", async () => {
    const evaluator = new Evaluator();
    try {
      const truths = ["1", '"x"', "true", "[0, 1]", '{"a": 0}', "[[0], [[1]]]"];
      const others = ["0", '""', "false", "[0]", "{}", "[]", "nothing", "null"];
      for (const text of truths) assert.equal(await evaluator.test(text, {}), true, text);
      for (const text of others) assert.equal(await evaluator.test(text, {}), false, text);
      for (const text of ["$sum", "function($x) { $x }", "/a/", "[$sum]"])
        await assert.rejects(evaluator.test(text, {}), /function/, text);
    } finally {
      evaluator.close();
    }
  });

  it("that are none are told of in a line", () => {
    const reason = whatIsWrong(`a "${"x\n".repeat(40_000)}"`);
    assert.ok(reason !== undefined && reason.length <= 200 && !reason.includes("\n"), reason);
  });
});
