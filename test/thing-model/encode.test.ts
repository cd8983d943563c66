import assert from "node:assert/strict";
import { readArgs } from "../../lib/simulator/devices/args";
import { encodeArgs } from "../../lib/thing-model/encode";
import { encoded, inputsOf, lampService, serviceOf, textOf } from "./judge";

const percent = { type: "float", specs: { min: "0", max: "100", step: "0.1", unit: "%" } };
const byte = { type: "int", specs: { min: "0", max: "255", step: "1" } };
const long = { type: "int", specs: { min: "-9223372036854775808", max: "9223372036854775807" } };
const curve = { type: "enum", specs: { "0": "linear", "1": "ease-in", "5": "ease-out" } };
const power = { type: "bool", specs: { "0": "Off", "1": "On" } };
const date = { type: "date", specs: {} };
const title = { type: "text", specs: { length: "6" } };
const levels = { type: "array", specs: { size: "2", item: percent } };
const specs = [
  { identifier: "At", dataType: byte },
  { identifier: "Level", dataType: percent },
];
const steps = { type: "array", specs: { size: "2", item: { type: "struct", specs } } };

const dateWanted = "a date, as UTC milliseconds or as text like 2024-01-02T03:04:05Z";

type Row = [dataType: unknown, value: string, wire: string];

function eachOf(rows: Row[], isComputed = false): void {
  for (const [dataType, value, wire] of rows) {
    const { type } = dataType as { type: string };
    it(`${type} ${value.slice(0, 40)} → ${wire.slice(0, 70)}`, () => {
      assert.equal(encoded(dataType, value, { isComputed }), wire);
    });
  }
}

describe("args are written as the platform takes them:", () => {
  it("LoadScenes, byte for byte, from what people write", () => {
    const { text, problems } = encodeArgs(
      lampService("LoadScenes").inputs,
      `{ "Title": "Evening", "Enabled": true, "ValidFrom": "2024-01-02T03:04:05Z",
         "Color": { "Red": 255, "Green": "10", "Gamma": 2 }, "Levels": [20, 55.5],
         "Steps": [{ "At": 0, "Level": 20 }, { "At": 600, "Level": 0 }] }`,
    );
    assert.deepEqual(problems, []);
    assert.equal(
      text,
      '{"Title":"Evening","Enabled":1,"ValidFrom":"1704164645000","Color":{"Red":255,"Green":10,"Gamma":2.0},' +
        '"Levels":[20.0,55.5],"Steps":[{"At":0,"Level":20.0},{"At":600,"Level":0.0}]}',
    );
  });

  it("{} for no inputs", () => {
    assert.deepEqual(encodeArgs([], " {} "), { text: "{}", problems: [] });
  });

  eachOf([
    [percent, "10", "10.0"],
    [percent, "10.0", "10.0"],
    [percent, "10.50", "10.50"],
    [percent, '"10"', "10.0"],
    [percent, '" 12.5 "', "12.5"],
    [percent, '".5"', "0.5"],
    [percent, '"+7."', "7.0"],
    [percent, '"007"', "7.0"],
    [percent, "1e1", "10.0"],
    [percent, "5E-1", "0.5"],
    [percent, "-0", "0.0"],
    [percent, "0e999999999", "0.0"],
    [percent, "0", "0.0"],
    [percent, "100", "100.0"],
    [{ type: "float" }, "3.4028235e38", `34028235${"0".repeat(31)}.0`],
    [{ type: "double" }, "1e21", "1000000000000000000000.0"],
    [{ type: "double" }, "1e-7", "0.0000001"],
    [{ type: "double" }, "-1.5e300", `-15${"0".repeat(299)}.0`],
    [{ type: "double" }, "123456789.12345678901234567890", "123456789.12345678901234567890"],
    [{ type: "double" }, "0.30000000000000004", "0.30000000000000004"],
    [byte, "0", "0"],
    [byte, "255", "255"],
    [byte, "10.0", "10"],
    [byte, '"10.00"', "10"],
    [byte, "1e2", "100"],
    [byte, "-0.0", "0"],
    [{ type: "int" }, "-2147483648", "-2147483648"],
    [{ type: "int" }, "2147483647", "2147483647"],
    [long, "9223372036854775807", "9223372036854775807"],
    [long, "-9223372036854775808", "-9223372036854775808"],
    [long, "9007199254740993", "9007199254740993"],
    [power, "true", "1"],
    [power, "false", "0"],
    [power, "1", "1"],
    [power, "0", "0"],
    [power, '"true"', "1"],
    [power, '"False"', "0"],
    [power, '"0"', "0"],
    [power, '"On"', "1"],
    [{ type: "bool" }, "true", "1"],
    [curve, "5", "5"],
    [curve, "5.0", "5"],
    [curve, '"5"', "5"],
    [curve, '"ease-out"', "5"],
    [date, "1704164645000", '"1704164645000"'],
    [date, '"1704164645000"', '"1704164645000"'],
    [date, "1.704164645e12", '"1704164645000"'],
    [date, '"2024-01-02T03:04:05Z"', '"1704164645000"'],
    [date, '"2024-01-02T03:04:05.678Z"', '"1704164645678"'],
    [date, '"2024-01-02T03:04:05.678901z"', '"1704164645678"'],
    [date, '"2024-01-02T11:04:05+08:00"', '"1704164645000"'],
    [date, '"2024-01-02 11:04:05+0800"', '"1704164645000"'],
    [date, '"2024-01-02T11:04+08"', '"1704164640000"'],
    [date, '"2024-01-02"', '"1704153600000"'],
    [date, '"2024-02-29"', '"1709164800000"'],
    [date, "0", '"0"'],
    [title, '"Abc123"', '"Abc123"'],
    [title, '"\\u5ba2厅"', '"客厅"'],
    [title, '""', '""'],
    [title, '"\\ud800"', '"\\ud800"'],
    [levels, "[]", "[]"],
    [levels, "[1,2.5]", "[1.0,2.5]"],
    [steps, '[{"Level":1,"At":"2"}]', '[{"Level":1.0,"At":2}]'],
  ]);
});

