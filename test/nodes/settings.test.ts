import assert from "node:assert/strict";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import { Failure } from "../../lib/base/failure";
import { amqpAddressOf } from "../../lib/subscription/endpoint";
import { readText } from "../../nodes/common/settings";
import { AmqpServer, property } from "../subscription/amqp-server";
import {
  eventually,
  fade,
  key,
  listening,
  type Message,
  simulated,
  subscriptionAt,
  TestFlow,
  unload,
} from "../support/nodes";
import { TokenService } from "../support/token-service";

const field = { key: "errors.field-uid" };

describe("a setting that comes from an environment variable of type number", () => {
  afterEach(unload);

  it("is its digits, for the client id and the consumer group of a subscription", async () => {
    const amqp = await AmqpServer.start();
    try {
      await TestFlow.load({
        credentials: key,
        more: [
          subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`, {
            z: "place",
            consumerGroupId: "${GROUP}",
            clientId: "${CLIENT}",
          }),
          ...listening("in", "heard", { z: "place" }),
          {
            id: "place",
            type: "tab",
            env: [
              { name: "GROUP", value: "20260001", type: "num" },
              { name: "CLIENT", value: "7", type: "num" },
            ],
          },
        ],
      });
      await eventually(() => amqp.logins.length > 0);
      assert.match(amqp.logins[0]!.username, /^7\|.*consumerGroupId=20260001\b/);
    } finally {
      await unload();
      await amqp.close();
    }
  });

  it("is its digits, for the account number that the AMQP host follows from", () => {
    const uid = readText(1234567890123456, field);
    const { host } = amqpAddressOf({ endpoint: "", uid, regionId: "cn-shanghai", instanceId: "" });
    assert.equal(host, "1234567890123456.iot-amqp.cn-shanghai.aliyuncs.com");
  });

  it("is its digits, for the external id and the session name of a role, and for the AccessKey", async () => {
    const { simulator, toIt } = await simulated();
    const tokens = await TokenService.start((token) =>
      simulator.addAccessKey({
        accessKeyId: token.AccessKeyId,
        accessKeySecret: token.AccessKeySecret,
        securityToken: token.SecurityToken,
      }),
    );
    try {
      const flow = await TestFlow.load({
        account: {
          ...toIt.account,
          credentialType: "ram_role_arn",
          roleArn: "acs:ram::1234567890123456:role/node-red",
          roleSessionName: 2026,
          externalId: 31415926,
        },
        credentials: { accessKeyId: 100200300 as never, accessKeySecret: "secret" },
      });
      assert.equal((await flow.run({ payload: fade })).port, "result");
      const { parameters } = tokens.questions[0]!;
      assert.equal(parameters.get("ExternalId"), "31415926");
      assert.equal(parameters.get("RoleSessionName"), "2026");
      assert.equal(parameters.get("AccessKeyId"), "100200300");
    } finally {
      await unload();
      await tokens.close();
      await simulator.close();
    }
  });

  it("is its digits, for the role of an ECS instance", async () => {
    const tokens = await TokenService.start();
    try {
      const flow = await TestFlow.load({
        account: { endpoint: "http://127.0.0.1:9", credentialType: "ecs_ram_role", roleName: 4711 },
      });
      await flow.run({ payload: fade });
      assert.ok(tokens.questions.some(({ path }) => path.endsWith("/security-credentials/4711")));
    } finally {
      await unload();
      await tokens.close();
    }
  });

  it("is its digits, for the instance id of the account", async () => {
    const { simulator, toIt } = await simulated();
    try {
      const flow = await TestFlow.load({ ...toIt, account: { ...toIt.account, instanceId: 4711 } });
      // The simulator has no instance id, and says so where one comes.
      assert.match((await flow.failureOf({ payload: fade })).message, /no id/);
    } finally {
      await unload();
      await simulator.close();
    }
  });

  it("is its digits, for the device that messages come from", async () => {
    const amqp = await AmqpServer.start();
    try {
      await TestFlow.load({
        credentials: key,
        more: [
          subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`),
          ...listening("in", "heard", { deviceName: 1001 }),
        ],
      });
      const heard: Message[] = [];
      helper.getNode("heard").on("input", (msg) => heard.push(msg));
      const topic = (device: string): string => `/a1BwAGV0001/${device}/thing/event/property/post`;
      for (const device of ["light01", "1001"]) {
        const { messageId, body } = property(`of-${device}`);
        amqp.send({ messageId, topic: topic(device), body: { ...Object(body), deviceName: device } });
      }
      await amqp.until(() => amqp.accepted.length === 2);
      assert.deepEqual(
        heard.map((msg) => (msg as Message & { message: { deviceName: string } }).message.deviceName),
        ["1001"],
      );
    } finally {
      await unload();
      await amqp.close();
    }
  });
});

describe("a setting that is no text", () => {
  afterEach(unload);

  const settings: [string, unknown, RegExp][] = [
    ["instanceId", true, /^Instance ID must be text, but it is the boolean true\./],
    ["regionId", { id: "cn-shanghai" }, /^Region must be text, but it is an object\./],
    ["endpoint", ["https://iot"], /^Endpoint must be text, but it is an array\./],
    ["credentialType", false, /^Kind of credentials must be text, but it is the boolean false\./],
    ["instanceId", 12345678901234567168, /^Instance ID is the number 12345678901234567000, and as a number/],
    ["instanceId", "${NOT_THERE}", /^Instance ID refers to the environment variable NOT_THERE/],
  ];
  for (const [name, value, expected] of settings) {
    it(`is named: ${name} as ${typeof value} ${JSON.stringify(value)}`, async () => {
      const flow = await TestFlow.load({ account: { [name]: value }, credentials: key });
      const { code, outcome, message } = await flow.failureOf({ payload: fade });
      assert.deepEqual([code, outcome], ["invalid-input", "not-sent"]);
      assert.match(message, expected);
    });
  }

  it("is named, without its content if it is a secret", async () => {
    const flow = await TestFlow.load({
      credentials: { accessKeyId: "testid", accessKeySecret: 12345678901234567168 as never },
    });
    const { code, message } = await flow.failureOf({ payload: fade });
    assert.equal(code, "missing-credentials");
    assert.match(message, /^The account’s AccessKey secret must be text\./);
    assert.ok(!message.includes("12345"));
  });

  it("is never treated as blank", () => {
    const check = fc.property(fc.anything({ withBigInt: true, withDate: true }), (value) => {
      try {
        const text = readText(value, field);
        if (value === undefined || value === null) assert.equal(text, "");
        else if (typeof value === "string") assert.equal(text, value.trim());
        else assert.ok(typeof value === "bigint" || typeof value === "number");
        if (typeof value === "number") assert.ok(Number(text) === value);
      } catch (error) {
        assert.ok(error instanceof Failure, String(error));
        assert.equal(error.code, "invalid-input");
      }
    });
    fc.assert(check, { numRuns: 2000 });
  });
});
