import assert from "node:assert/strict";
import { connect } from "node:net";
import * as fc from "fast-check";
import { Simulator } from "../../../lib/simulator/simulator";
import { unicode } from "../../support/unicode";
import { homeDefinition, open } from "../fixture";
import { acs3, assertSucceeded, rpc, rpcQuery, send } from "../wire";

describe("the simulator among hostile clients", () => {
  let simulator: Simulator;
  const lines: string[] = [];
  before(
    async () =>
      (simulator = await Simulator.start({ definition: homeDefinition(), log: (line) => lines.push(line) })),
  );
  after(() => simulator.close());
  afterEach(async () => {
    assertSucceeded(await acs3(simulator, "InvokeThingService", open()));
    assert.ok(!lines.some((line) => line.includes("itself failed")), lines.join("\n"));
  });

  /** What comes back for these bytes until the simulator or we close; we do once all is written. */
  const raw = (...parts: (string | Buffer)[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(simulator.endpoint).port), "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(answer));
      for (const part of parts) socket.write(part);
      socket.end();
    });

  it("survives bytes that are not HTTP", async () => {
    assert.match(await raw("\u0000\u0001\u0002 hello\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(await raw("GET /\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(await raw("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.equal(await raw(""), "");
    assert.doesNotMatch(await raw("CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n"), / 200 /);
    await raw(Buffer.from("160301020001000001fc0303", "hex"));
  });

  it("survives clients that leave in the middle", async () => {
    assert.doesNotMatch(await raw("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf"), / 200 /);
    assert.doesNotMatch(await raw("GET /?Action=Invoke"), / 200 /);
    const query = rpcQuery(simulator, "InvokeThingService", open(), { method: "GET" });
    const socket = connect(Number(new URL(simulator.endpoint).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write(`GET /?${query} HTTP/1.1\r\nhost: x\r\n\r\n`, () => socket.resetAndDestroy());
    await closed;
  });

  it("refuses headers beyond its limit", async () => {
    const answer = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(1_300_000)}\r\n\r\n`);
    assert.match(answer, /^(HTTP\/1\.1 431 |$)/);
  });

  const addresses = [
    "/?%",
    "/?%zz=%ff&%E4%A=1",
    "/?Action=%00&__proto__=1&constructor=2&toString=3",
    "/?Action=__proto__&Version=2018-01-20",
    "/?Action=constructor&Version=2018-01-20",
    "/?Action=InvokeThingService&Version=2018-01-20&AccessKeyId=__proto__&Timestamp=2026-01-01T00:00:00Z&SignatureNonce=1&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&Signature=%E4",
    `/?${"a&".repeat(100_000)}`,
    `/?${"=".repeat(100_000)}`,
    "/?Format=JSON&Format=XML&Action=a&Action=b",
    "//evil.example/?Action=x",
    "/../../etc/passwd",
    "/_simulator/../faults",
    "/_simulator/%00",
    "*",
  ];
  for (const address of addresses) {
    it(`refuses ${address.slice(0, 60)}`, async () => {
      for (const method of ["GET", "POST", "OPTIONS", "HEAD"]) {
        const { status } = await send(simulator, method, address);
        assert.ok(status >= 400 && status < 500, String(status));
      }
    });
  }

  it("refuses odd Authorization headers", async () => {
    for (const authorization of [
      "ACS3-HMAC-SHA256",
      "ACS3-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
      "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=__proto__;;,Signature=\u00e9",
      `ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=${"host;".repeat(5000)},Signature=00`,
      "Basic dGVzdGlkOnRlc3RzZWNyZXQ=",
    ]) {
      const headers = { authorization, "x-acs-action": "InvokeThingService", "x-acs-version": "2018-01-20" };
      const { status } = await send(simulator, "POST", "/", headers);
      assert.equal(status, 400, authorization.slice(0, 60));
    }
  });

  it("treats signed parameters named like JavaScript built-ins as unknown", async () => {
    const odd = { __proto__x: "1", constructor: "2", hasOwnProperty: "3", ["__proto__"]: "4" };
    const acted = simulator.executions.length;
    assertSucceeded(await rpc(simulator, "InvokeThingService", { ...open(), ...odd }));
    assert.equal(simulator.executions.length, acted + 1);
  });

  it("answers whatever is signed: any action, any parameters", async () => {
    const action = fc.constantFrom(
      "InvokeThingService",
      "QueryDevice",
      "BatchGetDeviceState",
      "GetThingModelTsl",
    );
    const name = fc.oneof(
      fc.constantFrom("ProductKey", "DeviceName", "DeviceName.1", "IotId", "IotId.2", "Identifier", "Args"),
      fc.constantFrom("PageSize", "CurrentPage", "NextToken", "IotInstanceId", "__proto__"),
      fc.string({ unit: "grapheme", minLength: 1 }),
    );
    const value = fc.oneof(unicode(), fc.json(), fc.constantFrom("a1House00001", "door", "Open"));
    const parameters = fc
      .array(fc.tuple(name, value), { maxLength: 8 })
      .map((pairs) => Object.fromEntries(pairs));
    await fc.assert(
      fc.asyncProperty(action, parameters, async (operation, odd) => {
        const { status, json } = await acs3(simulator, operation, odd);
        assert.ok([200, 400, 403].includes(status), String(status));
        assert.ok(json.RequestId && (json.Success || json.Code));
      }),
      { numRuns: 200 },
    );
  });

  it("survives random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        assert.doesNotMatch(
          await raw("POST /?", Buffer.from(bytes), " HTTP/1.1\r\nhost: x\r\n\r\n"),
          / 200 /,
        );
      }),
      { numRuns: 100 },
    );
  });
});
