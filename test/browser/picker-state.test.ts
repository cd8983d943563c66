import assert from "node:assert/strict";
import { type FoundRows, PickerState } from "../../editor/picker-state";

function found(rows: string[], more: Partial<FoundRows<string>> = {}): FoundRows<string> {
  return { rows, matches: rows.length, isLoading: false, ...more };
}

describe("the list of a picker", () => {
  it("activates no row before a search, then the first one", () => {
    const state = new PickerState<string>();
    state.take(found(["a", "b"]), 0, "");
    assert.equal(state.activeRow, undefined);
    state.search();
    state.take(found(["b"]), 0, "b");
    assert.equal(state.activeRow, "b");
  });

  it("drops the answer to an earlier search as soon as somebody types on", () => {
    const state = new PickerState<string>();
    const question = state.ask();
    state.search();
    assert.equal(state.isLast(question), false);
  });

  it("keeps the active row while more rows are loaded", () => {
    const state = new PickerState<string>();
    state.take(found(["a", "b"], { matches: 4 }), 0, "");
    state.moveTo(1);
    state.take(found(["c", "d"], { matches: 4 }), 2, "");
    assert.deepEqual(state.rows, ["a", "b", "c", "d"]);
    assert.equal(state.activeRow, "b");
  });

  it("does not move beyond its ends", () => {
    const state = new PickerState<string>();
    state.take(found(["a", "b"]), 0, "");
    state.moveTo(8);
    assert.equal(state.activeRow, "b");
    state.moveTo(-8);
    assert.equal(state.active, -1);
  });

  it("requests more rows near its end, as long as there are more", () => {
    const state = new PickerState<string>();
    const rows = Array.from({ length: 50 }, (_none, index) => `row ${index}`);
    state.take(found(rows, { matches: 60 }), 0, "");
    state.moveTo(10);
    assert.deepEqual([state.isNearEnd, state.hasMore], [false, true]);
    state.moveTo(46);
    assert.deepEqual([state.isNearEnd, state.hasMore], [true, true]);
    state.take(found(rows.slice(0, 10), { matches: 60 }), 50, "");
    assert.equal(state.hasMore, false);
  });

  it("counts only the last question", () => {
    const state = new PickerState<string>();
    const [first, second] = [state.ask(), state.ask()];
    assert.deepEqual([state.isLast(first), state.isLast(second)], [false, true]);
  });

  it("asks again while rows are being loaded, but not once a second page is there", () => {
    const state = new PickerState<string>();
    const loading = found(["a"], { isLoading: true });
    state.take(loading, 0, "");
    assert.equal(state.isToRepeat(loading), true);
    assert.equal(state.isToRepeat(found(["a"])), false);
    const page = Array.from({ length: 51 }, String);
    state.take(found(page, { isLoading: true }), 0, "");
    assert.equal(state.isToRepeat(loading), false);
  });

  it("says how much of the list is shown, or why there is none", () => {
    const state = new PickerState<string>();
    const none = found([]);
    state.take(none, 0, "");
    assert.deepEqual(state.note(none, ""), { key: "picker.none" });
    assert.deepEqual(state.note(none, "x"), { key: "picker.no-match" });
    const some = found(["a"], { matches: 3 });
    state.take(some, 0, "");
    assert.deepEqual(state.note(some, ""), { key: "picker.count", params: { shown: 1, matches: 3 } });
    const loading = { ...some, isLoading: true, loaded: 100, total: 900 };
    assert.deepEqual(state.note(loading, ""), {
      key: "picker.loading",
      params: { loaded: 100, total: 900, matches: 3 },
    });
  });

  it("is empty after a failure", () => {
    const state = new PickerState<string>();
    state.take(found(["a"]), 0, "a");
    state.fail();
    assert.deepEqual([state.rows, state.activeRow, state.hasMore], [[], undefined, false]);
  });
});
