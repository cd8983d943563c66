import assert from "node:assert/strict";
import * as fc from "fast-check";
import { factsOf, fieldsOf } from "../../editor/device/parameter-facts";
import {
  itemOf,
  kindOf,
  rawOf,
  shownText,
  splitPath,
  withMember,
} from "../../editor/device/parameter-values";
import type { Translate } from "../../editor/translate";
import type { ChoiceType, DataType, Parameter } from "../../lib/thing-model/data-type";
import { encodeArgs } from "../../lib/thing-model/encode";

/** Shows what a sentence was made of. */
const t: Translate = (key, params) => `${key}${params ? JSON.stringify(params) : ""}`;

const curve: ChoiceType = {
  type: "enum",
  items: [
    { value: 0, label: "linear" },
    { value: 1, label: "1" },
  ],
};

function parameter(dataType: DataType, identifier = "Level"): Parameter {
  return { identifier, name: identifier, dataType };
}

describe("what a parameter must be", () => {
  const cases: [DataType, string][] = [
    [{ type: "float", min: 0, max: 100, step: 0.1, unit: "%" }, 'float · 0 … 100 % · panel.step{"step":0.1}'],
    [{ type: "int", min: 1, step: 1 }, "int · 1 … ∞"],
    [{ type: "int", max: 9, unitName: "steps" }, "int · −∞ … 9 steps"],
    [{ type: "double", unit: "s" }, "double · s"],
    [
      { type: "double", min: 0.1, max: 1, exact: { max: "1.00000000000000000001" } },
      "double · 0.1 … 1.00000000000000000001",
    ],
    [{ type: "text", length: 12 }, 'text · panel.bytes{"length":12}'],
    [{ type: "date" }, "date"],
    [curve, "enum · 0 linear, 1"],
    [
      { type: "array", size: 3, item: { type: "int", min: 0, max: 5 } },
      'array · panel.elements{"size":3} · panel.of{"item":"int · 0 … 5"}',
    ],
    [{ type: "struct", fields: [] }, "struct"],
  ];
  for (const [dataType, facts] of cases) {
    it(facts, () => assert.equal(factsOf(parameter(dataType), t), facts));
  }

  it("omits the items that a control already shows", () => {
    assert.equal(factsOf(parameter(curve), t, true), "enum");
  });

  it("reports a type that could not be read", () => {
    assert.equal(factsOf({ ...parameter({ type: "date" }), isUnchecked: true }, t), "panel.unchecked");
  });

  it("shortens a long list of items", () => {
    const items = Array.from({ length: 30 }, (_none, value) => ({ value, label: String(value) }));
    assert.match(factsOf(parameter({ type: "enum", items }), t), /, 19, …$/);
  });

  it("finds the fields of a struct, also in arrays", () => {
    const fields = [parameter({ type: "int" })];
    const struct: DataType = { type: "struct", fields };
    assert.equal(fieldsOf({ type: "array", item: { type: "array", item: struct } }), fields);
    assert.deepEqual(fieldsOf({ type: "int" }), []);
  });
});

describe("what somebody types into the form", () => {
  const typed: [DataType, string, string | undefined][] = [
    [{ type: "float" }, "10", "10.0"],
    [{ type: "float" }, " 10.50 ", "10.50"],
    [{ type: "int" }, "10", "10"],
    [{ type: "double" }, "1e3", "1e3"],
    [{ type: "int" }, "ten", '"ten"'],
    [{ type: "int" }, " ", undefined],
    [{ type: "text" }, "", undefined],
    [{ type: "text" }, " ", '" "'],
    [{ type: "date" }, "1717200000000", '"1717200000000"'],
    [{ type: "date" }, "2024-06-01T08:00:00+08:00", '"1717200000000"'],
    [{ type: "date" }, "2024-06-01 08:00", '"2024-06-01 08:00"'],
    [{ type: "date" }, "2024-02-30", '"2024-02-30"'],
    [{ type: "array", item: { type: "int" } }, "[1,\n2]", "[1, 2]"],
    [{ type: "array", item: { type: "int" } }, "[1", '"[1"'],
  ];
  for (const [dataType, text, raw] of typed) {
    it(`${dataType.type}: ${JSON.stringify(text)} becomes ${raw ?? "nothing"}`, () => {
      assert.equal(rawOf(kindOf(dataType), text, dataType.type), raw);
    });
  }

  it("is read as the same date by the form and by the runtime", () => {
    const dates = fc.oneof(
      fc
        .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
        .map((date) => date.toISOString()),
      fc.constantFrom("2024-06-01", "2024-02-30", "2024-06-01T08:00", "2024-06-01T08:00+0800", "soon", "1,5"),
    );
    fc.assert(
      fc.property(dates, (text) => {
        const whole = (raw: string): unknown => encodeArgs([parameter({ type: "date" })], `{"Level":${raw}}`);
        const raw = rawOf("date", text);
        assert.ok(raw);
        assert.deepEqual(whole(raw), whole(JSON.stringify(text)));
      }),
    );
  });

  it("reads again as it was typed", () => {
    assert.equal(shownText("number", "10.0"), "10.0");
    assert.equal(shownText("text", '"say \\"hi\\""'), 'say "hi"');
    assert.equal(shownText("date", '"1717200000000"'), "2024-06-01T00:00:00.000Z");
    assert.equal(shownText("date", '"soon"'), "soon");
    assert.equal(shownText("date", '"99999999999999999999"'), "99999999999999999999");
    assert.equal(shownText("json", "[1.0]"), "[1.0]");
    assert.equal(shownText("json", undefined), "");
  });

  it("names an item by its number, its label or a truth value", () => {
    for (const raw of ["0", '"0"', '"linear"', "false"]) assert.equal(itemOf(curve.items, raw), "0", raw);
    assert.equal(itemOf(curve.items, "true"), "1");
    assert.equal(itemOf(curve.items, '"quadratic"'), '"quadratic"');
  });
});

describe("the members that the form writes", () => {
  const parameters = ["A", "B", "C"].map((identifier) => parameter({ type: "int" }, identifier));

  it("follow the order of the model; unknown ones come last", () => {
    const members = new Map([
      ["Unknown", "1"],
      ["C", "3"],
    ]);
    assert.deepEqual(
      [...withMember(members, parameters, "A", "0")],
      [
        ["A", "0"],
        ["C", "3"],
        ["Unknown", "1"],
      ],
    );
    assert.deepEqual([...withMember(members, parameters, "C", undefined)], [["Unknown", "1"]]);
  });

  it("are matched with their own problems", () => {
    assert.deepEqual(splitPath("Steps[1].Level"), { head: "Steps", rest: "[1].Level" });
    assert.deepEqual(splitPath(".Level"), { head: "Level", rest: "" });
    assert.deepEqual(splitPath(""), { head: "", rest: "" });
  });
});
