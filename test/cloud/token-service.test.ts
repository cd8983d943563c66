import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import { Failure } from "../../lib/base/failure";
import type { CredentialSource } from "../../lib/cloud/credentials";
import { providedCredentials, type ProviderSettings } from "../../lib/cloud/provided-credentials";
import { answerJson, TokenService } from "../support/token-service";

const roleArn = "acs:ram::1234567890123456:role/node-red";
const key = { accessKeyId: "typed-id", accessKeySecret: "SECRET-typed" };
const ramRole: ProviderSettings = {
  type: "ram_role_arn",
  roleArn,
  roleSessionName: "node-red",
  externalId: "outside",
  ...key,
};

describe("credentials from a token service, with @alicloud/credentials as it is", function () {
  this.timeout(30_000);
  let service: TokenService;
  let folder: string;
  const environment = { ...process.env };

  beforeEach(async () => {
    service = await TokenService.start();
    folder = mkdtempSync(path.join(tmpdir(), "token-"));
    // The chain must not find what the machine that runs the tests happens to have.
    for (const name of Object.keys(process.env))
      if (name.startsWith("ALIBABA_CLOUD_")) delete process.env[name];
    process.env["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = "true";
    process.env["ALIBABA_CLOUD_CREDENTIALS_FILE"] = path.join(folder, "none");
  });

  afterEach(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  });

  async function failureOf(source: CredentialSource): Promise<Failure> {
    const error = await Promise.resolve(source.get()).catch((reason: unknown) => reason);
    assert.ok(error instanceof Failure, String(error));
    assert.deepEqual(
      [error.code, error.category, error.outcome],
      ["missing-credentials", "credentials", "not-sent"],
    );
    assert.doesNotMatch(JSON.stringify(error), /SECRET|TOKEN|Signature=/);
    assert.doesNotMatch(error.message, /SECRET|TOKEN|Signature=/);
    return error;
  }

  const first = {
    accessKeyId: "STS.issued1",
    accessKeySecret: "SECRET-issued-1",
    securityToken: "TOKEN-issued/1+==",
  };

  it("a RAM role is assumed with the entered key", async () => {
    assert.deepEqual(await providedCredentials(ramRole).get(), first);
    const [question] = service.questions;
    assert.ok(question);
    const { host, parameters } = question;
    assert.equal(host, "sts.aliyuncs.com");
    const asked = ["Action", "AccessKeyId", "RoleArn", "RoleSessionName", "ExternalId"].map((name) =>
      parameters.get(name),
    );
    assert.deepEqual(asked, ["AssumeRole", "typed-id", roleArn, "node-red", "outside"]);
    assert.match(parameters.get("Signature") ?? "", /^[\w+/]{27}=$/);
  });

  it("an OIDC role is assumed with the token in the file, which is read each time", async () => {
    const oidcTokenFile = path.join(folder, "oidc");
    writeFileSync(oidcTokenFile, "OIDC-1");
    const oidcProviderArn = "acs:ram::1234567890123456:oidc-provider/cluster";
    const source = providedCredentials({
      type: "oidc_role_arn",
      roleArn,
      roleSessionName: "node-red",
      oidcProviderArn,
      oidcTokenFile,
    });
    const used = await source.get();
    assert.deepEqual(used, first);
    writeFileSync(oidcTokenFile, "OIDC-2");
    await source.renew?.(used);
    assert.deepEqual(
      service.questions.map(({ parameters }) => parameters.get("OIDCToken")),
      ["OIDC-1", "OIDC-2"],
    );
    assert.equal(service.questions[0]?.parameters.get("Action"), "AssumeRoleWithOIDC");
    rmSync(oidcTokenFile);
    const failure = await failureOf(
      providedCredentials({ type: "oidc_role_arn", roleArn, oidcProviderArn, oidcTokenFile }),
    );
    assert.match(failure.message, /no such file/);
  });

  it("the role of an ECS instance comes from its metadata service", async () => {
    assert.deepEqual(await providedCredentials({ type: "ecs_ram_role" }).get(), first);
    assert.deepEqual(
      service.questions.map(({ method, path: asked }) => `${method} ${asked}`),
      [
        "PUT /latest/api/token",
        "GET /latest/meta-data/ram/security-credentials/",
        "PUT /latest/api/token",
        "GET /latest/meta-data/ram/security-credentials/machine-role",
      ],
    );
    assert.equal(service.questions[3]?.headers["x-aliyun-ecs-metadata-token"], "metadata-token");
    await providedCredentials({ type: "ecs_ram_role", roleName: "named" }).get();
    assert.match(service.questions.at(-1)?.path ?? "", /\/named$/);
  });

  it("the environment may name an address that provides credentials", async () => {
    process.env["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    process.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = service.url;
    assert.deepEqual(await providedCredentials({ type: "default" }).get(), first);
  });

  it("the environment may name an OIDC role", async () => {
    const file = path.join(folder, "oidc");
    writeFileSync(file, "OIDC-1");
    process.env["ALIBABA_CLOUD_ROLE_ARN"] = roleArn;
    process.env["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = "acs:ram::1:oidc-provider/cluster";
    process.env["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] = file;
    assert.deepEqual(await providedCredentials({ type: "default" }).get(), first);
  });

  it("without anything else the environment is the ECS instance", async () => {
    assert.deepEqual(await providedCredentials({ type: "default" }).get(), first);
    assert.ok(service.questions.every(({ host }) => host === "100.100.100.200"));
  });

  it("any number of callers share one question, at the start and when a token has expired", async () => {
    const source = providedCredentials(ramRole);
    const all = await Promise.all(Array.from({ length: 500 }, async () => source.get()));
    assert.equal(service.questions.length, 1);
    await Promise.all(all.map(async (used) => source.renew?.(used)));
    assert.equal(service.questions.length, 2);
    const fresh = await Promise.all(Array.from({ length: 500 }, async () => source.get()));
    assert.ok(fresh.every(({ accessKeyId }) => accessKeyId === "STS.issued2"));
    assert.equal(service.questions.length, 2);
  });

  describe("by the clock", () => {
    let clock: SinonFakeTimers;

    beforeEach(() => {
      clock = useFakeTimers({ now: Date.parse("2026-01-02T03:04:05Z"), toFake: ["Date", "performance"] });
    });

    afterEach(() => clock.restore());

    it("a token is renewed in time, a quarter of an hour before its end", async () => {
      const source = providedCredentials(ramRole);
      await source.get();
      clock.tick(44 * 60_000);
      assert.equal((await source.get()).accessKeyId, "STS.issued1");
      clock.tick(2 * 60_000);
      assert.equal((await source.get()).accessKeyId, "STS.issued2");
      assert.equal(service.questions.length, 2);
    });

    it("a token that lives for ten minutes only is not fetched with every call", async () => {
      service.lifetimeMs = 600_000;
      const source = providedCredentials(ramRole);
      for (let n = 0; n < 1000; n++) {
        await source.get();
        clock.tick(2);
      }
      assert.ok(service.questions.length <= 3, `${service.questions.length} tokens in two seconds`);
    });

    it("a renewal is not content with a question that began before the token was found expired", async () => {
      let answer: (() => void) | undefined;
      let providers = 0;
      const source = providedCredentials(ramRole, () => {
        const accessKeyId = `STS.${++providers}`;
        let questions = 0;
        return {
          getCredential: () => {
            const given = { accessKeyId, accessKeySecret: "s", securityToken: "t" };
            if (++questions === 1 || providers > 1) return Promise.resolve(given);
            return new Promise((resolve) => (answer = () => resolve(given)));
          },
        };
      });
      const used = await source.get();
      clock.tick(1001);
      const old = source.get();
      const renewed = source.renew?.(used);
      assert.ok(answer);
      answer();
      await Promise.all([old, renewed]);
      assert.equal(providers, 2);
      assert.equal((await source.get()).accessKeyId, "STS.2");
    });

    it("a token service that is down then leaves the old token in use, which is still good", async () => {
      const source = providedCredentials(ramRole);
      await source.get();
      clock.tick(46 * 60_000);
      service.answering = (_question, response) => response.destroy();
      assert.equal((await source.get()).accessKeyId, "STS.issued1");
      service.answering = undefined;
      clock.tick(30_000);
      assert.equal((await source.get()).accessKeyId, "STS.issued2");
    });
  });

  const refusal = (code: string, message = "because"): object => ({
    RequestId: "R",
    HostId: "h",
    Code: code,
    Message: message,
  });
  const troubles: [string, (service: TokenService) => void, RegExp, string][] = [
    ["is down", (down) => down.goDown(), /ECONNREFUSED/, "credential-provider"],
    [
      "hangs up",
      (rude) => (rude.answering = (_question, response) => response.destroy()),
      /socket hang up|ECONNRESET/,
      "credential-provider",
    ],
    [
      "answers a page",
      (odd) => (odd.answering = (_question, response) => response.end("<html>SECRET TOKEN</html>")),
      /unmarshal fail/,
      "credential-provider",
    ],
    [
      "answers half a token",
      (odd) =>
        (odd.answering = (_question, response) =>
          response.end('{"Credentials":{"AccessKeySecret":"SECRET-issued","SecurityToken":"TOKEN')),
      /unmarshal fail/,
      "credential-provider",
    ],
    [
      "answers words that hold a secret",
      (odd) => (odd.answering = (_question, response) => response.writeHead(500).end("SECRET TOKEN")),
      /token failed/,
      "credential-provider",
    ],
    [
      "answers nothing",
      (odd) => (odd.answering = (_question, response) => response.end()),
      /unmarshal fail/,
      "credential-provider",
    ],
    [
      "answers a token without an end",
      (odd) =>
        (odd.answering = (_question, response) =>
          answerJson(response, 200, {
            Credentials: { AccessKeyId: "a", AccessKeySecret: "SECRET", SecurityToken: "TOKEN" },
          })),
      /UTC format/,
      "credential-provider",
    ],
    [
      "knows no such role",
      (strict) =>
        (strict.answering = (_question, response) =>
          answerJson(response, 404, refusal("EntityNotExist.Role", "The role not exists."))),
      /EntityNotExist\.Role: The role not exists/,
      "credential-provider",
    ],
    [
      "knows no such key",
      (strict) =>
        (strict.answering = (_question, response) =>
          answerJson(response, 404, refusal("InvalidAccessKeyId.NotFound"))),
      /InvalidAccessKeyId/,
      "access-key-id",
    ],
    [
      "finds the clock off",
      (strict) =>
        (strict.answering = (_question, response) =>
          answerJson(response, 400, refusal("InvalidTimeStamp.Expired"))),
      /InvalidTimeStamp/,
      "clock",
    ],
    [
      "repeats what it was sent",
      (strict) =>
        (strict.answering = ({ parameters }, response) =>
          answerJson(
            response,
            400,
            refusal(
              "SignatureDoesNotMatch",
              `SECRET-typed; server string to sign is:${[...parameters].join("&")} Signature=x`,
            ),
          )),
      /SignatureDoesNotMatch: \*\*\*;/,
      "access-key-secret",
    ],
  ];
  for (const [what, arrange, words, hint] of troubles) {
    it(`a token service that ${what} is named with what to do, without a secret`, async () => {
      arrange(service);
      const failure = await failureOf(providedCredentials(ramRole));
      assert.match(failure.message, words);
      assert.equal(failure.hint, `hints.${hint}`);
      assert.ok(failure.message.length < 300);
    });
  }

  it("an address that provides incomplete credentials is named, without what it provided", async () => {
    process.env["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true";
    process.env["ALIBABA_CLOUD_CREDENTIALS_URI"] = service.url;
    for (const body of ['{"AccessKeyId":"a","AccessKeySecret":"SECRET"}', "SECRET TOKEN", '"SECRET"']) {
      service.answering = (_question, response) => response.end(body);
      await failureOf(providedCredentials({ type: "default" }));
      service.answering = (_question, response) => response.writeHead(403).end(body);
      await failureOf(providedCredentials({ type: "default" }));
    }
  });

  it("a token service that comes back is used again at once, or after a second of rest", async () => {
    const clock = useFakeTimers({ toFake: ["performance"] });
    try {
      const source = providedCredentials(ramRole);
      service.answering = (_question, response) => response.destroy();
      await failureOf(source);
      await failureOf(source);
      assert.equal(service.questions.length, 2);
      // Now it rests, so that a flood of messages does not become a flood of questions.
      for (let n = 0; n < 100; n++) await failureOf(source);
      assert.equal(service.questions.length, 2);
      service.answering = undefined;
      clock.tick(1001);
      assert.deepEqual(await source.get(), first);
      assert.equal(service.questions.length, 3);
    } finally {
      clock.restore();
    }
  });

  it("a request without an answer times out, and the next one is sent", async () => {
    const clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let questions = 0;
      const source = providedCredentials(ramRole, () => ({
        getCredential: () =>
          ++questions === 1 ? new Promise(() => undefined) : Promise.resolve({ ...key, securityToken: "" }),
      }));
      const lost = failureOf(source);
      await clock.tickAsync(30_000);
      assert.match((await lost).message, /no answer in time/);
      assert.equal((await source.get()).accessKeyId, "typed-id");
    } finally {
      clock.restore();
    }
  });
});
