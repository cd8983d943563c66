import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import {
  findService,
  readThingModel,
  type ThingModel,
  type ThingModelProblem,
} from "../../lib/thing-model/model";

const lamp: unknown = JSON.parse(readFileSync(path.resolve("test/simulator/files/lamp.json"), "utf8"));

function model(tsl: unknown): ThingModel {
  const reading = readThingModel(tsl);
  assert.ok(reading.ok, reading.ok ? "" : JSON.stringify(reading.problems));
  return reading.model;
}

function problems(tsl: unknown): ThingModelProblem[] {
  const reading = readThingModel(tsl);
  assert.ok(!reading.ok);
  return reading.problems;
}

/** A service S with one input of this data type. */
function withInput(dataType: unknown): unknown {
  return { services: [{ identifier: "S", callType: "sync", inputData: [{ identifier: "x", dataType }] }] };
}

describe("a thing model is read", () => {
  it("whole: product, properties, events and services", () => {
    const { productKey, version, modules } = model(lamp);
    assert.deepEqual([productKey, version, modules.length], ["a1BwAGV0001", "1.0", 1]);
    const [module] = modules;
    assert.deepEqual(
      module?.properties.map((property) => property.identifier),
      ["PowerSwitch", "Brightness", "ErrorCode"],
    );
    assert.deepEqual(
      module?.events.map((event) => event.type),
      ["info", "alert"],
    );
    assert.deepEqual(
      module?.services.map((service) => [service.identifier, service.callType, service.generated]),
      [
        ["set", "async", true],
        ["get", "async", true],
        ["Reboot", "async", false],
        ["FadeTo", "sync", false],
        ["LoadScenes", "async", false],
      ],
    );
  });

  it("numbers that are text become numbers; labels keep their order", () => {
    const service = findService(model(lamp), "FadeTo");
    assert.deepEqual(
      service?.inputs.map((input) => input.dataType),
      [
        { type: "float", min: 0, max: 100, step: 0.1, unit: "%" },
        { type: "int", min: 0, max: 60000, step: 1, unit: "ms" },
        { type: "enum", items: ["linear", "ease-in", "ease-out"].map((label, value) => ({ value, label })) },
      ],
    );
  });

  it("structs and arrays of structs", () => {
    const inputs = findService(model(lamp), "LoadScenes")?.inputs ?? [];
    const steps = inputs.find((input) => input.identifier === "Steps")?.dataType;
    assert.ok(steps?.type === "array" && steps.item.type === "struct");
    assert.deepEqual([steps.size, steps.item.fields.map((field) => field.identifier)], [4, ["At", "Level"]]);
  });

  it("the generated get lists property names, which become parameters", () => {
    const get = findService(model(lamp), "get");
    assert.deepEqual(
      get?.inputs.map((input) => [input.identifier, input.dataType.type]),
      [
        ["PowerSwitch", "bool"],
        ["Brightness", "float"],
        ["ErrorCode", "enum"],
      ],
    );
    const unknown = { services: [{ identifier: "get", callType: "async", inputData: ["Nothing"] }] };
    assert.deepEqual(findService(model(unknown), "get")?.inputs, []);
  });

  it("even if specs, names and lists are missing", () => {
    const read = model({ services: [{ identifier: "S", callType: "async" }], events: null });
    assert.deepEqual(findService(read, "S"), {
      identifier: "S",
      name: "S",
      description: "",
      callType: "async",
      inputs: [],
      outputs: [],
      generated: false,
    });
    const typeOf = (dataType: unknown): unknown =>
      findService(model(withInput(dataType)), "S")?.inputs[0]?.dataType;
    assert.deepEqual(typeOf({ type: "date" }), { type: "date" });
    assert.deepEqual(typeOf({ type: "double" }), { type: "double" });
    assert.deepEqual(typeOf({ type: "int", specs: { min: "", max: 5 } }), { type: "int", max: 5 });
    assert.deepEqual(typeOf({ type: "text" }), { type: "text" });
    assert.deepEqual(typeOf({ type: "bool" }), {
      type: "bool",
      items: [
        { value: 0, label: "0" },
        { value: 1, label: "1" },
      ],
    });
    assert.deepEqual(typeOf({ type: "array", specs: { item: { type: "float" } } }), {
      type: "array",
      item: { type: "float" },
    });
  });

  it("of several modules: each service found under its module's name", () => {
    const service = (name: string): object => ({ identifier: "S", name, callType: "sync" });
    const read = model([
      { services: [service("of the default module")] },
      { functionBlockId: "fb", functionBlockName: "Light", services: [service("of fb")] },
    ]);
    assert.equal(findService(read, "S")?.name, "of the default module");
    assert.equal(findService(read, "fb:S")?.name, "of fb");
    for (const identifier of ["fb:T", "no:S", "", ":", "__proto__", "constructor"]) {
      assert.equal(findService(read, identifier), undefined, identifier);
    }
  });

  const wrong: [unknown, string, RegExp][] = [
    [null, "", /^expected a thing model, an object, got null$/],
    ["{}", "", /got "\{\}"$/],
    [[], "", /empty array/],
    [{}, "", /found no services, properties or events/],
    [[{ services: [] }, { services: [] }], "", /^module "" occurs more than once$/],
    [{ services: {} }, "services", /^expected an array, got an object$/],
    [{ services: ["S"] }, "services[0]", /^expected a service, an object, got "S"$/],
    [{ services: [{ callType: "sync" }] }, "services[0].identifier", /^expected an identifier, got nothing$/],
    [
      { services: [{ identifier: "S" }] },
      "services[0].callType",
      /^expected one of async, sync, got nothing$/,
    ],
    [
      { services: ["a", "a"].map((identifier) => ({ identifier, callType: "sync" })) },
      "services",
      /^service "a" occurs more than once$/,
    ],
    [withInput(undefined), "services[0].inputData[0].dataType", /got nothing$/],
    [withInput({ type: "int32" }), "services[0].inputData[0].dataType.type", /got "int32"$/],
    [
      withInput({ type: "int", specs: { min: "low" } }),
      "services[0].inputData[0].dataType.specs.min",
      /got "low"$/,
    ],
    [
      withInput({ type: "int", specs: { min: "5", max: "1" } }),
      "services[0].inputData[0].dataType.specs",
      /above/,
    ],
    [withInput({ type: "enum", specs: {} }), "services[0].inputData[0].dataType.specs", /needs its items/],
    [
      withInput({ type: "enum", specs: { a: "A" } }),
      "services[0].inputData[0].dataType.specs",
      /integer keys/,
    ],
    [withInput({ type: "array" }), "services[0].inputData[0].dataType.specs", /got nothing$/],
    [
      withInput({ type: "struct", specs: [{}] }),
      "services[0].inputData[0].dataType.specs[0].identifier",
      /identifier/,
    ],
  ];
  for (const [tsl, at, message] of wrong) {
    it(`and its mistake named: ${at || "(top)"} ${String(message)}`, () => {
      const [first] = problems(tsl);
      assert.equal(first?.path, at);
      assert.match(first.message, message);
    });
  }

  it("and what is beside the mistake stays usable", () => {
    const reading = readThingModel({
      services: [
        { callType: "sync" },
        {
          identifier: "New",
          callType: "sometimes",
          inputData: [
            { identifier: "a", dataType: { type: "vector3" } },
            { identifier: "b", dataType: { type: "struct", specs: [{ identifier: "c", dataType: {} }] } },
            {},
          ],
        },
        { identifier: "Old", callType: "sync", inputData: [{ identifier: "a", dataType: { type: "int" } }] },
      ],
    });
    assert.ok(!reading.ok);
    const { services = [] } = reading.model.modules[0] ?? {};
    assert.deepEqual(
      services.map(({ identifier, inputs }) => [
        identifier,
        ...inputs.map((input) => `${input.identifier} ${input.isUnchecked ? "unchecked" : "checked"}`),
      ]),
      [
        ["New", "a unchecked", "b checked"],
        ["Old", "a checked"],
      ],
    );
    const [, struct] = services[0]?.inputs ?? [];
    assert.ok(struct?.dataType.type === "struct" && struct.dataType.fields[0]?.isUnchecked);
    assert.deepEqual(readThingModel(null).model.modules, [
      { id: "", name: "", properties: [], events: [], services: [] },
    ]);
  });

  it("limits that JavaScript cannot hold keep their digits", () => {
    const specs = { min: "-9223372036854775808", max: "9223372036854775807", step: "1.0" };
    const { modules } = model(withInput({ type: "int", specs }));
    const dataType = modules[0]?.services[0]?.inputs[0]?.dataType;
    assert.ok(dataType?.type === "int");
    assert.deepEqual(dataType.exact, { min: specs.min, max: specs.max });
  });

  it("names every mistake, not only the first", () => {
    assert.equal(problems({ services: [{}, { identifier: "S", callType: "x" }], properties: 5 }).length, 4);
  });

  it("and ends if structs are nested without end", () => {
    let dataType: unknown = { type: "int" };
    for (let depth = 0; depth < 2000; depth++) {
      dataType = { type: "struct", specs: [{ identifier: "f", dataType }] };
    }
    assert.match(problems(withInput(dataType)).at(-1)?.message ?? "", /nested too deeply/);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        assert.equal(typeof readThingModel(value).ok, "boolean");
        assert.equal(typeof readThingModel({ services: [value], properties: value }).ok, "boolean");
        assert.equal(typeof readThingModel(withInput(value)).ok, "boolean");
      }),
    );
  });
});
