import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { providedCredentials } from "../../lib/cloud/provided-credentials";

describe("credentials that are fetched", () => {
  const fetched = (n: number) => ({ accessKeyId: `STS.${n}`, accessKeySecret: "s", securityToken: "t" });

  it("are fetched once for any number of concurrent calls", async () => {
    let questions = 0;
    const source = providedCredentials({ type: "ram_role_arn" }, () => ({
      getCredential: () => Promise.resolve(fetched(++questions)),
    }));
    const all = await Promise.all(Array.from({ length: 100 }, async () => source.get()));
    assert.equal(questions, 1);
    assert.ok(all.every(({ accessKeyId }) => accessKeyId === "STS.1"));
  });

  it("are fetched again when the platform reports them as expired", async () => {
    let providers = 0;
    const source = providedCredentials({ type: "ram_role_arn" }, () => {
      const n = ++providers;
      return { getCredential: () => Promise.resolve(fetched(n)) };
    });
    const used = await source.get();
    assert.equal(used.accessKeyId, "STS.1");
    await Promise.all(Array.from({ length: 10 }, async () => source.renew?.(used)));
    await source.renew?.(used);
    assert.equal((await source.get()).accessKeyId, "STS.2");
    assert.equal(providers, 2);
  });

  it("come from the environment", async () => {
    process.env["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "envid";
    process.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "envsecret";
    try {
      assert.deepEqual(await providedCredentials({ type: "default" }).get(), {
        accessKeyId: "envid",
        accessKeySecret: "envsecret",
        securityToken: undefined,
      });
    } finally {
      delete process.env["ALIBABA_CLOUD_ACCESS_KEY_ID"];
      delete process.env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"];
    }
  });

  it("are fetched again after an error, whose message does not contain the signed request", async () => {
    let isDown = true;
    const source = providedCredentials({ type: "ram_role_arn" }, () => ({
      getCredential: () =>
        isDown
          ? Promise.reject(new Error("POST https://sts.example/?AccessKeyId=a&Signature=abc%3D failed"))
          : Promise.resolve(fetched(1)),
    }));
    const failure = await Promise.resolve(source.get()).catch((error: unknown) => error);
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.code, failure.outcome], ["missing-credentials", "not-sent"]);
    assert.match(failure.message, /sts\.example/);
    assert.doesNotMatch(failure.message, /Signature/);
    isDown = false;
    assert.equal((await source.get()).accessKeyId, "STS.1");
  });

  const odd: [string, object][] = [
    ["no key at all", {}],
    ["a key without a secret", { accessKeyId: "STS.1" }],
    ["a number for a key", { accessKeyId: 5, accessKeySecret: "s" }],
    ["an object for a secret", { accessKeyId: "STS.1", accessKeySecret: {} }],
    ["a header in a key", { accessKeyId: "STS.1\r\nx-evil: 1", accessKeySecret: "s" }],
    ["letters in a token that no header holds", { ...fetched(1), securityToken: "令牌" }],
    ["null", { ...fetched(1), accessKeySecret: null }],
  ];
  for (const [what, given] of odd) {
    it(`are rejected: ${what}`, async () => {
      const source = providedCredentials({ type: "default" }, () => ({
        getCredential: () => Promise.resolve(given as never),
      }));
      const failure = await Promise.resolve(source.get()).catch((error: unknown) => error);
      assert.ok(failure instanceof Failure);
      assert.deepEqual([failure.code, failure.outcome], ["missing-credentials", "not-sent"]);
    });
  }

  it("lose the white space around them, as environment variables have it", async () => {
    const source = providedCredentials({ type: "default" }, () => ({
      getCredential: () => Promise.resolve({ accessKeyId: " id ", accessKeySecret: "secret\n" }),
    }));
    const { accessKeyId, accessKeySecret } = await source.get();
    assert.deepEqual([accessKeyId, accessKeySecret], ["id", "secret"]);
  });

  it("name a missing setting", async () => {
    const failure = await Promise.resolve(providedCredentials({ type: "oidc_role_arn" }).get()).catch(
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Failure);
    assert.match(failure.message, /roleArn/);
  });
});
