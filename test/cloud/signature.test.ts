import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import {
  authorize,
  canonicalQuery,
  encode,
  type SignedRequest,
  signRequest,
} from "../../lib/cloud/signature";

interface Vector {
  name: string;
  credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string };
  host: string;
  query: Record<string, string>;
  requestTarget: string;
  headers: Record<string, string>;
  authorization: string;
}

const file = path.resolve("test/vectors/acs3-hmac-sha256.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vector[];

/** Headers sorted by name: names and values in turn. */
function inTurn(headers: Record<string, string>): string[] {
  return Object.keys(headers)
    .sort()
    .flatMap((name) => [name, headers[name]!.trim()]);
}

function header({ headers }: SignedRequest, name: string): string {
  return headers[headers.indexOf(name) + 1] ?? "";
}

describe("V3 signature", () => {
  for (const vector of vectors) {
    it(`agrees with the official package: ${vector.name}`, () => {
      const query = canonicalQuery(vector.query);
      assert.equal(`/?${query}`, vector.requestTarget);
      const headers = { ...vector.headers, host: vector.host };
      const bodyHash = vector.headers["x-acs-content-sha256"] ?? "";
      const { authorization } = authorize("POST", query, inTurn(headers), bodyHash, vector.credentials);
      assert.equal(authorization, vector.authorization);
    });
  }

  it("is the same for the usual request as for one whose headers are collected", () => {
    const text = fc.stringMatching(/^[\x21-\x7e]{1,30}$/);
    const words = fc.record({ host: text, action: text, version: text, nonce: text, id: text, secret: text });
    const parameters = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
    const time = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(words, parameters, time, ({ id, secret, ...request }, given, now) => {
        const credentials = { accessKeyId: id, accessKeySecret: secret };
        const query = canonicalQuery(given);
        const signed = signRequest({ ...request, query, body: "", credentials, now });
        const named = signed.headers.slice(0, signed.headers.indexOf("accept"));
        const emptyHash = createHash("sha256").update("").digest("hex");
        const collected = authorize("POST", query, named, emptyHash, credentials);
        assert.equal(header(signed, "authorization"), collected.authorization);
        assert.equal(signed.signature, collected.signature);
        assert.equal(header(signed, "x-acs-content-sha256"), emptyHash);
        const signedNames = named.filter((_text, index) => index % 2 === 0);
        assert.deepEqual(signedNames, signedNames.toSorted());
      }),
    );
  });

  it("gives the published signatures for ECS RunInstances", () => {
    const query = canonicalQuery({
      ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
      RegionId: "cn-shanghai",
    });
    const published = [
      [
        "3156853299f313e23d1673dc12e1703d",
        "2023-10-26T10:22:32Z",
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
      ],
      [
        "d410180a5abf7fe235dd9b74aca91fc0",
        "2023-10-26T09:01:01Z",
        "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
      ],
    ] as const;
    for (const [nonce, date, expected] of published) {
      const hash = createHash("sha256").update("").digest("hex");
      const headers = {
        host: "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hash,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2014-05-26",
      };
      const key = { accessKeyId: "YourAccessKeyId", accessKeySecret: "YourAccessKeySecret" };
      const { signature } = authorize("POST", query, inTurn(headers), hash, key);
      assert.equal(signature, expected);
    }
  });

  const awkward = {
    host: "iot.cn-shanghai.aliyuncs.com",
    action: "InvokeThingService",
    version: "2018-01-20",
    query: canonicalQuery({
      ProductKey: "a1BwAGV0001",
      DeviceName: "light 01*",
      Identifier: "SetLight",
      Args: `{"brightness":50.0,"name":"客厅(A)~!'"}`,
    }),
    body: "",
    now: Date.parse("2024-01-02T03:04:05.678Z"),
    nonce: "00000000000000000000000000000001",
  };

  it("signs a request with awkward characters", () => {
    const signed = signRequest({
      ...awkward,
      credentials: { accessKeyId: "testid", accessKeySecret: "testsecret" },
    });
    assert.equal(
      signed.path,
      "/?Args=%7B%22brightness%22%3A50.0%2C%22name%22%3A%22%E5%AE%A2%E5%8E%85%28A%29~%21%27%22%7D&DeviceName=light%2001%2A&Identifier=SetLight&ProductKey=a1BwAGV0001",
    );
    assert.match(
      header(signed, "authorization"),
      /Signature=9d36a0b1be5802303a503d1073136066707903ec07d5efaed496484a79943a46$/,
    );
    assert.equal(header(signed, "x-acs-date"), "2024-01-02T03:04:05Z");
    assert.equal(header(signed, "accept"), "application/json");
  });

  it("signs with a security token, and sends the secret nowhere", () => {
    const signed = signRequest({
      ...awkward,
      credentials: { accessKeyId: "testid", accessKeySecret: "testsecret", securityToken: "CAES+tok/en==" },
    });
    assert.match(
      header(signed, "authorization"),
      /Signature=9ef62d66142c17b7418bff917a19e73ed002b30a2ea6e734f35e7362d551fa12$/,
    );
    assert.equal(header(signed, "x-acs-security-token"), "CAES+tok/en==");
    assert.ok(!JSON.stringify(signed).includes("testsecret"));
    assert.ok(!signed.path.includes("CAES"));
  });

  it("signs the hash and the type of a form body", () => {
    const body = awkward.query;
    const signed = signRequest({
      ...awkward,
      query: "",
      body,
      credentials: { accessKeyId: "testid", accessKeySecret: "testsecret" },
    });
    assert.equal(signed.path, "/");
    assert.equal(header(signed, "x-acs-content-sha256"), createHash("sha256").update(body).digest("hex"));
    assert.match(header(signed, "authorization"), /SignedHeaders=content-type;host;/);
  });

  it("encodes what encodeURIComponent leaves alone, and half a surrogate pair does not throw", () => {
    assert.equal(encode("!'()*~ -_."), "%21%27%28%29%2A~%20-_.");
    assert.equal(encode("\ud83d"), "%EF%BF%BD");
  });
});
