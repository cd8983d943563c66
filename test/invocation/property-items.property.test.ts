import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import type { ModelSource } from "../../lib/invocation/model-source";
import { PropertyCheck } from "../../lib/invocation/property-check";
import { readItems } from "../../lib/invocation/property-items";
import { readItems as judgeItems } from "../../lib/simulator/devices/items";
import { encodeArgs } from "../../lib/thing-model/encode";
import { type Property, readThingModel, type ThingModel } from "../../lib/thing-model/model";
import { propertySetOf } from "../../lib/thing-model/property-set";
import { type ThingCase, thingCase } from "../thing-model/cases";

const moduleIds = ["", "fan", "heat_2"];

interface Drawn {
  inModule: number;
  isReadOnly: boolean;
  /** Whether the call sets it. */
  isSet: boolean;
  thing: ThingCase;
}

const drawn = fc.record<Drawn>({
  inModule: fc.nat({ max: 2 }),
  isReadOnly: fc.boolean(),
  isSet: fc.boolean(),
  thing: thingCase,
});
const models = fc.array(drawn, { minLength: 1, maxLength: 6 });

const nameOf = ({ inModule }: Drawn, index: number): string =>
  inModule === 0 ? `p${index}` : `${moduleIds[inModule]}:p${index}`;

/** The TSL of one module. */
function modelOf(all: readonly Drawn[], moduleId: string): ThingModel {
  const properties = all.flatMap(({ inModule, isReadOnly, thing }, index) => {
    if (moduleIds[inModule] !== moduleId) return [];
    const accessMode = isReadOnly ? "r" : "rw";
    return [{ identifier: `p${index}`, name: "p", accessMode, dataType: thing.dataType }];
  });
  return readThingModel({ functionBlockId: moduleId, properties, services: [], events: [] }).model;
}

/** The simulator's own view of all modules. */
function judged(text: string, all: readonly Drawn[], allowsNull = false): ReturnType<typeof judgeItems> {
  const properties = moduleIds.flatMap((moduleId) =>
    modelOf(all, moduleId).modules.flatMap((module) =>
      module.properties.map((property): Property => ({
        ...property,
        identifier: moduleId === "" ? property.identifier : `${moduleId}:${property.identifier}`,
      })),
    ),
  );
  return judgeItems(text, { properties, maxItems: 200, allowsNull });
}

function sourceOf(all: readonly Drawn[]): ModelSource {
  const byModule = new Map(moduleIds.map((moduleId) => [moduleId, modelOf(all, moduleId)]));
  const kept = (_target: unknown, name: string): ThingModel =>
    byModule.get(name.includes(":") ? name.split(":")[0]! : "")!;
  return { kept, get: async (...asked) => kept(...asked), renew: async (...asked) => kept(...asked) };
}

describe("property sets for any thing model", () => {
  const checkOf = (mode: "error" | "off"): PropertyCheck =>
    new PropertyCheck(mode, (text) => assert.fail(text.key), String);
  const target = { productKey: "a1", deviceName: "d" };

  async function written(all: readonly Drawn[], value: unknown, mode: "now" | "desired"): Promise<string> {
    const { text, isComputed, names } = readItems({ value, source: "msg.payload" });
    const command = {
      target,
      items: text,
      names,
      areItemsComputed: isComputed,
      mode,
      qos: 0,
      versions: "{}",
    };
    return (await checkOf("error").apply(sourceOf(all), command as never)).items;
  }

  it("that fit it, in whatever spelling, are taken by the platform once they are written", async () => {
    await fc.assert(
      fc.asyncProperty(models, fc.nat({ max: 2 }), fc.boolean(), async (all, spelling, isReported) => {
        const set = all.map((one) => ({ ...one, isReadOnly: one.isReadOnly && !one.isSet }));
        const members = set.flatMap((one, index) =>
          one.isSet ? [[nameOf(one, index), one.thing.goods[spelling] ?? one.thing.goods[0] ?? "0"]] : [],
        );
        if (members.length === 0) return;
        const body = members.map(([name, value]) =>
          isReported ? `"${name}":{"value":${value},"time":1}` : `"${name}":${value}`,
        );
        const given = isReported ? `{"items":{${body.join(",")}}}` : `{${body.join(",")}}`;
        const items = await written(set, given, "now");
        const reading = judged(items, set);
        assert.ok(reading.ok, reading.ok ? "" : `${items}: ${reading.problem.message}`);
        // Set again as it was reported, it goes out as the same bytes.
        const again = Object.entries(JSON.parse(items) as object).map(([name]) => name);
        assert.deepEqual(
          again,
          members.map(([name]) => name),
        );
        assert.equal(await written(set, items, "now"), items);
      }),
    );
  });

  it("with mistakes are refused before they are sent, each at its place; only null clears a desired value", async () => {
    await fc.assert(
      fc.asyncProperty(models, async (all) => {
        for (const [index, one] of all.entries()) {
          const name = nameOf(one, index);
          const bad = one.isReadOnly ? [{ at: "", value: one.thing.goods[0] ?? "0" }] : one.thing.bads;
          for (const { at, value } of bad) {
            const wrong = await written(all, `{"${name}":${value}}`, "now").catch((error: unknown) => error);
            assert.ok(wrong instanceof Failure && wrong.code === "invalid-input", `${name} ${value}`);
            assert.ok(
              JSON.stringify(wrong.text).includes(JSON.stringify(`${name}${at}`)),
              JSON.stringify(wrong.text),
            );
          }
          if (one.isReadOnly) continue;
          const cleared = await written(all, `{"${name}":null}`, "desired");
          assert.equal(cleared, `{"${name}":null}`);
          assert.ok(judged(cleared, all, true).ok);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are encoded the same way, whether quickly or exactly", () => {
    fc.assert(
      fc.property(models, (all) => {
        const own = all.map((one) => ({ ...one, inModule: 0, isReadOnly: false }));
        const { writable, readOnly } = propertySetOf([{ model: modelOf(own, ""), moduleId: "" }]);
        const properties = { readOnly, areClearable: false };
        for (const [index, { thing }] of own.entries()) {
          const text = `{"p${index}":${thing.goods[0] ?? "0"}}`;
          const exact = encodeArgs(writable, text, { properties, notesSteps: true });
          const usual = encodeArgs(writable, text, { properties });
          assert.deepEqual([usual.text, usual.problems], [exact.text, exact.problems]);
        }
      }),
    );
  });
});
