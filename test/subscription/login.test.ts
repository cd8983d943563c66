import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { signLogin } from "../../lib/subscription/login";

const now = 1573489088171;
const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const settings = { clientId: "me", consumerGroupId: "group1", instanceId: "iot-1" };

describe("the login of a consumer", () => {
  it("is signed with a permanent key", () => {
    assert.deepEqual(signLogin(settings, key, now), {
      username:
        "me|authMode=aksign,signMethod=hmacsha256,timestamp=1573489088171,authId=testid,iotInstanceId=iot-1,consumerGroupId=group1|",
      password: "dAMr0c09P/ECCozeLuJydCVfplDP8RzdvNouS3nf3EA=",
    });
  });

  it("is signed with a temporary key and its token", () => {
    assert.deepEqual(signLogin(settings, { ...key, securityToken: "CAES+tok/en==" }, now), {
      username:
        "me|authMode=ststoken,securityToken=CAES+tok/en==,signMethod=hmacsha256,timestamp=1573489088171,authId=testid,iotInstanceId=iot-1,consumerGroupId=group1|",
      password: "zYksVMu4buFgh5esx2Oj6IYkx+bXnXXjwjhKlyGrNF0=",
    });
  });

  it("names no instance without an id", () => {
    const { username } = signLogin({ ...settings, instanceId: "" }, key, now);
    assert.ok(!username.includes("iotInstanceId"), username);
  });

  it("accepts ids of 64 characters", () => {
    const clientId = "c".repeat(64);
    assert.ok(signLogin({ ...settings, clientId }, key, now).username.startsWith(`${clientId}|`));
  });

  const wrong: [string, Partial<typeof settings>, string][] = [
    ["a blank consumer group", { consumerGroupId: "" }, "errors.subscription-blank"],
    ["a blank client id", { clientId: "" }, "errors.subscription-blank"],
    ["a client id of 65 characters", { clientId: "c".repeat(65) }, "errors.subscription-long"],
    ["a client id with |", { clientId: "a|b" }, "errors.subscription-characters"],
    ["a consumer group with a comma", { consumerGroupId: "a,b" }, "errors.subscription-characters"],
    ["a consumer group with =", { consumerGroupId: "a=b" }, "errors.subscription-characters"],
    ["a consumer group with a space", { consumerGroupId: "a b" }, "errors.subscription-characters"],
    [
      "a consumer group's name instead of its id",
      { consumerGroupId: "默认消费组" },
      "errors.subscription-characters",
    ],
    ["a client id with a line break", { clientId: "a\nb" }, "errors.subscription-characters"],
    ["an instance id with a comma", { instanceId: "iot-1,authId=x" }, "errors.subscription-characters"],
  ];
  for (const [what, change, expected] of wrong) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => signLogin({ ...settings, ...change }, key, now),
        (error) =>
          error instanceof Failure &&
          error.code === "invalid-input" &&
          typeof error.text === "object" &&
          error.text.key === expected,
      );
    });
  }
});
