import assert from "node:assert/strict";
import { shared } from "../support/shared";

describe("what all tests of a process share", () => {
  function counted(fails: (n: number) => boolean = () => false) {
    let count = 0;
    const fit = new Map<number, boolean>();
    const start = async (): Promise<number> => {
      const n = ++count;
      await Promise.resolve();
      if (fails(n)) throw new Error(`start ${n}`);
      return n;
    };
    const give = shared(
      start,
      () => Promise.resolve(),
      (n) => fit.get(n) ?? true,
    );
    return { give, fit };
  }

  it("is started once, however many ask for it at the same time", async () => {
    const { give } = counted();
    assert.deepEqual(await Promise.all([give(), give()]), [1, 1]);
    assert.equal(await give(), 1);
  });

  it("is restarted if a test has made it unusable", async () => {
    const { give, fit } = counted();
    assert.equal(await give(), 1);
    fit.set(1, false);
    assert.deepEqual(await Promise.all([give(), give()]), [2, 2]);
  });

  it("is started again after a failed start", async () => {
    const { give } = counted((n) => n === 1);
    await assert.rejects(give(), { message: "start 1" });
    assert.equal(await give(), 2);
  });
});
