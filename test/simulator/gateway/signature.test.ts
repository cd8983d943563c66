import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import {
  acs3Signature,
  acs3StringToSign,
  parseAcs3Authorization,
  percentEncode,
  rpcSignature,
  rpcStringToSign,
} from "../../../lib/simulator/gateway/signature";
import { Simulator } from "../../../lib/simulator/simulator";
import { assertFailed, assertRefused, type Reply, send } from "../wire";

interface Vector {
  name: string;
  credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string };
  method: string;
}
interface RpcVector extends Vector {
  parameters: Record<string, string>;
  signature: string;
}
interface Acs3Vector extends Vector {
  host: string;
  requestTarget: string;
  headers: Record<string, string>;
  authorization: string;
}

function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(path.resolve("test/vectors", file), "utf8")) as T[];
}

const rpcVectors = vectors<RpcVector>("rpc-hmac-sha1.json");
const acs3Vectors = vectors<Acs3Vector>("acs3-hmac-sha256.json");
const recordedAt = Date.parse("2026-11-22T21:33:18Z");

/** A simulator that knows the keys of the vectors and lives at their time. */
function simulatorOfTheVectors(): Promise<Simulator> {
  const keys = [...rpcVectors, ...acs3Vectors].map(({ credentials }) => credentials);
  const accessKeys = [...new Map(keys.map((key) => [key.accessKeyId, key])).values()];
  return Simulator.start({ definition: { accessKeys }, now: () => recordedAt });
}

describe("the simulator's signatures: requests recorded from Alibaba Cloud's packages", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await simulatorOfTheVectors()));
  afterEach(() => simulator.close());

  const sendRpc = ({ method, parameters }: RpcVector, signature: string): Promise<Reply> => {
    const pairs = Object.entries({ ...parameters, Signature: signature });
    const query = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
    if (method === "GET") return send(simulator, "GET", `/?${query}`);
    return send(simulator, "POST", "/", { "content-type": "application/x-www-form-urlencoded" }, query);
  };
  const sendAcs3 = (vector: Acs3Vector, authorization: string): Promise<Reply> => {
    const headers = { ...vector.headers, host: vector.host, accept: "application/json", authorization };
    return send(simulator, vector.method, vector.requestTarget, headers);
  };

  // The vectors call a product that is not there: whoever hears of that has passed the gateway.
  for (const vector of rpcVectors) {
    it(`V1 ${vector.name}: passes, and with one bit changed it does not`, async () => {
      const wrong = (vector.signature.startsWith("A") ? "B" : "A") + vector.signature.slice(1);
      assertRefused(await sendRpc(vector, wrong), 400, "SignatureDoesNotMatch");
      assertFailed(await sendRpc(vector, vector.signature), codeOf(vector.parameters));
    });
  }
  for (const vector of acs3Vectors) {
    it(`V3 ${vector.name}: passes, and with one digit changed it does not`, async () => {
      const last = vector.authorization.at(-1);
      const wrong = vector.authorization.slice(0, -1) + (last === "0" ? "1" : "0");
      assertRefused(await sendAcs3(vector, wrong), 400, "SignatureDoesNotMatch");
      const byIotId = vector.requestTarget.includes("IotId");
      assertFailed(await sendAcs3(vector, vector.authorization), codeOf(byIotId ? { IotId: "" } : {}));
    });
  }

  function codeOf(parameters: Record<string, string>): string {
    return "IotId" in parameters ? "iot.device.NotExistedDevice" : "iot.prod.NotExistedProduct";
  }
});

