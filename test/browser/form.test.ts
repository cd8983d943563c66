import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  entryProblem,
  type FormEntry,
  type FormMembers,
  formText,
  isBelow,
  knownArgs,
  readForm,
} from "../../editor/device/form-data";
import { formOfJson, jsonOfForm } from "../../editor/device/form-from-json";
import { shownEntry, typedEntry } from "../../editor/device/form-values";
import { InputsModes, modeOf, typesOfMode } from "../../editor/device/inputs-mode";
import { withFullStop } from "../../editor/full-stop";
import { positionBeside } from "../../editor/list-position";
import { plainName } from "../../editor/plain-name";
import { foldJson } from "../../editor/raw-json";
import { textKind } from "../../editor/text-kind";
import { isName } from "../../lib/base/identifiers";
import type { DataType, Parameter } from "../../lib/thing-model/data-type";

const name = fc.oneof(fc.constantFrom("Level", "__proto__", "constructor", ""), fc.string({ maxLength: 6 }));
const fixed = fc.constantFrom("num", "str", "bool", "json") as fc.Arbitrary<"num">;
const source = fc.constantFrom("msg", "flow", "global", "env", "jsonata") as fc.Arbitrary<"msg">;

const plain = { noNullPrototype: true };

const form = fc.letrec<{ entry: FormEntry; members: FormMembers }>((tie) => ({
  entry: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.oneof(fixed, source), value: fc.string() }, plain) as fc.Arbitrary<FormEntry>,
    fc.record({ type: fc.constant("struct" as const), value: tie("members") }, plain),
    fc.record(
      { type: fc.constant("array" as const), value: fc.array(tie("entry"), { maxLength: 3 }) },
      plain,
    ),
  ),
  members: fc
    .uniqueArray(fc.tuple(name, tie("entry")), { maxLength: 3, selector: ([key]) => key })
    .map((members) => new Map(members)),
}));

function parameter(identifier: string, dataType: DataType): Parameter {
  return { identifier, name: identifier, dataType };
}

const inputs = [
  parameter("Level", { type: "float" }),
  parameter("Curve", { type: "enum", items: [{ value: 1, label: "ease-in" }] }),
  parameter("Color", { type: "struct", fields: [parameter("Red", { type: "int" })] }),
  parameter("Steps", { type: "array", item: { type: "struct", fields: [parameter("At", { type: "int" })] } }),
];

describe("the parameter form in the flow file", () => {
  it("is read as it was written, whatever the names are", () => {
    fc.assert(
      fc.property(form.members, (members) => {
        const text = formText(members);
        assert.deepEqual(readForm(text), members);
        assert.doesNotThrow(() => JSON.parse(text));
      }),
    );
  });

  it("matches the documentation", () => {
    const members = readForm('{ "Level": { "type": "msg", "value": "payload" } }');
    assert.deepEqual(members?.get("Level"), { type: "msg", value: "payload" });
    assert.equal(formText(members ?? new Map()), '{"Level":{"type":"msg","value":"payload"}}');
  });

  it("is rejected as a whole if any part of it is invalid", () => {
    const broken = ["", "[]", "5", "{", '{"A":5}', '{"A":{"type":"msg"}}', '{"A":{"type":"num","value":5}}'];
    const nested = [
      '{"A":{"type":"struct","value":[]}}',
      '{"A":{"type":"array","value":[1]}}',
      '{"A":{"type":"x","value":""}}',
    ];
    for (const text of [...broken, ...nested]) assert.equal(readForm(text), undefined, text);
  });

  it("separates the args that are known before any message from the others", () => {
    const text =
      '{"A":{"type":"struct","value":{"B":{"type":"msg","value":"x"}}},"C":{"type":"array","value":[{"type":"num","value":"1.0"},{"type":"jsonata","value":"y"}]}}';
    assert.deepEqual(knownArgs(readForm(text) ?? new Map()), {
      text: '{"A": {"B": null}, "C": [1.0, null]}',
      sources: ["A.B", "C[1]"],
    });
    assert.ok(isBelow(["A.B"], "A.B") && isBelow(["A.B"], "A.B.C") && isBelow(["A"], "A[0]"));
    assert.ok(!isBelow(["A.B"], "A") && !isBelow(["A"], "AB"));
  });

  it("always makes JSON, whatever was typed", () => {
    fc.assert(fc.property(form.members, (members) => void JSON.parse(knownArgs(members).text)));
  });

  it("says what is wrong with a value, however deep", () => {
    const isSound = (_type: string, value: string): boolean => value !== "a b";
    const cases: [FormEntry, ReturnType<typeof entryProblem>][] = [
      [{ type: "num", value: "ten" }, "number"],
      [{ type: "num", value: "1e3" }, undefined],
      [{ type: "bool", value: "yes" }, "boolean"],
      [{ type: "json", value: "{" }, "json"],
      [{ type: "msg", value: "a b" }, "property"],
      [{ type: "jsonata", value: "a b" }, "jsonata"],
      [{ type: "str", value: "a b" }, undefined],
    ];
    for (const [entry, problem] of cases) {
      assert.equal(entryProblem(entry, isSound), problem);
      const within: FormEntry = {
        type: "array",
        value: [{ type: "struct", value: new Map([["A", entry]]) }],
      };
      assert.equal(entryProblem(within, isSound), problem);
    }
  });
});

