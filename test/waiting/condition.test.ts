import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { DataType } from "../../lib/thing-model/data-type";
import { type Condition, meets } from "../../lib/waiting/condition";
import { partAt, readSubject, subjectText, typeAt } from "../../lib/waiting/value-path";

type Plain = Exclude<Condition, { name: "jsonata" }>;

const isMet = (name: Plain["name"], value: unknown, limits: unknown[] = [], type?: DataType): boolean =>
  meets({ name, value: limits[0], value2: limits[1] }, value, type);

describe("a condition", () => {
  it("is met below, at or above its limit", () => {
    const expected: Partial<Record<Plain["name"], [below: boolean, at: boolean, above: boolean]>> = {
      eq: [false, true, false],
      neq: [true, false, true],
      lt: [true, false, false],
      lte: [true, true, false],
      gt: [false, false, true],
      gte: [false, true, true],
    };
    for (const [name, met] of Object.entries(expected) as [Plain["name"], boolean[]][]) {
      for (const limit of [30, "30", "30.0"]) {
        assert.deepEqual(
          [29.999, 30, 30.001].map((value) => isMet(name, value, [limit])),
          met,
          `${name} ${limit}`,
        );
      }
    }
  });

  it("between takes both limits in, whichever is larger", () => {
    for (const limits of [
      [10, 20],
      [20, 10],
    ]) {
      assert.deepEqual(
        [9.9, 10, 15, 20, 20.1].map((value) => isMet("between", value, limits)),
        [false, true, true, true, false],
      );
    }
  });

  it("true and false are what devices write for them", () => {
    for (const value of [1, true, "1", "true"]) {
      assert.deepEqual([isMet("true", value), isMet("false", value)], [true, false], String(value));
    }
    for (const value of [0, false, "0", "false"]) {
      assert.deepEqual([isMet("true", value), isMet("false", value)], [false, true], String(value));
    }
    for (const value of [2, "on", null, {}, []]) {
      assert.deepEqual([isMet("true", value), isMet("false", value)], [false, false], JSON.stringify(value));
    }
  });

  it("compares text, structs and arrays as they are, and numbers by value", () => {
    assert.ok(isMet("eq", "open", ["open"]));
    assert.ok(!isMet("eq", "Open", ["open"]));
    assert.ok(isMet("eq", { Red: 1, Green: 2 }, [{ Red: 1 }]), "the fields that are named");
    assert.ok(isMet("eq", [1, 2.5], [[1, 2.5]]));
    assert.ok(isMet("neq", [1, 2], [[1, 2.5]]));
    assert.ok(isMet("eq", 1, [true]));
  });

  it("holds every digit of integers beyond 2^53, which come as text", () => {
    assert.ok(isMet("eq", "9007199254740993", ["9007199254740993"]));
    assert.ok(!isMet("eq", "9007199254740993", ["9007199254740992"]));
    assert.ok(isMet("neq", "9007199254740993", [9007199254740992]));
    assert.ok(isMet("gt", "9007199254740993", ["9007199254740992"]));
    assert.ok(!isMet("gt", "9007199254740992", ["9007199254740993"]));
  });

  it("a float is at the limit if single precision has it there", () => {
    const reported = Math.fround(21.37);
    const float: DataType = { type: "float" };
    assert.notEqual(reported, 21.37);
    assert.ok(isMet("eq", reported, [21.37], float));
    assert.ok(isMet("gte", reported, [21.37], float));
    assert.ok(isMet("lte", reported, [21.37], float));
    assert.ok(!isMet("lt", reported, [21.37], float));
    assert.ok(!isMet("neq", reported, [21.37], float));
  });

  it("of an order is never met by what is no number, and nothing is met by nothing", () => {
    for (const name of ["lt", "lte", "gt", "gte", "between"] as const) {
      for (const value of ["warm", "", null, true, {}, [5], Number.NaN]) {
        assert.ok(!isMet(name, value, [0, 100]), `${name} ${JSON.stringify(value)}`);
      }
    }
    for (const name of ["eq", "neq", "lt", "between", "true", "false", "any"] as const) {
      assert.ok(!isMet(name, undefined, [1, 2]), name);
    }
    assert.ok(isMet("any", null));
  });

  it("orders any two numbers as JavaScript does, as numbers or as text", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (value, limit, isText) => {
          const given = isText ? String(limit) : limit;
          assert.equal(isMet("lt", value, [given]), value < limit);
          assert.equal(isMet("lte", value, [given]), value <= limit);
          assert.equal(isMet("gt", value, [given]), value > limit);
          assert.equal(isMet("gte", value, [given]), value >= limit);
        },
      ),
    );
  });

  it("never throws, whatever a device posts and whatever it is compared with", () => {
    const names = ["eq", "neq", "lt", "lte", "gt", "gte", "between", "true", "false", "any"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.jsonValue(),
        fc.jsonValue(),
        fc.jsonValue(),
        (name, ...values) => {
          const [value, ...limits] = values;
          assert.equal(typeof isMet(name, value, limits), "boolean");
        },
      ),
    );
  });
});

describe("an identifier with a path", () => {
  const pathOf = (text: string): unknown => {
    const subject = readSubject("property", text);
    return subject && [subject.name, ...subject.path];
  };

  it("names a property, and the way to a part of its value", () => {
    assert.deepEqual(pathOf("Temperature"), ["Temperature"]);
    assert.deepEqual(pathOf("Color.Red"), ["Color", "Red"]);
    assert.deepEqual(pathOf("lamp:Color.Red"), ["lamp:Color", "Red"]);
    assert.deepEqual(pathOf("Steps[1].Level"), ["Steps", 1, "Level"]);
    assert.equal(subjectText(readSubject("event", "Steps[1].Level")!), "Steps[1].Level");
  });

  it("is not taken for one where it is none", () => {
    for (const text of [
      "",
      ".Red",
      "Color.",
      "Color..Red",
      "Color[x]",
      "Color[1",
      "a b",
      "面板",
      "a:b:c",
      "[0]",
    ]) {
      assert.equal(pathOf(text), undefined, text);
    }
    assert.equal(pathOf(`a${".b".repeat(30)}`), undefined);
  });

  it("leads only to what the device has sent", () => {
    assert.equal(partAt({ Red: 5 }, ["Red"]), 5);
    assert.equal(partAt([{ Level: 1 }, { Level: 2 }], [1, "Level"]), 2);
    for (const path of [["Blue"], ["__proto__"], ["constructor"], ["toString", "name"], ["Red", "x"]]) {
      assert.equal(partAt({ Red: 5 }, path), undefined, path.join());
    }
    for (const value of [undefined, null, 5, "text"]) assert.equal(partAt(value, ["length"]), undefined);
  });

  it("has the type of that part", () => {
    const float: DataType = { type: "float" };
    const color: DataType = { type: "struct", fields: [{ identifier: "Red", name: "Red", dataType: float }] };
    assert.equal(typeAt({ type: "array", item: color }, [0, "Red"]), float);
    assert.equal(typeAt(color, ["Blue"]), undefined);
    assert.equal(typeAt(float, ["Red"]), undefined);
    assert.equal(typeAt(undefined, []), undefined);
  });
});
