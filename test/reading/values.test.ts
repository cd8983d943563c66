import assert from "node:assert/strict";
import { readMoment } from "../../lib/reading/moment";
import { typedValue, typeNamed } from "../../lib/reading/values";
import type { DataType } from "../../lib/thing-model/model";

describe("a value that the platform gives as text", () => {
  const choices = [
    { value: 0, label: "Off" },
    { value: 1, label: "On" },
  ];
  const color: DataType = {
    type: "struct",
    fields: [
      { identifier: "Red", name: "Red", dataType: { type: "int" } },
      { identifier: "IsOn", name: "IsOn", dataType: { type: "bool", items: choices } },
      { identifier: "Since", name: "Since", dataType: { type: "date" } },
    ],
  };
  const rows: [given: unknown, type: DataType | undefined, expected: object][] = [
    ["32.46", { type: "float" }, { value: 32.46 }],
    ["10.0", { type: "double" }, { value: 10 }],
    ["-7", { type: "int" }, { value: -7 }],
    ["9007199254740993", { type: "int" }, { value: "9007199254740993" }],
    // JavaScript has this very number, but not the one after it.
    ["9007199254740994", { type: "double" }, { value: "9007199254740994" }],
    ["warm", { type: "float" }, { value: "warm" }],
    ["1", { type: "bool", items: choices }, { value: 1, label: "On" }],
    ["false", { type: "bool", items: choices }, { value: 0, label: "Off" }],
    ["7", { type: "enum", items: choices }, { value: 7 }],
    ["0012", { type: "text" }, { value: "0012" }],
    ["1579249151178", { type: "date" }, { value: "1579249151178", iso: "2020-01-17T08:19:11.178Z" }],
    [1_579_249_151_178, { type: "date" }, { value: "1579249151178", iso: "2020-01-17T08:19:11.178Z" }],
    ["soon", { type: "date" }, { value: "soon" }],
    [
      '{"Red":"5","IsOn":true,"Since":1579249151178,"More":1}',
      color,
      { value: { Red: 5, IsOn: 1, Since: "1579249151178", More: 1 } },
    ],
    ['[{"Red":1},"x"]', { type: "array", item: color }, { value: [{ Red: 1 }, "x"] }],
    ['["1.5",2]', { type: "array", item: { type: "float" } }, { value: [1.5, 2] }],
    ["[1,2", { type: "array", item: { type: "float" } }, { value: "[1,2" }],
    ["5", undefined, { value: "5" }],
    ['{"a":12345678901234567890}', typeNamed("struct"), { value: { a: "12345678901234567890" } }],
    ["[1,2.5]", typeNamed("array"), { value: [1, 2.5] }],
    ["1", typeNamed("bool"), { value: 1 }],
    ["5", typeNamed("color"), { value: "5" }],
  ];
  for (const [given, type, expected] of rows) {
    it(`${JSON.stringify(given)} as ${type?.type ?? "a type that is not known"} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(typedValue(given, type), expected);
    });
  }
});

describe("a time of a history", () => {
  const now = Date.UTC(2026, 0, 31, 8);
  const hour = 3_600_000;
  const rows: [given: unknown, expected: ReturnType<typeof readMoment>][] = [
    [now - 5, now - 5],
    [String(now), now],
    [new Date(now), now],
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    [" 2026-01-31T08:00+08:00 ", Date.UTC(2026, 0, 31)],
    ["PT1H", now - hour],
    ["pt1h30m", now - 1.5 * hour],
    ["P1DT12H", now - 36 * hour],
    ["P2W", now - 14 * 24 * hour],
    ["PT0.5S", now - 500],
    ["PT1,5H", now - 1.5 * hour],
    ["2026-01-31T08:00", "no-zone"],
    ["2026-02-30", undefined],
    ["P1M", undefined],
    ["P1Y", undefined],
    ["P", undefined],
    ["PT", undefined],
    ["-PT1H", undefined],
    ["P1H", undefined],
    ["1h", undefined],
    ["", undefined],
    [Number.NaN, undefined],
    [1e20, undefined],
    [new Date(Number.NaN), undefined],
    [true, undefined],
    [{}, undefined],
  ];
  for (const [given, expected] of rows) {
    it(`${given instanceof Date ? `the date ${given.getTime()}` : JSON.stringify(given)} is ${expected ?? "none"}`, () => {
      assert.equal(readMoment(given, now), expected);
    });
  }
});