describe("args that a flow computed lose the noise of binary fractions:", () => {
  eachOf(
    [
      [percent, "0.30000000000000004", "0.3"],
      [{ type: "double" }, "0.30000000000000004", "0.3"],
      [{ type: "double" }, "110.00000000000001", "110.0"],
      [{ type: "double" }, "0.9999999999999999", "1.0"],
      [{ type: "float" }, "20.100000381469727", "20.1"],
      [{ type: "double" }, "0.3333333333333333", "0.3333333333333333"],
      [{ type: "double" }, "1e+21", "1000000000000000000000.0"],
      [percent, "100.00000000000001", "100.0"],
      [percent, "99.9999999999986", "100.0"],
      [percent, "-5.551115123125783e-17", "0.0"],
      [byte, "7.999999999999999", "8"],
      [curve, "0.9999999999999999", "1"],
      [{ type: "int", specs: { min: "0", max: "100", step: "10" } }, "30.000000000000004", "30"],
      [long, "9007199254740993", "9007199254740993"],
      // Text was written by somebody, also in a computed message.
      [{ type: "double" }, '"0.30000000000000004"', "0.30000000000000004"],
    ],
    true,
  );

  it("but are not rounded if they are off the step", () => {
    for (const value of ["20.15", "20.1001", "20.100001", "25.37", "0.00000000001"]) {
      assert.equal(encoded(percent, value, { isComputed: true }), value);
    }
    assert.match(encoded(byte, "7.5", { isComputed: true }), /^x must be an integer/);
  });
});

