import assert from "node:assert/strict";
import { readArgs } from "../../lib/simulator/devices/args";
import { plausibleOutputs } from "../../lib/simulator/devices/outputs";
import { encodeArgs, encodeExactly } from "../../lib/thing-model/encode";
import { exampleArgs } from "../../lib/thing-model/example";
import { findService, readThingModel } from "../../lib/thing-model/model";
import { inputsOf, serviceOf, textOf } from "./judge";

const fields = Array.from({ length: 50 }, (_none, index) => ({
  identifier: `${"field".repeat(9)}${index}`,
  dataType: { type: "int" },
}));
const structs = { type: "array", specs: { size: "512", item: { type: "struct", specs: fields } } };
const many = { type: "array", specs: { item: { type: "struct", specs: fields } } };
const maxArgsBytes = 256 * 1024;

/** Reads of properties that a look at these parameters takes. */
function counted<T extends object>(value: T, counts: { reads: number }): T {
  return new Proxy(value, {
    get(target, key, receiver): unknown {
      counts.reads++;
      const member: unknown = Reflect.get(target, key, receiver);
      return typeof member === "object" && member !== null ? counted(member, counts) : member;
    },
  });
}

const emptyObjects = (count: number): string => `{"x":[${Array(count).fill("{}").join(",")}]}`;

describe("the work of the args check is bounded", () => {
  it("240 KB of [{},{},…] for an array of structs: one problem, and no element looked at", () => {
    const { text, problems } = encodeArgs(inputsOf({ x: structs }), emptyObjects(80_000));
    assert.deepEqual(
      problems.map((problem) => `${problem.path} ${textOf(problem.text)}`),
      ["x must have at most 512 elements, but has 80000"],
    );
    assert.equal(text, emptyObjects(80_000));
  });

  it("stops at the requested number of problems, and says that there are more", () => {
    const inputs = inputsOf({ x: many });
    const { problems, hasMore } = encodeArgs(inputs, emptyObjects(80_000));
    assert.deepEqual([problems.length, hasMore], [20, true]);
    assert.equal(encodeArgs(inputs, emptyObjects(80_000), { maxProblems: 7 }).problems.length, 7);
    assert.equal(encodeArgs(inputs, emptyObjects(1), { maxProblems: 50 }).problems.length, 50);
    assert.equal(encodeArgs(inputs, emptyObjects(1), { maxProblems: 50 }).hasMore, undefined);
  });

  it("reads as much of the model for ten thousand wrong elements as for a hundred", () => {
    const reads = (count: number): number => {
      const counts = { reads: 0 };
      encodeExactly(counted(inputsOf({ x: many }), counts), emptyObjects(count));
      return counts.reads;
    };
    assert.ok(reads(10_000) <= reads(100), `${reads(10_000)} reads, not ${reads(100)}`);
  });

  it("quotes of thousands of labels and of long names only the first, and those cut", () => {
    const labels = Object.fromEntries(
      Array.from({ length: 1000 }, (_none, key) => [key, "label".repeat(50)]),
    );
    const inputs = inputsOf({
      ["long".repeat(40)]: { type: "enum", specs: labels },
      s: { type: "struct", specs: fields },
    });
    const args = `{"${"long".repeat(40)}":"wrong","s":{"${"unknown".repeat(10_000)}":1}}`;
    for (const { path, text } of encodeArgs(inputs, args, { maxProblems: 100 }).problems) {
      assert.ok(path.length < 100, path);
      assert.ok(textOf(text).length < 1000, textOf(text));
    }
  });

  it("looks an item up once for each value, however many the model names", () => {
    const specs = Object.fromEntries(Array.from({ length: 1000 }, (_none, key) => [key, `item ${key}`]));
    const inputs = inputsOf({ x: { type: "array", specs: { item: { type: "enum", specs } } } });
    const counts = { reads: 0 };
    const args = `{"x":[${Array(10_000).fill('"item 999"').join(",")}]}`;
    const { problems } = encodeExactly(counted(inputs, counts), args);
    assert.deepEqual(problems, []);
    assert.ok(counts.reads < 1_000_000, `${counts.reads} reads`);
  });

  it("refuses args that grow beyond what a device takes when they are written out", () => {
    const inputs = inputsOf({ x: { type: "array", specs: { item: { type: "double" } } } });
    for (const number of ["1e300", "1e-300", "1"]) {
      const count = Math.floor((maxArgsBytes - 10) / (number.length + 1));
      const args = `{"x":[${Array(count).fill(number).join(",")}]}`;
      const { text, problems } = encodeArgs(inputs, args);
      assert.equal(text, args);
      assert.match(textOf(problems[0]!.text), /^Args exceed 256 KB/, number);
    }
  });

  it("measures size and depth before it parses", () => {
    const inputs = inputsOf({ x: { type: "int" } });
    const deep = encodeArgs(inputs, `{"x":${"[".repeat(200_000)}`);
    assert.deepEqual(
      deep.problems.map(({ text }) => text.key),
      ["check.unreadable"],
    );
    const large = encodeArgs(inputs, "[".repeat(5_000_000));
    assert.deepEqual(
      large.problems.map(({ text }) => text.key),
      ["check.too-large"],
    );
  });

  it("and the simulator names the first problem, briefly", () => {
    const labels = Object.fromEntries(
      Array.from({ length: 1000 }, (_none, key) => [key, "label".repeat(50)]),
    );
    const service = serviceOf({ x: many, e: { type: "enum", specs: labels } });
    for (const args of [
      emptyObjects(10_000),
      `{"${"k".repeat(100_000)}":1}`,
      `{"x":[],"e":5000}`,
      `{"x":${"[".repeat(200_000)}`,
    ]) {
      const reading = readArgs(args, service);
      assert.ok(!reading.ok);
      assert.ok(reading.problem.message.length < 1000, reading.problem.message);
    }
  });
});

