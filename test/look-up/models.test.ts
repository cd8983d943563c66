import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { ThingModels } from "../../lib/look-up/models";
import { findService } from "../../lib/thing-model/model";

const minute = 60_000;
const reboot = { services: [{ identifier: "Reboot", callType: "async" }] };

const answerOf = (tsl: unknown): { requestId: undefined; body: Record<string, unknown> } => ({
  requestId: undefined,
  body: { Data: { TslStr: JSON.stringify(tsl) } },
});

function modelsOf(tsl: unknown): ThingModels {
  return new ThingModels({ call: async () => answerOf(tsl) });
}

const failure = (code: string, outcome: "refused" | "unknown"): Failure =>
  new Failure({ code, category: "permission", outcome, retryable: false, text: code });

describe("a thing model of the platform", () => {
  it("with an unreadable part still has its other services", async () => {
    const inputData = [
      { identifier: "Place", dataType: { type: "vector3" } },
      { identifier: "Level", dataType: { type: "float" } },
    ];
    const models = modelsOf({
      services: [{ identifier: "Move", callType: "sync", inputData }, { callType: "sync" }],
    });
    const move = findService(await models.get("a1"), "Move");
    assert.deepEqual(
      move?.inputs.map(({ identifier, isUnchecked = false }) => [identifier, isUnchecked]),
      [
        ["Place", true],
        ["Level", false],
      ],
    );
  });

  it("is rejected if nothing in it is readable", async () => {
    for (const tsl of [null, {}, [], { services: [{}] }]) {
      await assert.rejects(
        modelsOf(tsl).get("a1"),
        (error) => error instanceof Failure && error.hint === "hints.thing-model",
      );
    }
  });
});

describe("the thing models of an account", () => {
  let now = 0;
  let calls: string[] = [];
  let answer: (operation: string) => Promise<unknown> = async () => reboot;
  let models: ThingModels;

  beforeEach(() => {
    calls = [];
    answer = async () => reboot;
    models = new ThingModels(
      {
        async call(operation, { ProductKey, FunctionBlockId }) {
          calls.push([operation, ProductKey, FunctionBlockId ?? ""].join(" ").trim());
          return answerOf(await answer(operation));
        },
      },
      () => now,
    );
  });

  const has = async (identifier: string): Promise<boolean> =>
    findService(await models.get("a1"), identifier) !== undefined;

  it("are requested once for simultaneous callers, per product and module", async () => {
    await Promise.all([models.get("a1"), models.get("a1"), models.renew("a1"), models.get("a2")]);
    await models.get("a1", "lamp");
    assert.deepEqual(calls, [
      "GetThingModelTslPublished a1",
      "GetThingModelTslPublished a2",
      "GetThingModelTslPublished a1 lamp",
    ]);
  });

  it("are kept for ten minutes, and stay in use while they are reloaded", async () => {
    await models.get("a1");
    now += 9 * minute;
    await models.get("a1");
    assert.equal(calls.length, 1);
    now += 2 * minute;
    let bring: (tsl: unknown) => void = () => undefined;
    answer = () => new Promise((resolve) => (bring = resolve));
    assert.ok(await has("Reboot"), "nobody waits for the newer one");
    assert.equal(calls.length, 2);
    bring({ services: [{ identifier: "Restart", callType: "async" }] });
    while (!(await has("Restart"))) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(calls.length, 2);
  });

  it("are reloaded when there is evidence of a change, but not for every call", async () => {
    await models.get("a1");
    await models.renew("a1");
    assert.equal(calls.length, 1, "it is seconds old");
    now += 11_000;
    answer = async () => ({ services: [{ identifier: "Restart", callType: "async" }] });
    await Promise.all([models.renew("a1"), models.renew("a1")]);
    assert.equal(calls.length, 2);
    assert.ok(await has("Restart"));
  });

  it("of 200 products are kept, and the one that was not used for longest makes room", async () => {
    for (let n = 1; n <= 200; n++) await models.get(`a${n}`);
    await models.get("a1");
    await models.get("a201");
    calls = [];
    for (const product of ["a1", "a3", "a200", "a201"]) await models.get(product);
    assert.deepEqual(calls, []);
    await models.get("a2");
    assert.deepEqual(calls, ["GetThingModelTslPublished a2"]);
  });

  it("are the draft if nothing is published", async () => {
    answer = async (operation) => {
      if (operation === "GetThingModelTslPublished") throw failure("iot.prod.NotPublished", "refused");
      return reboot;
    };
    assert.ok(await has("Reboot"));
    assert.deepEqual(calls, ["GetThingModelTslPublished a1", "GetThingModelTsl a1"]);
  });

  it("report why the published model is unavailable if the draft is too", async () => {
    answer = async (operation) => {
      throw failure(operation, "refused");
    };
    await assert.rejects(models.get("a1"), (error: Failure) => error.code === "GetThingModelTslPublished");
  });

  it("are not requested again within a minute after a failure", async () => {
    answer = async () => {
      throw failure("no answer", "unknown");
    };
    for (let n = 0; n < 3; n++) await assert.rejects(models.get("a1"), /no answer/);
    assert.equal(calls.length, 1, "nor is the draft, after an outcome that is not a refusal");
    now += minute;
    answer = async () => reboot;
    assert.ok(await has("Reboot"));
  });

  it("stay in use if no newer one is available", async () => {
    await models.get("a1");
    now += 20 * minute;
    answer = async () => {
      throw failure("no answer", "unknown");
    };
    assert.ok(findService(await models.renew("a1"), "Reboot"));
    assert.ok(await has("Reboot"));
  });
});