describe("a form made of JSON", () => {
  it("sends the same, each number as it was written", () => {
    const json =
      '{"Level": 12.50, "Curve": 1, "Color": {"Red": 5}, "Steps": [{"At": 0}, {"At": 1}], "Other": [1.0]}';
    const members = formOfJson(json, inputs);
    assert.equal(members?.get("Color")?.type, "struct");
    assert.equal(members?.get("Steps")?.type, "array");
    assert.equal(jsonOfForm(members ?? new Map()), json);
  });

  it("sends the same for any JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })), (value) => {
        const json = JSON.stringify(value);
        const members = formOfJson(json, inputs);
        assert.ok(members);
        assert.equal(foldJson(jsonOfForm(members) ?? ""), foldJson(json));
      }),
    );
  });

  it("names an item of a choice by its number", () => {
    assert.deepEqual(formOfJson('{"Curve": "ease-in"}', inputs)?.get("Curve"), { type: "num", value: "1" });
  });

  it("is made of one object only", () => {
    for (const text of ["", "[1]", "5", "{"]) assert.equal(formOfJson(text, inputs), undefined);
  });
});

describe("what somebody types for a parameter", () => {
  const cases: [DataType | undefined, "num" | "str" | "json" | "msg", string, string | undefined][] = [
    [{ type: "float" }, "num", "10", "10.0"],
    [{ type: "int" }, "num", "10", "10"],
    [{ type: "int" }, "num", "ten", "ten"],
    [{ type: "int" }, "num", " ", undefined],
    [{ type: "float" }, "msg", "payload", "payload"],
    [{ type: "text" }, "str", " ", " "],
    [{ type: "text" }, "str", "", undefined],
    [{ type: "date" }, "str", "2024-06-01T08:00:00+08:00", "1717200000000"],
    [{ type: "date" }, "str", "soon", "soon"],
    [undefined, "json", "", undefined],
  ];
  for (const [dataType, type, text, value] of cases) {
    it(`${dataType?.type ?? "unknown"}, ${type}: ${JSON.stringify(text)} is sent as ${value ?? "nothing"}`, () => {
      assert.deepEqual(typedEntry(dataType, type, text), value === undefined ? undefined : { type, value });
    });
  }

  it("a date reads as a date again", () => {
    assert.equal(
      shownEntry({ type: "date" }, { type: "str", value: "1717200000000" }),
      "2024-06-01T00:00:00.000Z",
    );
    assert.equal(shownEntry({ type: "date" }, { type: "msg", value: "1717200000000" }), "1717200000000");
  });

  it("is not carried over as the name of a property, nor a name as a value", () => {
    assert.notEqual(textKind("str"), textKind("msg"));
    assert.notEqual(textKind("json"), textKind("jsonata"));
    assert.equal(textKind("msg"), textKind("flow"));
  });
});

describe("form, whole message, expression", () => {
  it("each type of the flow file belongs to one of them", () => {
    for (const [mode, types] of Object.entries(typesOfMode)) {
      for (const type of types) assert.equal(modeOf(type), mode);
    }
  });

  it("JSON becomes a form and a form JSON", () => {
    const modes = new InputsModes();
    const asForm = modes.turn({ type: "json", value: '{"Level": 1.50}' }, "form", inputs);
    assert.deepEqual(asForm, { type: "form", value: '{"Level":{"type":"num","value":"1.50"}}' });
    const changed = { type: "form", value: '{"Level":{"type":"num","value":"2.0"}}' };
    assert.deepEqual(modes.turn(changed, "expression", inputs), { type: "json", value: '{"Level": 2.0}' });
  });

  it("the message is msg.payload, not the JSON that was there; and nothing is lost by looking", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          { type: "json", value: '{"Level": 1}' },
          { type: "jsonata", value: "payload" },
          { type: "msg", value: "data" },
          { type: "form", value: '{"Level":{"type":"msg","value":"x"}}' },
        ),
        fc.array(fc.constantFrom("form" as const, "message" as const, "expression" as const)),
        (first, turns) => {
          const modes = new InputsModes();
          let now: { type: string; value: string } = first;
          for (const mode of turns) if (mode !== modeOf(now.type)) now = modes.turn(now, mode, inputs);
          if (modeOf(now.type) === "message" && modeOf(first.type) !== "message") {
            assert.deepEqual(now, { type: "msg", value: "payload" });
          }
          if (modeOf(now.type) !== modeOf(first.type)) now = modes.turn(now, modeOf(first.type), inputs);
          assert.deepEqual(now, first);
        },
      ),
    );
  });
});

describe("a list beside its field", () => {
  it("never covers the field, wherever the field is", () => {
    const numbers = fc.integer({ min: 0, max: 1400 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 400, max: 1400 }), (top, height) => {
        const field = { top, bottom: top + 34 };
        const position = positionBeside(field, height, 70, { wanted: 240, min: 84 });
        const bottom = position.top + 70 + position.listHeight;
        assert.ok(position.top >= field.bottom || bottom <= field.top);
        assert.ok(position.listHeight >= 84 && position.listHeight <= 240);
      }),
    );
  });
});

describe("look-ups", () => {
  it("are made only for names that the platform can have", () => {
    for (const text of ["a b", "", "  ", "${PRODUCT}", "$(X)", "灯", "a/b"])
      assert.equal(plainName(text), undefined);
    assert.equal(plainName(" light01 "), "light01");
    fc.assert(fc.property(fc.string(), (text) => plainName(text) === undefined || isName(text.trim())));
  });
});

describe("a sentence of the platform", () => {
  it("ends with one full stop", () => {
    for (const [said, ended] of [
      ["The device is not found", "The device is not found."],
      ["Said already.", "Said already."],
      ["设备不存在", "设备不存在。"],
      ["设备不存在。", "设备不存在。"],
      ["", ""],
    ] as const) {
      assert.equal(withFullStop(said), ended);
    }
  });
});
