import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import type { Parameters } from "../../lib/cloud/client";
import type { ModelSource } from "../../lib/invocation/model-source";
import { PropertyCheck } from "../../lib/invocation/property-check";
import { readItems } from "../../lib/invocation/property-items";
import { DeviceReads } from "../../lib/reading/device-reads";
import { textOf } from "../../lib/simulator/devices/memory";
import { readJson } from "../../lib/thing-model/json";
import { readThingModel, type ThingModel } from "../../lib/thing-model/model";
import { type ThingCase, thingCase } from "../thing-model/cases";

const target = { productKey: "a1", deviceName: "d" };
const free = {
  enter: async () => ({ release: () => undefined }),
  slowDown: () => undefined,
  speedUp: () => undefined,
};
const pace = { messages: free, gate: () => free };
const things = fc.array(fc.record({ thing: thingCase, isOfFan: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

interface Thing {
  thing: ThingCase;
  isOfFan: boolean;
}

function modelOf(all: readonly Thing[], moduleId: string): ThingModel {
  const properties = all.flatMap(({ thing, isOfFan }, index) =>
    (isOfFan ? "fan" : "") === moduleId
      ? [{ identifier: `p${index}`, name: "p", accessMode: "rw", dataType: thing.dataType }]
      : [],
  );
  return readThingModel({ functionBlockId: moduleId, properties, services: [], events: [] }).model;
}

/** What set-properties sends for a payload. */
async function sent(models: ModelSource, payload: unknown): Promise<string> {
  const { text, isComputed, names } = readItems({ value: payload, source: "msg.payload" });
  const check = new PropertyCheck("error", ({ key }) => assert.fail(key), String);
  const command = {
    target,
    items: text,
    names,
    areItemsComputed: isComputed,
    mode: "now",
    qos: 0,
    versions: "{}",
  };
  return (await check.apply(models, command as never)).items;
}

/** What the platform answers once a device has reported what it was sent: every value as text. */
function answerOf(items: string, all: readonly Thing[], { FunctionBlockId: moduleId }: Parameters): object[] {
  const values = readJson(items) as Record<string, unknown>;
  return Object.entries(values).flatMap(([name, value]) => {
    if ((name.startsWith("fan:") ? "fan" : undefined) !== moduleId) return [];
    const { dataType } = all[Number(/\d+$/.exec(name)![0])]!.thing as { dataType: { type: string } };
    return [
      { Identifier: name, DataType: dataType.type, Value: textOf(value), Time: "1700000000000", Unit: "" },
    ];
  });
}

/** What read-device gives once a device has reported what it was sent. */
async function readBack(
  source: ModelSource,
  all: readonly Thing[],
  items: string,
): Promise<{ items: Record<string, { value: unknown }> }> {
  const caller = {
    call: async (operation: string, parameters: Parameters) => {
      assert.equal(operation, "QueryDevicePropertyStatus");
      const List = { PropertyStatusInfo: answerOf(items, all, parameters) };
      return { requestId: "R", body: { Success: true, Data: { List } } };
    },
  };
  const reads = new DeviceReads(caller, source, pace, { isKnown: true, at: () => 0 });
  const identifiers = Object.keys(JSON.parse(items) as object);
  const stats = { attempts: 0, queuedMs: 0, durationMs: 0 };
  const result = await reads.read({ what: "properties", target, identifiers }, { stats, timeout: 1000 });
  return result as { items: Record<string, { value: unknown }> };
}

/** Whether two texts have the same values, however their numbers are written. */
function areSame(one: string, other: string): boolean {
  return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
}

describe("what read-device gives back", () => {
  it("goes out as the same bytes when it is set as it is, for any thing model and any values", async () => {
    await fc.assert(
      fc.asyncProperty(things, fc.nat({ max: 2 }), async (all, spelling) => {
        const models = new Map(["", "fan"].map((id) => [id, modelOf(all, id)]));
        const kept = (_target: unknown, name: string): ThingModel =>
          models.get(name.startsWith("fan:") ? "fan" : "")!;
        const source = {
          kept,
          get: async (...asked: [unknown, string]) => kept(...asked),
          renew: async (...asked: [unknown, string]) => kept(...asked),
        } as ModelSource;
        const members = all.map(({ thing, isOfFan }, index) => {
          const value = thing.goods[spelling] ?? thing.goods[0] ?? "0";
          return `"${isOfFan ? "fan:" : ""}p${index}":${value}`;
        });
        // A person may write 10.00 for a number; numbers that are read have no such digits.
        const written = await sent(source, `{${members.join(",")}}`);
        const result = await readBack(source, all, written);
        const first = await sent(source, result);
        const again = await readBack(source, all, first);
        assert.deepEqual(again, result);
        assert.equal(await sent(source, again), first);
        assert.equal(await sent(source, JSON.stringify(again)), first);
        const plain = Object.entries(again.items).map(([name, { value }]) => [name, value]);
        assert.equal(await sent(source, Object.fromEntries(plain)), first);
        assert.ok(areSame(written, first), `${written} ${first}`);
      }),
    );
  });
});
