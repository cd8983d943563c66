import assert from "node:assert/strict";
import type { Simulator } from "../../lib/simulator/simulator";
import { translate } from "../support/catalog";
import { longRun } from "../support/long-run";
import { collectSends, fade, simulated, TestFlow, unload } from "../support/nodes";
import { TokenService } from "../support/token-service";

const role = { credentialType: "ram_role_arn", roleArn: "acs:ram::1234567890123456:role/node-red" };
const key = { accessKeyId: "typed-id", accessKeySecret: "SECRET-typed" };

const total = longRun(5000);
/** Fewer than end between two expiries, so that no call meets two of them. */
const concurrency = Math.ceil(longRun(64));

describe("an account with a RAM role", function () {
  this.timeout(60_000);
  let simulator: Simulator;
  let tokens: TokenService;
  let endpoint: string;
  /** The platform's clock, which runs away from ours: tokens end long before the role's session says so. */
  let platformTime = Date.now();

  beforeEach(async () => {
    platformTime = Date.now();
    const started = await simulated({ now: () => platformTime });
    simulator = started.simulator;
    endpoint = simulator.endpoint;
    tokens = await TokenService.start((token) =>
      simulator.addAccessKey({
        accessKeyId: token.AccessKeyId,
        accessKeySecret: token.AccessKeySecret,
        securityToken: token.SecurityToken,
        expiresAt: platformTime + 60_000,
      }),
    );
  });

  afterEach(async () => {
    await unload();
    await tokens.close();
    await simulator.close();
  });

  const load = (account: object = {}, more: object = {}): Promise<TestFlow> =>
    TestFlow.load({
      account: { endpoint, ...role, rate: 1_000_000, ...account },
      credentials: key,
      ...more,
    });

  it(`loses no message of ${total} while its token expires eight times, and signs with the fresh ones`, async () => {
    const flow = await load({ queueLimit: 10_000, concurrency });
    for (let n = 0; n < total; n++) flow.send({ payload: fade, n });
    for (let step = 1; step <= 8; step++) {
      await flow.until(() => flow.arrivals.length >= step * longRun(550));
      platformTime += 61_000;
    }
    await flow.until(() => flow.arrivals.length === total);
    const failures = flow.arrivals.filter(({ port }) => port !== "result");
    assert.deepEqual(
      failures.map(({ msg }) => msg.error?.message),
      [],
    );
    const repeated = flow.arrivals.filter(({ msg }) => msg.invocation?.attempts !== 1).length;
    console.log(
      `      ${total} results, ${tokens.questions.length} tokens, ${repeated} calls repeated with a fresh one`,
    );
    assert.equal(simulator.executions.length, total);
    // One for the start and one for each that expired, whatever the number of calls that found it out.
    assert.equal(tokens.questions.length, 9);
    assert.ok(repeated >= 8 && repeated <= 8 * concurrency, `${repeated} repeated`);
    assert.ok(flow.arrivals.every(({ msg }) => (msg.invocation?.attempts ?? 0) <= 2));
  });

  for (const language of ["en-US", "zh-CN"]) {
    it(`reports a missing token, sends nothing, and continues once it gets one, ${language}`, async () => {
      const flow = await load({}, { language });
      tokens.answering = (_question, response) => response.writeHead(500).end("SECRET-of-another TOKEN");
      const error = await flow.failureOf({ payload: fade });
      assert.deepEqual(
        [error.code, error.category, error.outcome],
        ["missing-credentials", "credentials", "not-sent"],
      );
      assert.equal(error.hint, translate(language, "aliyun-iot-invoke-service.hints.credential-provider"));
      assert.doesNotMatch(JSON.stringify(error), /SECRET|TOKEN/);
      tokens.answering = undefined;
      assert.equal((await flow.run({ payload: fade })).port, "result");
      assert.equal(simulator.executions.length, 1);
    });
  }

  it("reports an expired token that cannot be renewed: refused, and nothing was carried out", async () => {
    const flow = await load();
    await flow.run({ payload: fade });
    platformTime += 61_000;
    tokens.answering = (_question, response) => response.destroy();
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual(
      [error.code, error.outcome, error.retryable],
      ["InvalidSecurityToken.Expired", "refused", false],
    );
    assert.equal(error.hint, translate("en-US", "aliyun-iot-invoke-service.hints.credential-provider"));
    tokens.answering = undefined;
    assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(simulator.executions.length, 2);
  });

  it("waits for a slow token service no longer than the call may take", async () => {
    const flow = await load({ timeout: 1 });
    tokens.hold();
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome], ["request-timeout", "not-sent"]);
    tokens.release();
    assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(tokens.questions.length, 1);
  });

  for (const when of ["fetched", "renewed"]) {
    it(`ends 200 messages when the flow is stopped while a token is ${when}: not sent, unless on their way`, async () => {
      const flow = await load({ concurrency: 64 });
      if (when === "renewed") {
        await flow.run({ payload: fade });
        platformTime += 61_000;
      }
      tokens.hold();
      const before = tokens.questions.length;
      const seen = collectSends(flow);
      for (let n = 0; n < 200; n++) flow.send({ payload: fade, n });
      await tokens.asked(before + 1);
      await unload();
      const ends = seen.map(({ error }) => `${error?.code} ${error?.outcome}`);
      const inFlight = ends.filter((end) => end === "closed unknown").length;
      assert.equal(ends.length, 200);
      assert.equal(ends.filter((end) => end === "closed not-sent").length, 200 - inFlight);
      // While the token is renewed for the first that was refused, the others are still being refused.
      assert.ok(inFlight <= (when === "renewed" ? 63 : 0), `${inFlight} unknown`);
      assert.equal(simulator.executions.length, when === "renewed" ? 1 : 0);
      // The token comes after all; nobody signs anything with it any more.
      tokens.release();
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(simulator.executions.length, when === "renewed" ? 1 : 0);
    });
  }

  it("fetches a new token after a deploy", async () => {
    const flow = await load();
    tokens.hold();
    flow.send({ payload: fade });
    await tokens.asked(1);
    await unload();
    tokens.release();
    const next = await load();
    assert.equal((await next.run({ payload: fade })).port, "result");
    assert.equal(tokens.questions.length, 2);
  });
});
