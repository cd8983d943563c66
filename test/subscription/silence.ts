import assert from "node:assert/strict";

/** Each test of a suite prints nothing to the console. To be called after the hooks whose work may print. */
export function expectSilence(): void {
  const { error, warn, trace } = console;
  let printed: unknown[][];

  beforeEach(() => {
    printed = [];
    console.error = console.warn = console.trace = (...parts) => printed.push(parts);
  });

  afterEach(() => {
    Object.assign(console, { error, warn, trace });
    assert.deepEqual(printed, [], "nothing is printed");
  });
}
