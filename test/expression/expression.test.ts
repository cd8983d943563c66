import assert from "node:assert/strict";
import { CheckedExpressions } from "../../lib/expression/checked-expressions";
import { Compiled } from "../../lib/expression/compiled";
import { Evaluator } from "../../lib/expression/evaluator";
import { TooManyWaiting } from "../../lib/expression/job-queue";
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

  it("long ones are checked in the thread, known ones at once, and what is kept of them is bounded", async () => {
    const evaluator = new Evaluator();
    let asked = 0;
    const expressions = new CheckedExpressions({
      check: (text) => {
        asked++;
        return evaluator.check(text);
      },
    });
    try {
      assert.equal(expressions.whatIsWrong("1 + 1"), undefined);
      assert.ok(typeof expressions.whatIsWrong("1 +") === "string");
      assert.equal(asked, 0);
      const long = Array.from({ length: 20_000 }, (_none, n) => `${n % 10}`).join("+");
      for (const [text, isRight] of [
        [long, true],
        [`${long}+`, false],
      ] as const) {
        const checking = expressions.whatIsWrong(text);
        assert.ok(checking instanceof Promise);
        assert.equal((await checking) === undefined, isRight);
        assert.equal(expressions.whatIsWrong(text) === undefined, isRight, "known");
      }
      assert.equal(asked, 2);
      for (let n = 0; n < 30; n++) await expressions.whatIsWrong(`${n}`.padEnd(100_000));
      assert.ok(expressions.whatIsWrong(long) instanceof Promise, "forgotten");
    } finally {
      evaluator.close();
    }
    assert.match((await expressions.whatIsWrong("2".padEnd(2000)))!, /stopped/);
  });

  it("are checked before others are evaluated", async () => {
    const evaluator = new Evaluator();
    try {
      const order: string[] = [];
      const evaluating = [1, 2, 3].map(async (n) => {
        await evaluator.evaluate(`${n}`, {});
        order.push(`${n}`);
      });
      const checking = evaluator.check("4").then(() => order.push("check"));
      await Promise.all([...evaluating, checking]);
      assert.ok(order.indexOf("check") <= 1, order.join());
    } finally {
      evaluator.close();
    }
  });

  it("over one input are all evaluated, and over too many inputs the oldest fail", async () => {
    const evaluator = new Evaluator(2);
    try {
      const first = { n: 1 };
      const many = Array.from({ length: 2000 }, (_none, k) => evaluator.test(`n = 1 and ${k} >= 0`, first));
      const second = evaluator.evaluate("n", { n: 2 });
      assert.deepEqual(
        await Promise.all(many),
        Array.from({ length: 2000 }, () => true),
      );
      assert.equal(await second, 2);
      const over = [1, 2, 3, 4].map((n) => evaluator.evaluate("n", { n }));
      const ends = await Promise.allSettled(over);
      const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
      assert.ok(failed.length >= 1 && failed.every((error) => error instanceof TooManyWaiting));
      assert.equal(ends.at(-1)!.status, "fulfilled");
    } finally {
      evaluator.close();
    }
  });
});
