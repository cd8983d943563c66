import assert from "node:assert/strict";
import * as fc from "fast-check";
import { PickerRows, type RowTexts } from "../../editor/picker-rows";
import { FakePage } from "../support/fake-page";

/** A page of an answer, as a picker asks for it. */
const rowsPerPage = 50;
/** A row with everything: itself, the dot of its status, name, key and remark. */
const elementsOfRow = 5;

function lamp(number: number, status = "ONLINE"): RowTexts {
  return { name: `Lamp ${number}`, key: `lamp-${number}`, aside: status.toLowerCase(), status };
}
const lamps = (from: number, count: number): RowTexts[] =>
  Array.from({ length: count }, (_none, n) => lamp(from + n));

function start(): { page: FakePage; rows: PickerRows; list: ReturnType<FakePage["list"]>["element"] } {
  const page = new FakePage();
  const { element: list, asElement } = page.list();
  return { page, list, rows: new PickerRows(asElement, "picker") };
}

const shown = (list: { children: { textContent: string }[] }): string[] =>
  list.children.map((row) => row.textContent);

describe("the rows of a picker", () => {
  const texts = fc.record({
    name: fc.option(fc.constantFrom("Hall", "Yard", ""), { nil: undefined }),
    key: fc.constantFrom("a", "b", "c"),
    aside: fc.option(fc.constantFrom("online", ""), { nil: undefined }),
    status: fc.option(fc.constantFrom("ONLINE", "OFFLINE", "a b"), { nil: undefined }),
  });

  it("are those of the last answer, with one active row, whatever was shown before", () => {
    const answer = fc.record({
      rows: fc.array(texts, { maxLength: 8 }),
      active: fc.integer({ min: -1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 6 }), (answers) => {
        const { list, rows } = start();
        for (const { rows: found, active } of answers) {
          rows.show(found, 0);
          rows.activate(active);
        }
        const [last, fresh] = [answers.at(-1)!, start()];
        fresh.rows.show(last.rows, 0);
        assert.deepEqual(shown(list), shown(fresh.list));
        assert.deepEqual(
          list.children.map(({ id }) => id),
          last.rows.map((_row, index) => `picker-${index}`),
        );
        const isActive = (index: number): boolean => index === last.active;
        assert.deepEqual(
          list.children.map((row) => [row.getAttribute("aria-selected"), /\bactive\b/.test(row.className)]),
          last.rows.map((_row, index) => [String(isActive(index)), isActive(index)]),
        );
      }),
    );
  });

  it("grow by each further page, and keep the rows that are there", () => {
    const { page, list, rows } = start();
    rows.show(lamps(1, rowsPerPage), 0);
    const first = list.children[0];
    page.created = 0;
    rows.show(lamps(51, rowsPerPage), 50);
    assert.equal(page.created, rowsPerPage * elementsOfRow);
    assert.equal(list.children.length, 2 * rowsPerPage);
    assert.equal(list.children[0], first);
    assert.equal(list.children[99]!.id, "picker-99");
  });

  it("make no more elements at a key stroke than one page has, however many rows were shown", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: rowsPerPage }),
        (pages, found) => {
          const { page, list, rows } = start();
          for (let n = 0; n < pages; n++) rows.show(lamps(n * rowsPerPage, rowsPerPage), n * rowsPerPage);
          page.created = 0;
          rows.show(lamps(7000, found), 0);
          assert.equal(list.children.length, found);
          assert.ok(page.created <= found * elementsOfRow, `${page.created} elements`);
        },
      ),
    );
  });

  it("make nothing where an answer says the same, and one row where one device has gone offline", () => {
    const { page, list, rows } = start();
    rows.show(lamps(0, rowsPerPage), 0);
    Object.assign(page, { created: 0, touched: 0 });
    rows.show(lamps(0, rowsPerPage), 0);
    assert.deepEqual([page.created, page.touched], [0, 0]);
    const changed = lamps(0, rowsPerPage).with(3, lamp(3, "OFFLINE"));
    rows.show(changed, 0);
    assert.equal(page.created, elementsOfRow);
    assert.match(list.children[3]!.textContent, /offline/);
  });

  it("touch two rows when another one becomes active, of however many", () => {
    const { page, rows } = start();
    for (let n = 0; n < 40; n++) rows.show(lamps(n * rowsPerPage, rowsPerPage), n * rowsPerPage);
    rows.activate(0);
    Object.assign(page, { created: 0, touched: 0 });
    rows.activate(1);
    assert.equal(page.created, 0);
    assert.ok(page.touched <= 4, `${page.touched} changes`);
  });

  it("know to which of them a click belongs, also on a part of it", () => {
    const { list, rows } = start();
    rows.show(lamps(1, 3), 0);
    const row = list.children[1]!;
    for (const target of [row, ...row.children]) {
      assert.equal(rows.indexOf(target as unknown as Element), 1);
    }
    assert.equal(rows.indexOf(list as unknown as Element), -1);
  });
});
