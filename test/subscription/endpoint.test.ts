import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import { amqpAddressOf, type EndpointSettings } from "../../lib/subscription/endpoint";

const blank: EndpointSettings = { endpoint: "", uid: "", regionId: "cn-shanghai", instanceId: "" };

describe("where the messages come from", () => {
  const right: [string, Partial<EndpointSettings>, string][] = [
    [
      "the account number of an old public instance",
      { uid: "198426864" },
      "amqps 198426864.iot-amqp.cn-shanghai.aliyuncs.com 5671",
    ],
    [
      "the account number in another region",
      { uid: " 1 ", regionId: "us-west-1" },
      "amqps 1.iot-amqp.us-west-1.aliyuncs.com 5671",
    ],
    [
      "the instance's id",
      { instanceId: "iot-cn-0pp1n8t" },
      "amqps iot-cn-0pp1n8t.amqp.iothub.aliyuncs.com 5671",
    ],
    [
      "the instance's id, also with an account number",
      { instanceId: "iot-1", uid: "1" },
      "amqps iot-1.amqp.iothub.aliyuncs.com 5671",
    ],
    [
      "a host from the console",
      { endpoint: " iot-1.amqp.iothub.aliyuncs.com ", instanceId: "x" },
      "amqps iot-1.amqp.iothub.aliyuncs.com 5671",
    ],
    ["a host and a port", { endpoint: "amqp.example:5673" }, "amqps amqp.example 5673"],
    ["a port that http would have by itself", { endpoint: "amqp.example:80" }, "amqps amqp.example 80"],
    ["a URL", { endpoint: "amqps://amqp.example:5673/" }, "amqps amqp.example 5673"],
    ["a URL without a port", { endpoint: "AMQPS://amqp.example" }, "amqps amqp.example 5671"],
    ["this machine, unencrypted", { endpoint: "amqp://127.0.0.1:1234" }, "amqp 127.0.0.1 1234"],
    ["this machine by name", { endpoint: "amqp://localhost" }, "amqp localhost 5672"],
    ["this machine in IPv6", { endpoint: "amqp://[::1]:9" }, "amqp ::1 9"],
  ];
  for (const [what, change, expected] of right) {
    it(`is derived from ${what}`, () => {
      const { host, port, isEncrypted } = amqpAddressOf({ ...blank, ...change });
      assert.equal(`${isEncrypted ? "amqps" : "amqp"} ${host} ${port}`, expected);
    });
  }

  const wrong: [string, Partial<EndpointSettings>, string][] = [
    ["nothing", {}, "errors.subscription-host-unknown"],
    ["an account's name", { uid: "me@example" }, "errors.subscription-uid"],
    ["a region that is none", { uid: "1", regionId: "evil.example/" }, "errors.region"],
    ["an instance id that is none", { instanceId: "evil.example/" }, "errors.subscription-host-unknown"],
    ["amqp to another machine", { endpoint: "amqp://192.0.2.1" }, "errors.subscription-endpoint-insecure"],
    [
      "a host that only looks like this machine",
      { endpoint: "amqp://127.0.0.1.example" },
      "errors.subscription-endpoint-insecure",
    ],
    ["a web address", { endpoint: "https://iot.cn-shanghai.aliyuncs.com" }, "errors.subscription-endpoint"],
    ["a path", { endpoint: "amqps://amqp.example/queue" }, "errors.subscription-endpoint"],
    ["a user", { endpoint: "amqps://me:secret@amqp.example" }, "errors.subscription-endpoint"],
    ["a port that is none", { endpoint: "amqp.example:99999" }, "errors.subscription-endpoint"],
    ["port 0", { endpoint: "amqp.example:0" }, "errors.subscription-endpoint"],
    ["words", { endpoint: "no idea" }, "errors.subscription-endpoint"],
  ];
  for (const [what, change, expected] of wrong) {
    it(`cannot be derived from ${what}`, () => {
      assert.throws(
        () => amqpAddressOf({ ...blank, ...change }),
        (error) => error instanceof Failure && typeof error.text === "object" && error.text.key === expected,
      );
    });
  }

  it("a password in the host shows in no sentence", () => {
    assert.throws(
      () => amqpAddressOf({ ...blank, endpoint: "amqps://me:secret@amqp.example" }),
      (error) => error instanceof Failure && !error.message.includes("secret"),
    );
  });
});
