import assert from "node:assert/strict";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import type { AccessKeyDefinition, FaultDefinition, Simulator } from "../../lib/simulator/simulator";
import { translate } from "../support/catalog";
import { fade, simulated, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

interface Trial {
  name: string;
  /** What the platform knows of the key. */
  has?: Partial<AccessKeyDefinition>;
  instanceId?: string;
  fault?: FaultDefinition;
  /** What the account says. */
  account?: object;
  typed?: Record<string, string>;
  code: string | RegExp;
  category: string;
  outcome: string;
  hint: string;
}

const sts = { credentialType: "sts" };
const trials: Trial[] = [
  {
    name: "an unknown key",
    typed: { accessKeyId: "nobody" },
    code: "InvalidAccessKeyId.NotFound",
    category: "credentials",
    outcome: "refused",
    hint: "access-key-id",
  },
  {
    name: "a wrong secret",
    typed: { accessKeySecret: "wrong-secret" },
    code: "SignatureDoesNotMatch",
    category: "credentials",
    outcome: "refused",
    hint: "access-key-secret",
  },
  {
    name: "a disabled key",
    has: { inactive: true },
    code: "InvalidAccessKeyId.Inactive",
    category: "credentials",
    outcome: "refused",
    hint: "access-key-disabled",
  },
  {
    name: "a missing RAM action",
    has: { deny: ["InvokeThingService"] },
    code: "Forbidden.RAM",
    category: "permission",
    outcome: "refused",
    hint: "permission-action",
  },
  {
    name: "a region that does not exist",
    account: { endpoint: "https://iot.no-such-region.invalid" },
    code: "connection-failed",
    category: "network",
    outcome: "not-sent",
    hint: "dns",
  },
  {
    name: "a missing instance id",
    instanceId: "iot-060a0abc",
    code: /Instance/,
    category: "not-found",
    outcome: "refused",
    hint: "instance",
  },
  {
    name: "a wrong instance id",
    instanceId: "iot-060a0abc",
    account: { instanceId: "iot-another" },
    code: /Instance/,
    category: "not-found",
    outcome: "refused",
    hint: "instance",
  },
  {
    name: "an expired token",
    has: { securityToken: "a-token", expired: true },
    account: sts,
    typed: { securityToken: "a-token" },
    code: "InvalidSecurityToken.Expired",
    category: "credentials",
    outcome: "refused",
    hint: "token-expired",
  },
  {
    name: "another key's token",
    has: { securityToken: "a-token" },
    account: sts,
    typed: { securityToken: "another-token" },
    code: "InvalidSecurityToken.Malformed",
    category: "credentials",
    outcome: "refused",
    hint: "token",
  },
  {
    name: "a missing token",
    has: { securityToken: "a-token" },
    code: "MissingSecurityToken",
    category: "credentials",
    outcome: "refused",
    hint: "token",
  },
];

describe("what is wrong with an account", function () {
  this.timeout(30_000);
  let simulator: Simulator | undefined;

  afterEach(async () => {
    await unload();
    await simulator?.close();
    simulator = undefined;
  });

  async function load(
    trial: Omit<Trial, "code" | "category" | "outcome" | "hint">,
    language: string,
  ): Promise<TestFlow> {
    const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
    const started = await simulated({
      definition: {
        ...sampleDefinition(),
        accessKeys: [{ ...key, ...trial.has }],
        instanceId: trial.instanceId ?? "",
        faults: trial.fault ? [trial.fault] : [],
      },
    });
    simulator = started.simulator;
    return TestFlow.load({
      account: { ...started.toIt.account, ...trial.account },
      credentials: { ...started.toIt.credentials, ...trial.typed },
      language,
    });
  }

  for (const trial of trials) {
    it(`${trial.name} is named, with what to do, in both languages`, async () => {
      for (const language of ["en-US", "zh-CN"]) {
        const flow = await load(trial, language);
        const error = await flow.failureOf({ payload: fade });
        if (typeof trial.code === "string") assert.equal(error.code, trial.code);
        else assert.match(error.code, trial.code);
        assert.deepEqual([error.category, error.outcome], [trial.category, trial.outcome]);
        assert.equal(
          error.hint,
          translate(language, `aliyun-iot-invoke-service.hints.${trial.hint}`, {
            action: "iot:InvokeThingService",
          }),
        );
        assert.match(error.message, /\S/);
        const said = JSON.stringify(error);
        for (const secret of ["testsecret", "wrong-secret", "a-token", "another-token"]) {
          assert.ok(!said.includes(secret), said);
        }
        assert.deepEqual(simulator?.executions, []);
        if (language === "en-US") {
          await unload();
          await simulator?.close();
        }
      }
    });
  }

  it("a clock that no correction puts right is named, with what to do, in both languages", async () => {
    const body = JSON.stringify({ Code: "InvalidTimeStamp.Expired", Message: "expired", RequestId: "r" });
    for (const language of ["en-US", "zh-CN"]) {
      let date = 0;
      // The platform's time runs away from whoever takes it over.
      const server = await RawServer.start((_request, socket) => {
        date += 10 * 3_600_000;
        socket.write(httpAnswer(body, { status: 400, headers: { Date: new Date(date).toUTCString() } }));
      });
      const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
      const flow = await TestFlow.load({
        account: { endpoint: server.url.href },
        credentials: key,
        language,
      });
      const { msg } = await flow.run({ payload: fade });
      assert.deepEqual(
        [msg.error?.code, msg.error?.category, msg.error?.outcome],
        ["InvalidTimeStamp.Expired", "credentials", "refused"],
      );
      assert.equal(msg.error?.hint, translate(language, "aliyun-iot-invoke-service.hints.clock"));
      assert.equal(msg.invocation?.attempts, 2);
      await unload();
      await server.close();
    }
  });

  it("a clock that is an hour off is put right by itself, for all that follows", async () => {
    const flow = await load({ name: "", fault: { fault: "wrong-clock", clockOffsetMs: 3_600_000 } }, "en-US");
    const first = await flow.run({ payload: fade });
    assert.deepEqual([first.port, first.msg.invocation?.attempts], ["result", 2]);
    const second = await flow.run({ payload: fade });
    assert.deepEqual([second.port, second.msg.invocation?.attempts], ["result", 1]);
  });
});