describe("a thing model that multiplies", () => {
  it("2,000 input references to 2,000 properties of one name are 2,000 parameters at most", () => {
    const properties = Array.from({ length: 2000 }, () => ({ identifier: "a", dataType: { type: "int" } }));
    const inputData = Array.from({ length: 2000 }, () => "a");
    const reading = readThingModel({
      properties,
      services: [{ identifier: "get", callType: "async", inputData }],
    });
    const inputs = findService(reading.model, "get")?.inputs ?? [];
    assert.ok(inputs.length <= 2000, `${inputs.length} inputs`);
    assert.ok(!reading.ok && reading.problems.length <= 20);
  });

  it("megabytes of [1,1,…] give the first problems only", () => {
    const ones = Array.from({ length: 2_000_000 }, () => 1);
    for (const tsl of [
      ones,
      { services: ones },
      { properties: ones, events: ones, services: ones },
      { services: [{ identifier: "S", callType: "sync", inputData: ones, outputData: ones }] },
    ]) {
      const reading = readThingModel(tsl);
      assert.ok(!reading.ok);
      assert.ok(reading.problems.length <= 20, `${reading.problems.length} problems`);
      assert.ok(reading.problems.every(({ path, message }) => path.length + message.length < 500));
    }
  });

  it("structs that are the same object again and again are read a bounded number of times", () => {
    let reads = 0;
    let dataType: object = { type: "int" };
    for (let depth = 0; depth < 6; depth++) {
      const inner = dataType;
      const specs = Array.from({ length: 50 }, (_none, index) => ({
        identifier: `f${index}`,
        get dataType() {
          reads++;
          return inner;
        },
      }));
      dataType = { type: "struct", specs };
    }
    const inputs = inputsOf({ x: dataType });
    assert.ok(reads <= 200_000, `${reads} reads`);
    assert.equal(inputs.length, 1);
  });

  it("inputs, fields and labels beyond every platform leave their part unchecked, and refuse nothing", () => {
    const parameter = (_none: unknown, index: number): object => ({
      identifier: `p${index}`,
      dataType: { type: "int" },
    });
    const inputData = Array.from({ length: 3000 }, parameter);
    const { model } = readThingModel({ services: [{ identifier: "S", callType: "sync", inputData }] });
    assert.equal(findService(model, "S")?.isUnchecked, true);
    const specs = Object.fromEntries(Array.from({ length: 5000 }, (_none, key) => [key, `item ${key}`]));
    const inputs = inputsOf({
      e: { type: "enum", specs },
      s: { type: "struct", specs: Array.from({ length: 3000 }, parameter) },
    });
    assert.deepEqual(encodeArgs(inputs, '{"e":4999,"s":{"p2999":1}}').problems, []);
  });

  it("of the largest size that a platform accepts is read completely", () => {
    const identifier = (index: number): string => `${"i".repeat(46)}${index}`;
    const specs = Object.fromEntries(Array.from({ length: 100 }, (_none, key) => [key, `item ${key}`]));
    const parameters = Array.from({ length: 100 }, (_none, index) => ({
      identifier: identifier(index),
      dataType: { type: "enum", specs },
    }));
    const services = Array.from({ length: 300 }, (_none, index) => ({
      identifier: identifier(index),
      callType: "sync",
      inputData: index === 299 ? parameters : parameters.slice(0, 2),
      outputData: [],
    }));
    const reading = readThingModel({ services });
    assert.ok(reading.ok);
    assert.equal(findService(reading.model, identifier(299))?.inputs.length, 100);
  });

  it("of arrays within arrays has a small example, and small outputs in the simulator", () => {
    let dataType: object = { type: "struct", specs: fields };
    for (let depth = 0; depth < 5; depth++) {
      const inner = { type: "array", specs: { item: dataType } };
      const specs = [0, 1, 2].map((index) => ({ identifier: `f${index}`, dataType: inner }));
      dataType = depth % 2 === 0 ? { type: "struct", specs } : inner;
    }
    const inputs = inputsOf({ x: dataType });
    assert.deepEqual(encodeArgs(inputs, exampleArgs(inputs, 0)).problems, []);
    assert.ok(exampleArgs(inputs, 0).length < maxArgsBytes);
    assert.ok(JSON.stringify(plausibleOutputs(inputs, 0)).length < maxArgsBytes);
  });
});
