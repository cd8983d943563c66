import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import type { ModelSource } from "../../lib/invocation/model-source";
import { PropertyCheck } from "../../lib/invocation/property-check";
import { readItems } from "../../lib/invocation/property-items";
import type { PropertyCommand } from "../../lib/invocation/property-operation";
import { readVersions } from "../../lib/invocation/property-versions";
import { moduleIdOf, readThingModel, type ThingModel } from "../../lib/thing-model/model";
import { unicode } from "../support/unicode";

/** What a hostile flow may call a property. */
const name = fc.oneof(
  fc.constantFrom(
    ..."Target Power fan:Speed __proto__ constructor toString items value a:b:c property:Power fan: :Speed".split(
      " ",
    ),
    ..."* Pow* pk/dn/Power property:*/Power P\u043ewer \uff30ower power POWER Power\u200b Power\u0000 # \ud83d".split(
      " ",
    ),
    "Power ",
    " Power",
    "Power\n",
    "",
  ),
  unicode({ maxLength: 8 }),
);
const value = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    "1",
    "01",
    "1e3",
    true,
    null,
    "",
    [1],
    { Hour: 1 },
    { value: 1 },
    { value: 1, time: 2 },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const members = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 5 });

const jsonOf = (all: readonly (readonly [string, unknown])[]): string =>
  `{${all.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(",")}}`;

/** JSON text of what a flow hands over, whose names may come twice. */
const text = fc.oneof(
  members.map(jsonOf),
  members.map((all) => `{"items":${jsonOf(all)}}`),
  members.map((all) => `{"items":${jsonOf(all.map(([key, item]) => [key, { value: item, time: 1 }]))}}`),
  fc.tuple(members, members).map(([some, others]) => `{"items":${jsonOf(some)},"items":${jsonOf(others)}}`),
);

/** What would be judged and sent; undefined where it is refused. */
function itemsIn(given: unknown): { text: string; names: readonly string[] } | undefined {
  try {
    return readItems({ value: given, source: "msg.payload" });
  } catch (error) {
    assert.ok(error instanceof Failure && error.code === "invalid-input", String(error));
    return undefined;
  }
}

const namesIn = (source: string): string[] => Object.keys(JSON.parse(source) as object).toSorted();

/** A device with three properties, of which one is in a module. */
function modelOf(moduleId: string): ThingModel {
  const names = moduleId === "fan" ? ["Speed"] : ["Target", "Power"];
  const properties = names.map((identifier) => ({
    identifier,
    name: identifier,
    accessMode: "rw",
    dataType: { type: "float", specs: {} },
  }));
  return readThingModel({ functionBlockId: moduleId, properties, services: [], events: [] }).model;
}
const byModule = new Map(["", "fan"].map((id) => [id, modelOf(id)]));
const kept = (_target: unknown, of: string): ThingModel | undefined => byModule.get(moduleIdOf(of));
const models = {
  kept,
  get: async () => modelOf(""),
  renew: async () => modelOf(""),
} as unknown as ModelSource;
const check = new PropertyCheck("warn", () => undefined, String);
const target = { productKey: "a1", deviceName: "d" };

describe("the names that the rules of an account judge", () => {
  it("are a thousand at most, which the rules of an account can judge at once", () => {
    const items = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_none, index) => [`p${index}`, 1]));
    assert.equal(readItems({ value: items(1000), source: "msg.payload" }).names.length, 1000);
    assert.throws(
      () => readItems({ value: items(1001), source: "msg.payload" }),
      (error) => error instanceof Failure && error.code === "invalid-input" && error.outcome === "not-sent",
    );
  });

  it("are exactly those of the text that is sent, whatever a flow hands over", () => {
    fc.assert(
      fc.property(text, fc.boolean(), (source, isText) => {
        const items = itemsIn(isText ? source : JSON.parse(source));
        if (!items) return;
        assert.deepEqual([...items.names].toSorted(), namesIn(items.text));
        for (const one of items.names) assert.match(one, /^[A-Za-z0-9_-]+(?::[A-Za-z0-9_-]+)?$/);
      }),
      { numRuns: 3000 },
    );
  });

  it("are those of the text that is sent once it was converted, also where its problems are only warned of", async () => {
    const isComputed = fc.boolean();
    await fc.assert(
      fc.asyncProperty(
        text,
        isComputed,
        fc.constantFrom("now", "desired"),
        async (source, isObject, mode) => {
          const items = itemsIn(isObject ? JSON.parse(source) : source);
          if (!items) return;
          const { names } = items;
          const command = { target, items: items.text, names, mode, qos: 0, versions: "{}" };
          const fitted = await check.apply(models, {
            ...command,
            areItemsComputed: isObject,
          } as PropertyCommand);
          assert.deepEqual(namesIn(fitted.items), [...fitted.names].toSorted());
          assert.deepEqual([...fitted.names], [...names]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("are read from what is sent: a getter, a toJSON or a proxy cannot answer twice", () => {
    let reads = 0;
    const turning = {
      get Target() {
        return ++reads;
      },
    };
    assert.deepEqual(itemsIn(turning), { text: '{"Target":1}', isComputed: true, names: ["Target"] });
    let asked = 0;
    const changing = { toJSON: () => (++asked === 1 ? { Target: 1 } : { Power: 1 }) };
    assert.deepEqual(itemsIn(changing)?.names, ["Target"]);
    assert.equal(asked, 1);
    assert.equal(itemsIn(new Proxy({ Target: 1 }, {})), undefined);
    const inherited = Object.create({ Power: 1 }, { Target: { value: 1, enumerable: true } }) as object;
    assert.deepEqual(itemsIn(inherited)?.names, ["Target"]);
    const hidden = Object.defineProperty({ Target: 1 }, "Power", { value: 1, enumerable: false });
    assert.equal(itemsIn(hidden)?.text, '{"Target":1}');
  });
});

describe("the versions of a property set", () => {
  it("are of properties that are set, and nothing else, whatever a flow hands over", () => {
    fc.assert(
      fc.property(text, members, (source, versions) => {
        const items = itemsIn(source);
        if (!items) return;
        try {
          const written = readVersions({ value: jsonOf(versions), source: "msg.versions" }, items.names);
          for (const [one, version] of Object.entries(JSON.parse(written) as object)) {
            assert.ok(items.names.includes(one), one);
            assert.ok(Number.isSafeInteger(version), one);
          }
        } catch (error) {
          assert.ok(error instanceof Failure && error.code === "invalid-input", String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
