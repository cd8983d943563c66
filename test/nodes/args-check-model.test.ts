import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import type { ServiceCall } from "../../lib/invocation/invoke";
import { readThingModel, type ThingModel } from "../../lib/thing-model/model";
import type { UsableAccount } from "../../nodes/common/account-node";
import { ArgsCheck, type CheckMode } from "../../nodes/invoke-service/args-check";

const never = new Promise<never>(() => undefined);

function modelWith(max: number): ThingModel {
  const dataType = { type: "int", specs: { min: "0", max: String(max) } };
  const inputData = [{ identifier: "Level", dataType }];
  return readThingModel({
    profile: { productKey: "a1" },
    services: [{ identifier: "Fade", callType: "sync", inputData }],
  }).model;
}

const refusal = (hint: string): Failure =>
  new Failure({ code: "x", category: "input", outcome: "refused", retryable: false, text: "no", hint });

describe("the check of the args and a thing model that changes or cannot be had", () => {
  const warnings: string[] = [];
  let renewals = 0;

  beforeEach(() => {
    warnings.length = 0;
    renewals = 0;
  });

  function checkOf(mode: CheckMode): ArgsCheck {
    const node = { warn: (text: string) => warnings.push(text) };
    return new ArgsCheck(node as never, mode, (text) => (typeof text === "string" ? text : text.key));
  }

  interface Behaviour {
    get?: () => Promise<ThingModel>;
    renew?: () => Promise<ThingModel>;
    productKeyOf?: (iotId: string) => Promise<string>;
  }

  function accountOf({ get, renew, productKeyOf }: Behaviour): UsableAccount {
    const renewed = (): Promise<ThingModel> => {
      renewals++;
      return renew?.() ?? get?.() ?? never;
    };
    const models = { kept: () => undefined, get: get ?? (() => never), renew: renewed };
    return { models, catalog: { productKeyOf: productKeyOf ?? (async () => "a1") } } as never;
  }

  const byName = { productKey: "a1", deviceName: "light01" };
  const call = (level: number, target: ServiceCall["target"] = byName): ServiceCall => ({
    target,
    service: "Fade",
    args: `{"Level":${level}}`,
  });

  it("takes args that only the newer model allows", async () => {
    const account = accountOf({ get: async () => modelWith(10), renew: async () => modelWith(20) });
    const { call: checked } = await checkOf("error").apply(account, call(15));
    assert.equal(checked.args, '{"Level":15}');
    assert.equal(renewals, 1);
  });

  it("does not ask for a newer model while the args fit", async () => {
    await checkOf("error").apply(accountOf({ get: async () => modelWith(10) }), call(10));
    assert.equal(renewals, 0);
  });

  it("holds to the model that it has where no newer one comes in two seconds, waiting included", async () => {
    let bring: (model: ThingModel) => void = () => undefined;
    const account = accountOf({
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
      const checking = Promise.resolve(checkOf("error").apply(account, call(15)));
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

  it("reads the model anew after a refusal that smells of a changed one, and only then", () => {
    const account = accountOf({ renew: () => Promise.reject(new Error("no network")) });
    const check = checkOf("error");
    check.refused(account, call(1), refusal("hints.offline"));
    check.refused(account, call(1), refusal("hints.permission"));
    assert.equal(renewals, 0);
    check.refused(account, call(1), refusal("hints.args"));
    check.refused(account, call(1), refusal("hints.service"));
    assert.equal(renewals, 2);
    checkOf("off").refused(account, call(1), refusal("hints.args"));
    assert.equal(renewals, 2);
  });

  it("warns once for a service, also where each message names a device of its own by IotId", async () => {
    const check = checkOf("warn");
    const account = accountOf({ get: async () => modelWith(10) });
    for (let n = 0; n < 20; n++) await check.apply(account, call(15, { iotId: `Q${n}` }));
    assert.deepEqual(warnings, ["errors.check-sent"]);
  });

  it("warns once where no device's product can be read, and sends all the same", async () => {
    const check = checkOf("error");
    const account = accountOf({ productKeyOf: () => Promise.reject(refusal("hints.permission")) });
    for (let n = 0; n < 20; n++) {
      const { call: checked } = await check.apply(account, call(15, { iotId: `Q${n}` }));
      assert.equal(checked.args, '{"Level":15}');
    }
    assert.deepEqual(warnings, ["errors.check-no-model"]);
  });

  it("warns again after the model has been there in between", async () => {
    let isThere = false;
    const account = accountOf({
      get: () => (isThere ? Promise.resolve(modelWith(10)) : Promise.reject(refusal("hints.permission"))),
    });
    const check = checkOf("error");
    for (const there of [false, false, true, false]) {
      isThere = there;
      await check.apply(account, call(5));
    }
    assert.equal(warnings.length, 2);
  });
});
