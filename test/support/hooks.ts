// A hook that fails ends its suite: mocha does not run the tests that follow. What belongs to one test is therefore made
// a part of it, and fails that test alone.

type Step = (this: Mocha.Context) => Promise<unknown>;

/** As `beforeEach`, as the beginning of each test of the suite. */
export function beginEachTest(step: Step): void {
  beforeEach(function () {
    extend(this.currentTest, async (context, body) => {
      await step.call(context);
      await body();
    });
  });
}

/** As `afterEach`, as the end of each test of the suite, of those that have passed so far. */
export function endEachTest(step: Step): void {
  beforeEach(function () {
    extend(this.currentTest, async (context, body) => {
      await body();
      await step.call(context);
    });
  });
}

function extend(
  test: Mocha.Test | undefined,
  extended: (context: Mocha.Context, body: () => Promise<void>) => Promise<void>,
): void {
  const { fn } = test ?? {};
  if (!test || !fn) return; // pending
  if (fn.length > 0) throw new Error(`A test with a callback cannot be extended: ${test.fullTitle()}`);
  test.fn = async function (this: Mocha.Context) {
    await extended(this, async () => {
      await (fn as Mocha.AsyncFunc).call(this);
    });
  };
}