describe("the simulator's signatures: published examples", () => {
  const rpcExamples: [string, string, string, string][] = [
    [
      "V1-A, Pub",
      "testsecret",
      `AccessKeyId=testid Action=Pub Format=XML MessageContent=aGVsbG93b3JsZA= ProductKey=12345abcdeZ Qos=0
       RegionId=cn-shanghai ServiceCode=iot SignatureMethod=HMAC-SHA1
       SignatureNonce=0715a395-aedf-4a41-bab7-746b43d38d88 SignatureVersion=1.0 Timestamp=2017-10-02T09:39:41Z
       TopicFullName=/productKey/testdevice/get Version=2017-04-20`,
      "Y9eWn4nF8QPh3c4zAFkM/k/u7eA=",
    ],
    [
      "V1-B, DescribeRegions",
      "testsecret",
      `AccessKeyId=testid Action=DescribeRegions Format=XML SignatureMethod=HMAC-SHA1 SignatureVersion=1.0
       SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf Timestamp=2016-02-23T12:46:24Z Version=2014-05-26`,
      "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
    ],
    [
      "V1-C, SendSms",
      "testSecret",
      `AccessKeyId=testId Action=SendSms Format=XML OutId=123 PhoneNumbers=15300000001 RegionId=cn-hangzhou
       SignName=阿里云短信测试专用 SignatureMethod=HMAC-SHA1 SignatureNonce=45e25e9b-0a6f-4070-8c85-2956eda1b466
       SignatureVersion=1.0 TemplateCode=SMS_71390007 TemplateParam={"customer":"test"}
       Timestamp=2017-07-12T02:42:19Z Version=2017-05-25`,
      "zJDF+Lrzhj/ThnlvIToysFRq6t4=",
    ],
  ];
  for (const [name, secret, parameters, signature] of rpcExamples) {
    it(name, () => {
      assert.equal(rpcSignature(secret, rpcStringToSign("GET", pairsOf(parameters))), signature);
    });
  }

  it("V1-E, awkward characters, GET and POST, with and without a token", () => {
    const parameters = pairsOf(
      `AccessKeyId=testid Action=InvokeThingService Format=JSON Identifier=SetLight ProductKey=a1BwAGV0001
       RegionId=cn-shanghai SignatureMethod=HMAC-SHA1 SignatureVersion=1.0 Timestamp=2024-01-02T03:04:05Z
       SignatureNonce=1a2b3c4d-0000-4000-8000-000000000001 Version=2018-01-20
       Args={"brightness":50.0,"name":"客厅(A)~!'"}`,
    );
    parameters.push(["DeviceName", "light 01*"]);
    const sign = (method: string, more: [string, string][]): string =>
      rpcSignature("testsecret", rpcStringToSign(method, [...parameters, ...more]));
    const token: [string, string][] = [["SecurityToken", "CAES+tok/en=="]];
    assert.equal(sign("GET", []), "arD7FV7lkO2EBTpkF2OhmtaiRJs=");
    assert.equal(sign("POST", []), "t4qcOHoizFbwHZ6P/3stkgKNwyo=");
    assert.equal(sign("GET", token), "F8TJwdQWILJxaDR7yo3obLER6IU=");
    assert.equal(sign("POST", token), "LCF8VqOvjUTrhZZaApKfT1hpb5s=");
  });

  const emptyHash = createHash("sha256").digest("hex");
  const runInstances: [string, string, string][] = [
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
  ];
  for (const [nonce, date, signature] of runInstances) {
    it(`V3 RunInstances of ${date}`, () => {
      const headers = new Map([
        ["host", "ecs.cn-shanghai.aliyuncs.com"],
        ["x-acs-action", "RunInstances"],
        ["x-acs-content-sha256", emptyHash],
        ["x-acs-date", date],
        ["x-acs-signature-nonce", nonce],
        ["x-acs-version", "2014-05-26"],
      ]);
      const text = acs3StringToSign({
        method: "POST",
        query: [
          ["RegionId", "cn-shanghai"],
          ["ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"],
        ],
        headers,
        signedHeaders: [...headers.keys()],
        bodyHash: emptyHash,
      });
      assert.equal(acs3Signature("YourAccessKeySecret", text), signature);
    });
  }

  it("an incomplete Authorization is rejected", () => {
    const whole = "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-date,Signature=00ff";
    assert.deepEqual(parseAcs3Authorization(whole), {
      accessKeyId: "id",
      signedHeaders: ["host", "x-acs-date"],
      signature: "00ff",
    });
    for (const part of ["Credential=id,", "SignedHeaders=host;x-acs-date,", ",Signature=00ff"]) {
      assert.equal(parseAcs3Authorization(whole.replace(part, "")), undefined, part);
    }
  });
});

/** `a=1 b=2` as pairs. */
function pairsOf(text: string): [string, string][] {
  return text
    .split(/\s+/)
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
}
