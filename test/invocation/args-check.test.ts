import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { ArgsCheck, type CheckMode } from "../../lib/invocation/args-check";
import type { ModelSource } from "../../lib/invocation/model-source";
import type { ServiceCall } from "../../lib/invocation/service-call";
import { TargetModels } from "../../lib/look-up/target-models";
import { readThingModel, type ThingModel } from "../../lib/thing-model/model";

const never = new Promise<never>(() => undefined);

function modelWith(max: number): ThingModel {
  const dataType = { type: "int", specs: { min: "0", max: String(max) } };
  const inputData = [{ identifier: "Level", dataType }];
  return readThingModel({
    profile: { productKey: "a1" },
    services: [{ identifier: "Fade", callType: "sync", inputData }],
  }).model;
}

const refusal = (code: string): Failure =>
  new Failure({ code, category: "input", outcome: "refused", retryable: false, text: "no" });

describe("the args check when the thing model changes or is unavailable", () => {
  const warnings: string[] = [];
  let renewals = 0;

  beforeEach(() => {
    warnings.length = 0;
    renewals = 0;
  });

  function checkOf(mode: CheckMode): ArgsCheck {
    return new ArgsCheck(mode, ({ key }) => warnings.push(key), String);
  }

  interface Behaviour {
    get?: () => Promise<ThingModel>;
    renew?: () => Promise<ThingModel>;
    productKeyOf?: (iotId: string) => Promise<string>;
  }

  function modelsOf({ get, renew, productKeyOf }: Behaviour): ModelSource {
    const renewed = (): Promise<ThingModel> => {
      renewals++;
      return renew?.() ?? get?.() ?? never;
    };
    const models = { kept: () => undefined, get: get ?? (() => never), renew: renewed };
    const catalog = { productKeyOf: productKeyOf ?? (async () => "a1"), keptProductKey: () => undefined };
    return new TargetModels(catalog, models);
  }

  const byName = { productKey: "a1", deviceName: "light01" };
  const call = (level: number, target: ServiceCall["target"] = byName): ServiceCall => ({
    target,
    service: "Fade",
    args: `{"Level":${level}}`,
  });

  it("accepts args that only the newer model allows", async () => {
    const models = modelsOf({ get: async () => modelWith(10), renew: async () => modelWith(20) });
    const checked = await checkOf("error").apply(models, call(15));
    assert.equal(checked.args, '{"Level":15}');
    assert.equal(renewals, 1);
  });

  it("does not ask for a newer model while the args fit", async () => {
    await checkOf("error").apply(modelsOf({ get: async () => modelWith(10) }), call(10));
    assert.equal(renewals, 0);
  });

  it("keeps using the known model if no newer one arrives within two seconds", async () => {
    let bring: (model: ThingModel) => void = () => undefined;
    const models = modelsOf({
      get: () => new Promise((resolve) => (bring = resolve)),
      renew: () => never,
    });
    const delays: number[] = [];
    const real = globalThis.setTimeout;
    // A clock that stands until the model has come, and shows how much of the two seconds is left for the newer one.
    globalThis.setTimeout = ((then: (value: unknown) => void, delay: number, value: unknown) => {
      delays.push(delay);
      return real(then, delays.length === 1 ? 60_000 : 0, value);
    }) as never;
    try {
      const checking = Promise.resolve(checkOf("error").apply(models, call(15)));
      const since = performance.now();
      while (performance.now() - since < 20) await Promise.resolve();
      bring(modelWith(10));
      await assert.rejects(checking, (error: Failure) => error.code === "invalid-input");
    } finally {
      globalThis.setTimeout = real;
    }
    assert.ok(delays[0]! <= 2000 && delays[1]! <= 1981, delays.join());
    assert.deepEqual(warnings, []);
  });

  it("reloads the model only after a refusal that a changed one may have caused", () => {
    const models = modelsOf({ renew: () => Promise.reject(new Error("no network")) });
    const check = checkOf("error");
    check.refused(models, call(1), refusal("iot.messagebroker.OFFLINE"));
    check.refused(models, call(1), refusal("NoPermission"));
    assert.equal(renewals, 0);
    check.refused(models, call(1), refusal("6304"));
    check.refused(models, call(1), refusal("iot.prod.QueryProductAbilityFailed"));
    assert.equal(renewals, 2);
    checkOf("off").refused(models, call(1), refusal("6304"));
    assert.equal(renewals, 2);
  });

  it("warns once for a service, also where each message names a device of its own by IotId", async () => {
    const check = checkOf("warn");
    const models = modelsOf({ get: async () => modelWith(10) });
    for (let n = 0; n < 20; n++) await check.apply(models, call(15, { iotId: `Q${n}` }));
    assert.deepEqual(warnings, ["errors.check-sent"]);
  });

  it("warns once if the product of a device cannot be read, and sends anyway", async () => {
    const check = checkOf("error");
    const models = modelsOf({ productKeyOf: () => Promise.reject(refusal("NoPermission")) });
    for (let n = 0; n < 20; n++) {
      const checked = await check.apply(models, call(15, { iotId: `Q${n}` }));
      assert.equal(checked.args, '{"Level":15}');
    }
    assert.deepEqual(warnings, ["errors.check-no-model"]);
  });

  it("warns again after the model has been there in between", async () => {
    let isThere = false;
    const models = modelsOf({
      get: () => (isThere ? Promise.resolve(modelWith(10)) : Promise.reject(refusal("NoPermission"))),
    });
    const check = checkOf("error");
    for (const there of [false, false, true, false]) {
      isThere = there;
      await check.apply(models, call(5));
    }
    assert.equal(warnings.length, 2);
  });
});