describe("args that do not fit are named with what was expected and what came:", () => {
  const many = "1".repeat(50);
  const indexed = { type: "enum", specs: { "0": "1", "1": "2" } };
  eachOf([
    [percent, "120", "x must be from 0 to 100 %, but is the number 120"],
    [percent, "100.1", "x must be from 0 to 100 %, but is the number 100.1"],
    [percent, "-0.1", "x must be from 0 to 100 %, but is the number -0.1"],
    [percent, '"-0.1"', "x must be from 0 to 100 %, but is the text “-0.1”"],
    [percent, "1e400", "x must be from 0 to 100 %, but is the number 1e400"],
    [percent, "1e999999999", "x must be from 0 to 100 %, but is the number 1e999999999"],
    [percent, many, `x must be from 0 to 100 %, but is the number ${"1".repeat(39)}…`],
    [{ type: "double", specs: { min: "5" } }, "4", "x must be at least 5, but is the number 4"],
    [{ type: "double", specs: { max: "-5" } }, "-4", "x must be at most -5, but is the number -4"],
    [{ type: "float" }, "1e39", "x must be a number that a float can hold, but is the number 1e39"],
    [{ type: "double" }, "-1e309", "x must be a number that a double can hold, but is the number -1e309"],
    [
      { type: "double" },
      "1e-999999999",
      "x must be a number with no more decimals than a double can hold, but is the number 1e-999999999",
    ],
    [percent, '"10 %"', "x must be a number, but is the text “10 %”"],
    [percent, '"0x10"', "x must be a number, but is the text “0x10”"],
    [percent, '"1,5"', "x must be a number, but is the text “1,5”"],
    [percent, '"NaN"', "x must be a number, but is the text “NaN”"],
    [percent, '" "', "x must be a number, but is empty text"],
    [percent, "true", "x must be a number, but is the boolean true"],
    [percent, "null", "x must be a number, but is null"],
    [percent, "[1]", "x must be a number, but is an array"],
    [percent, "{}", "x must be a number, but is an object"],
    [byte, "10.5", "x must be an integer, but is the number 10.5"],
    [byte, "256", "x must be from 0 to 255, but is the number 256"],
    [{ type: "int" }, "2147483648", "x must be from -2147483648 to 2147483647, but is the number 2147483648"],
    [
      { type: "int", specs: { max: "5000000000" } },
      "-2147483649",
      "x must be from -2147483648 to 5000000000, but is the number -2147483649",
    ],
    [
      long,
      "9223372036854775808",
      "x must be from -9223372036854775808 to 9223372036854775807, but is the number 9223372036854775808",
    ],
    [power, "2", "x must be true, false or one of 0 (Off), 1 (On), but is the number 2"],
    [power, '"on"', "x must be true, false or one of 0 (Off), 1 (On), but is the text “on”"],
    [power, "null", "x must be true, false or one of 0 (Off), 1 (On), but is null"],
    [curve, "2", "x must be one of 0 (linear), 1 (ease-in), 5 (ease-out), but is the number 2"],
    [curve, "0.5", "x must be one of 0 (linear), 1 (ease-in), 5 (ease-out), but is the number 0.5"],
    [curve, '"Linear"', "x must be one of 0 (linear), 1 (ease-in), 5 (ease-out), but is the text “Linear”"],
    [curve, "true", "x must be one of 0 (linear), 1 (ease-in), 5 (ease-out), but is the boolean true"],
    [
      { type: "enum", specs: { "0": "slow", "1": "slow", "2": "fast" } },
      '"slow"',
      "x must be the number of its item, because the text “slow” fits more than one: 0 (slow), 1 (slow)",
    ],
    [
      indexed,
      '"1"',
      "x must be the number of its item, because the text “1” fits more than one: 0 (1), 1 (2)",
    ],
    [indexed, "1", "1"],
    [
      date,
      '"2024-01-02T03:04:05"',
      "x must name its time zone, as in 2024-01-02T03:04:05+08:00, but is the text “2024-01-02T03:04:05”",
    ],
    [date, '"2024-02-30"', `x must be ${dateWanted}, but is the text “2024-02-30”`],
    [date, '"2024-01-02T25:00Z"', `x must be ${dateWanted}, but is the text “2024-01-02T25:00Z”`],
    [date, '"02.01.2024"', `x must be ${dateWanted}, but is the text “02.01.2024”`],
    [date, "1704164645000.5", `x must be ${dateWanted}, but is the number 1704164645000.5`],
    [date, "1e17", `x must be ${dateWanted}, but is the number 1e17`],
    [date, "true", `x must be ${dateWanted}, but is the boolean true`],
    [date, "-1", "x must be a date of 1970 or later, but is the number -1"],
    [date, '"1969-12-31"', "x must be a date of 1970 or later, but is the text “1969-12-31”"],
    [title, '"Abc1234"', "x must have at most 6 bytes (UTF-8), but has 7"],
    [title, '"客厅灯"', "x must have at most 6 bytes (UTF-8), but has 9"],
    [title, "5.0", 'x must be text, but is the number 5.0; as text it is written "5.0"'],
    [title, "true", 'x must be text, but is the boolean true; as text it is written "true"'],
    [title, "null", "x must be text, but is null"],
    [title, "[]", "x must be text, but is an array"],
    [levels, "[1,2,3]", "x must have at most 2 elements, but has 3"],
    [levels, "{}", "x must be an array, but is an object"],
    [levels, "5", "x must be an array, but is the number 5"],
    [levels, '[1,"a"]', "x[1] must be a number, but is the text “a”"],
    [steps, "[1]", "x[0] must be an object, but is the number 1"],
    [steps, "[[]]", "x[0] must be an object, but is an array"],
    [steps, '[{"At":1,"Level":1},{"At":1}]', "x[1].Level is missing; expected: a number"],
    [steps, '[{"At":1,"Level":1,"at":2}]', "x[0].at is not in the thing model; known here: At, Level"],
  ]);

  it("all at once, and the rest is written for the wire", () => {
    const { text, problems } = encodeArgs(
      lampService("FadeTo").inputs,
      '{"Level":120,"level":10,"DurationMs":"5"}',
    );
    assert.equal(text, '{"Level":120,"level":10,"DurationMs":5}');
    assert.deepEqual(
      problems.map((problem) => `${problem.path} ${textOf(problem.text)}`),
      [
        "Level must be from 0 to 100 %, but is the number 120",
        "level is not in the thing model; known here: Level, DurationMs, Curve",
        "Curve is missing; expected: one of 0 (linear), 1 (ease-in), 2 (ease-out)",
      ],
    );
  });

  it("in Chinese too", () => {
    const { problems } = encodeArgs(
      lampService("FadeTo").inputs,
      '{"Level":120,"level":1,"DurationMs":true}',
    );
    assert.deepEqual(
      problems.map(({ text }) => textOf(text, "zh-CN")),
      [
        "必须在 0 到 100 % 之间，但现在是数字 120",
        "在物模型中不存在，此处可用：Level, DurationMs, Curve",
        "必须是整数，但现在是布尔值 true",
        "缺失，应为以下选项之一：0 (linear), 1 (ease-in), 2 (ease-out)",
      ],
    );
  });

  it("for a service without inputs", () => {
    const { text, problems } = encodeArgs([], '{"x":1.50}');
    assert.equal(text, '{"x":1.50}');
    assert.deepEqual(
      problems.map((problem) => textOf(problem.text)),
      ["is not in the thing model, which defines nothing here"],
    );
  });

  it("a key given twice, unless with the same value", () => {
    const twice = (args: string): string[] =>
      encodeArgs(inputsOf({ x: byte }), args).problems.map(({ path, text }) => `${path} ${textOf(text)}`);
    assert.deepEqual(twice('{"x":1,"x":1}'), []);
    assert.deepEqual(twice('{"x":1,"x":2}'), ["x is given more than once, with different values"]);
    assert.deepEqual(twice('{"x":1,"x":2,"x":{}}').length, 2);
  });

  it("__proto__ and its like, which are keys like any other", () => {
    const inputs = inputsOf({ x: byte });
    for (const key of ["__proto__", "constructor", "toString"]) {
      const { text, problems } = encodeArgs(inputs, `{"x":1,"${key}":{"x":1}}`);
      assert.equal(text, `{"x":1,"${key}":{"x":1}}`);
      assert.deepEqual(
        problems.map(({ path }) => path),
        [key],
      );
      assert.deepEqual(
        encodeArgs(serviceOf({ [key]: byte }).inputs, "{}").problems.map(({ path }) => path),
        [key],
      );
    }
  });

  it("a blank key, and one that would spoil the sentence", () => {
    const { problems } = encodeArgs([], `{"":1,"a\\nb":1,"${"k".repeat(90)}":1}`);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['""', "a b", `${"k".repeat(39)}…`],
    );
  });

  it("endless nesting, and what is not an object", () => {
    const deep = `{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    for (const args of [deep, "[]", "", "5", "{", "null"]) {
      const { text, problems } = encodeArgs(inputsOf({ x: byte }), args);
      assert.equal(text, args);
      assert.deepEqual(
        problems.map((problem) => [problem.path, problem.text.key]),
        [["", "check.unreadable"]],
      );
    }
  });

  it("numbers of a quarter of a megabyte, at once", () => {
    const digits = "7".repeat(250_000);
    for (const value of [digits, `"${digits}x"`, `0.${digits}`, `1e${digits}`, `1e-${digits}`]) {
      assert.equal(encodeArgs(inputsOf({ x: percent }), `{"x":${value}}`).problems.length, 1);
    }
  }).timeout(1000);
});

describe("an unknown data type", () => {
  const future = { type: "vector3", specs: { size: 3 } };

  it("accepts every value unchanged, while all others are checked", () => {
    const struct = {
      type: "struct",
      specs: [
        { identifier: "New", dataType: future },
        { identifier: "Level", dataType: percent },
      ],
    };
    const inputs = inputsOf({ a: future, b: struct, c: { type: "array", specs: { item: future } }, d: byte });
    const { text, problems } = encodeArgs(
      inputs,
      '{"a":[1, 2.50],"b":{"New":{"x":"y"},"Level":5},"c":true,"d":256}',
    );
    assert.equal(text, '{"a":[1,2.50],"b":{"New":{"x":"y"},"Level":5.0},"c":true,"d":256}');
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["d"],
    );
    assert.deepEqual(
      encodeArgs(inputs, '{"b":{}}').problems.map(({ path, text: { key } }) => `${path} ${key}`),
      [
        "b.New check.missing",
        "b.Level check.missing",
        ...["a", "c", "d"].map((name) => `${name} check.missing`),
      ],
    );
  });
});

describe("the simulator", () => {
  it("accepts the encoded args for every kind of input", () => {
    const types = { a: percent, b: byte, c: curve, d: power, e: date, f: title, g: steps };
    const args =
      '{"a":"1e1","b":10.0,"c":"ease-in","d":true,"e":"2024-01-02","f":"客厅","g":[{"At":1,"Level":0}]}';
    const service = serviceOf(types);
    const { text, problems } = encodeArgs(service.inputs, args);
    assert.deepEqual(problems, []);
    const reading = readArgs(text, service);
    assert.ok(reading.ok, text);
    assert.deepEqual(reading.args, {
      a: 10,
      b: 10,
      c: 1,
      d: 1,
      e: "1704153600000",
      f: "客厅",
      g: [{ At: 1, Level: 0 }],
    });
  });
});
