import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { Failure } from "../../lib/base/failure";
import { Client, type ClientSettings } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { httpAnswer, RawServer, success } from "../support/raw-server";

const credentials = typedCredentials({
  credentialType: "sts",
  accessKeyId: "STS.id",
  accessKeySecret: "very-secret",
  securityToken: "very-token",
});

describe("cloud client against a server with arbitrary answers", () => {
  let server: RawServer;
  let client: Client;

  async function serve(onRequest: (request: string, socket: Socket) => void): Promise<void> {
    server = await RawServer.start(onRequest);
    client = connect({ endpoint: server.url });
  }

  function connect(settings: Partial<ClientSettings> & { endpoint: URL }): Client {
    return new Client({ credentials, concurrency: 3, timeout: 5000, ...settings });
  }

  async function failureOf(call: Promise<unknown>): Promise<Failure> {
    const error = await call.then(
      () => assert.fail("the call went well"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof Failure, String(error));
    return error;
  }

  const call = (options = {}) => client.call("InvokeThingService", { Args: "{}" }, options);

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it("reads a success on any status and content type", async () => {
    await serve((_request, socket) =>
      socket.write(
        httpAnswer(`\uFEFF ${success({ a: 1 })}`, { status: 418, headers: { "content-type": "image/png" } }),
      ),
    );
    const answer = await call();
    assert.equal(answer.requestId, "REQUEST-1");
  });

  it("reads a success with any white space behind it", async () => {
    await serve((_request, socket) => socket.write(httpAnswer(`${success({ a: 1 })}\r\n\u00A0\f\uFEFF`)));
    assert.equal((await call()).requestId, "REQUEST-1");
  });

  it("reads XML, and keeps the text of nested JSON", async () => {
    const xml =
      '<?xml version="1.0" encoding="UTF-8"?><InvokeThingServiceResponse><RequestId>R-2</RequestId>' +
      "<Success>true</Success><Data><MessageId>77</MessageId><Result>{&quot;code&quot;:200,&quot;data&quot;:{}}</Result></Data>" +
      "</InvokeThingServiceResponse>";
    await serve((_request, socket) => socket.write(httpAnswer(xml)));
    const answer = await call();
    assert.equal(answer.requestId, "R-2");
    assert.deepEqual(answer.body["Data"], { MessageId: "77", Result: '{"code":200,"data":{}}' });
  });

  it("sends POST, the instance, and lists as Name.N", async () => {
    let seen = "";
    await serve((request, socket) => {
      seen = request;
      socket.write(httpAnswer(success(undefined)));
    });
    client = connect({ endpoint: server.url, instanceId: "iot-060a0abc" });
    await client.call("InvokeThingsService", { DeviceName: ["a", "b c"], Qos: 0, Left: undefined });
    assert.match(seen, /^POST \/\?DeviceName\.1=a&DeviceName\.2=b%20c&IotInstanceId=iot-060a0abc&Qos=0 HTTP/);
    assert.match(seen, /x-acs-action: InvokeThingsService/);
    assert.match(seen, /x-acs-version: 2018-01-20/);
    assert.ok(!seen.includes("very-secret"));
  });

  it("sends long parameters as a form body", async () => {
    let seen = "";
    await serve((request, socket) => {
      seen = request;
      socket.write(httpAnswer(success(undefined)));
    });
    await client.call("InvokeThingService", { Args: JSON.stringify({ text: "灯".repeat(3000) }) });
    assert.match(seen, /^POST \/ HTTP/);
    assert.match(seen, /\r\n\r\nArgs=%7B%22text%22/);
  });

  const refusals: [string, string, number, Partial<Failure>][] = [
    [
      "a business failure",
      '{"RequestId":"R","Success":false,"Code":"iot.messagebroker.OFFLINE","ErrorMessage":"设备离线"}',
      200,
      {
        code: "iot.messagebroker.OFFLINE",
        outcome: "refused",
        category: "offline",
        message: "设备离线",
        requestId: "R",
      },
    ],
    [
      "a business failure in XML",
      "<X><RequestId>R</RequestId><Success>false</Success><Code>iot.messagebroker.TIMEOUT</Code><ErrorMessage>late</ErrorMessage></X>",
      200,
      { code: "iot.messagebroker.TIMEOUT", outcome: "unknown", category: "timeout", message: "late" },
    ],
    [
      "a gateway failure",
      '{"RequestId":"R","HostId":"h","Code":"Throttling.User","Message":"slow down"}',
      400,
      {
        code: "Throttling.User",
        outcome: "refused",
        category: "throttled",
        retryable: true,
        statusCode: 400,
      },
    ],
    [
      "a gateway failure in XML",
      "<?xml version='1.0'?><Error><RequestId>R</RequestId><Code>Forbidden.RAM</Code><Message>no</Message></Error>",
      403,
      { code: "Forbidden.RAM", outcome: "refused", category: "permission", message: "no", statusCode: 403 },
    ],
    [
      "keys in another case",
      '{"requestId":"R","code":"InternalError","message":"oops"}',
      500,
      { code: "InternalError", outcome: "unknown", category: "platform", requestId: "R" },
    ],
    [
      "a code that nobody knows",
      '{"RequestId":"R","Success":false,"Code":"iot.new.Thing","ErrorMessage":"?"}',
      200,
      { code: "iot.new.Thing", outcome: "unknown", category: "platform", retryable: false },
    ],
    [
      "a numeric code",
      '{"RequestId":"R","Success":false,"Code":6306,"ErrorMessage":"int out of spec"}',
      200,
      { code: "6306", outcome: "refused", category: "input" },
    ],
  ];
  for (const [what, body, status, expected] of refusals) {
    it(`names ${what}`, async () => {
      await serve((_request, socket) => socket.write(httpAnswer(body, { status })));
      const failure = await failureOf(call());
      const fields = Object.keys(expected) as (keyof Failure)[];
      assert.deepEqual(Object.fromEntries(fields.map((name) => [name, failure[name]])), expected);
    });
  }

  const unreadable: [string, string, string][] = [
    ["a page of HTML", "<!DOCTYPE html><html><body>Bad gateway</body></html>", "errors.response-html"],
    ["an empty body", "", "errors.response-empty"],
    ["half a JSON document", '{"RequestId":"R","Succ', "errors.response-broken"],
    ["half an XML document", "<InvokeThingServiceResponse><RequestId>", "errors.response-broken"],
    ["an entity bomb", '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;&b;</a>', "errors.response-broken"],
    ["JSON of a list", "[1,2]", "errors.response-other"],
    ["JSON of something else", '{"hello":"world"}', "errors.response-other"],
    ["a failure without a code", '{"Success":false}', "errors.response-no-code"],
    ["a prototype", '{"__proto__":{"Success":true}}', "errors.response-other"],
    ["10 MB", `{"Success":true,"x":"${"x".repeat(10 * 1024 * 1024)}"}`, "errors.response-too-large"],
    ["deep nesting", "[".repeat(100000), "errors.response-broken"],
  ];
  for (const [what, body, key] of unreadable) {
    it(`calls ${what} an invalid response`, async () => {
      await serve((_request, socket) => socket.write(httpAnswer(body, { status: 502 })));
      const failure = await failureOf(call());
      assert.equal(failure.code, "invalid-response");
      assert.equal(failure.outcome, "unknown");
      assert.equal(failure.statusCode, 502);
      assert.equal(typeof failure.text === "object" && failure.text.key, key);
    });
  }

  it("keeps digits beyond 2^53", async () => {
    await serve((_request, socket) =>
      socket.write(httpAnswer('{"RequestId":"R","Success":true,"MessageId":889455942124347392}')),
    );
    assert.equal((await call()).body["MessageId"], "889455942124347392");
  });

  it("reports a truncated answer as a lost connection", async () => {
    await serve((_request, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"Succ'));
    const failure = await failureOf(call());
    assert.deepEqual(
      [failure.code, failure.outcome, failure.statusCode],
      ["connection-lost", "unknown", 200],
    );
  });

  it("reports a connection closed without an answer as lost, and does not resend", async () => {
    let requests = 0;
    await serve((_request, socket) => {
      requests++;
      socket.destroy();
    });
    const failure = await failureOf(call());
    assert.deepEqual(
      [failure.code, failure.outcome, failure.retryable],
      ["connection-lost", "unknown", false],
    );
    assert.equal(requests, 1);
  });

  it("reports bytes that are not HTTP as a lost connection", async () => {
    await serve((_request, socket) => socket.end("220 smtp ready\r\n"));
    assert.equal((await failureOf(call())).outcome, "unknown");
  });

  it("knows that a refused connection sent nothing", async () => {
    await serve(() => undefined);
    await server.close();
    const failure = await failureOf(call());
    assert.deepEqual(
      [failure.code, failure.outcome, failure.retryable],
      ["connection-failed", "not-sent", true],
    );
    assert.match(failure.message, /ECONNREFUSED/);
    await serve(() => undefined);
  });

  it("knows that a name that does not resolve sent nothing", async () => {
    await serve(() => undefined);
    client = connect({ endpoint: new URL("https://iot.does-not-exist.invalid") });
    const failure = await failureOf(call());
    assert.deepEqual(
      [failure.code, failure.outcome, failure.hint],
      ["connection-failed", "not-sent", "hints.dns"],
    );
  });

  it("knows that a failed TLS handshake sent nothing", async () => {
    server = await RawServer.start(
      () => undefined,
      (socket) => socket.end("220 no TLS here\r\n"),
    );
    client = connect({ endpoint: new URL(server.url.href.replace("http:", "https:")) });
    const failure = await failureOf(call());
    assert.deepEqual([failure.code, failure.outcome], ["connection-failed", "not-sent"]);
  });

  it("gives up after the timeout, and calls what was sent unknown", async () => {
    await serve(() => undefined);
    const failure = await failureOf(call({ timeout: 50 }));
    assert.deepEqual(
      [failure.code, failure.category, failure.outcome, failure.retryable],
      ["request-timeout", "timeout", "unknown", false],
    );
  });

  it("is cancelled by its signal: unknown once sent, not-sent before", async () => {
    const abort = new AbortController();
    await serve(() => abort.abort());
    const sent = await failureOf(call({ signal: abort.signal }));
    assert.deepEqual([sent.code, sent.category, sent.outcome], ["closed", "closed", "unknown"]);
    const early = await failureOf(call({ signal: abort.signal }));
    assert.deepEqual([early.code, early.outcome], ["closed", "not-sent"]);
    assert.equal(server.connections, 1);
  });

  const waits: [string, number | undefined][] = [
    ["500", 500],
    [" 250 ", 250],
    ["0.5", 0.5],
    ["1000000000", 1_000_000_000],
    ["0", undefined],
    ["-5", undefined],
    ["", undefined],
    ["soon", undefined],
    ["Infinity", undefined],
    ["1, 2", undefined],
    ["Tue, 02 Jan 2035 03:04:05 GMT", undefined],
  ];
  for (const [asked, expected] of waits) {
    it(`reads x-acs-retry-after “${asked}” as ${expected ?? "no time at all"}`, async () => {
      const body = '{"RequestId":"R","Code":"Throttling.User","Message":"slow down"}';
      const headers = { "x-acs-retry-after": asked };
      await serve((_request, socket) => socket.write(httpAnswer(body, { status: 429, headers })));
      const failure = await failureOf(call());
      assert.deepEqual([failure.category, failure.retryAfterMs], ["throttled", expected]);
    });
  }

  it("ends calls that wait for credentials when it closes, and sends nothing", async () => {
    let requests = 0;
    await serve(() => requests++);
    for (const renew of [false, true]) {
      await client.close();
      let ask = (): void => undefined;
      const asked = new Promise<void>((resolve) => (ask = resolve));
      const never = (): Promise<never> => {
        ask();
        return new Promise(() => undefined);
      };
      const source = renew ? { get: () => credentials.get(), renew: never } : { get: never };
      await server.close();
      const body = '{"RequestId":"R","Code":"InvalidSecurityToken.Expired","Message":"expired"}';
      await serve((_request, socket) => {
        requests++;
        socket.write(httpAnswer(body, { status: 400 }));
      });
      await client.close();
      client = connect({ endpoint: server.url, credentials: source, timeout: 1_000_000 });
      const failure = failureOf(call());
      await asked;
      await client.close();
      const { code, outcome } = await failure;
      assert.deepEqual([code, outcome, requests], ["closed", "not-sent", renew ? 1 : 0]);
    }
  });

  it("keeps connections alive and opens no more than the concurrency", async () => {
    await serve((_request, socket) => socket.write(httpAnswer(success(undefined))));
    await Promise.all(Array.from({ length: 40 }, () => call()));
    assert.equal(server.connections, 3);
  });

  it("uses the platform's time after a rejected timestamp", async () => {
    const dates: string[] = [];
    await serve((request, socket) => {
      dates.push(/x-acs-date: (\S+)/.exec(request)?.[1] ?? "");
      socket.write(
        httpAnswer('{"RequestId":"R","Code":"InvalidTimeStamp.Expired","Message":"off"}', {
          status: 400,
          headers: { date: "Tue, 02 Jan 2035 03:04:05 GMT" },
        }),
      );
    });
    assert.deepEqual((await failureOf(call())).retryable, true);
    await failureOf(call());
    assert.match(dates[1] ?? "", /^2035-01-02T03:04/);
  });

  it("passes on no secret, token or signature that a server repeats", async () => {
    await serve((request, socket) => {
      const signature = /Signature=(\w+)/.exec(request)?.[1];
      const message = `secret very-secret, token very-token, signature ${signature}; server string to sign is:[x]`;
      const body = { RequestId: "very-token", Code: `Odd.very-secret`, Message: message };
      socket.write(httpAnswer(JSON.stringify(body), { status: 400 }));
    });
    const failure = await failureOf(call());
    const said = inspect(failure);
    assert.doesNotMatch(said, /very-secret|very-token|[0-9a-f]{64}|string to sign/);
    assert.match(failure.message, /secret \*\*\*, token \*\*\*/);
  });

  it("does not cut a long token into a piece that is shown", async () => {
    const token = "t0ken/".repeat(150);
    await serve((_request, socket) => {
      const body = {
        RequestId: "R",
        Code: "C",
        Message: `${"x".repeat(300)} ${token} ${encodeURIComponent(token)}`,
      };
      socket.write(httpAnswer(JSON.stringify(body), { status: 400 }));
    });
    const long = typedCredentials({
      credentialType: "sts",
      accessKeyId: "a",
      accessKeySecret: "b-secret",
      securityToken: token,
    });
    client = connect({ endpoint: server.url, credentials: long });
    assert.doesNotMatch((await failureOf(call())).message, /t0ken/);
  });

  for (const [status, body] of [
    [502, { Code: "InvalidUpstreamAnswer", Message: "x" }],
    [504, { code: 403, message: "x" }],
    [500, { Code: "ThrottlingOrSomething", Message: "x" }],
    [400, { Code: "6306", Message: "x" }],
  ] as const) {
    it(`does not mistake ${status} ${JSON.stringify(body)} of an intermediary for a refusal`, async () => {
      await serve((_request, socket) => socket.write(httpAnswer(JSON.stringify(body), { status })));
      assert.equal((await failureOf(call())).outcome, "unknown");
    });
  }

  it("reads a page of XML with very many elements without stopping everything else", async () => {
    await serve((_request, socket) => socket.write(httpAnswer(`<a>${"<b/>".repeat(300_000)}</a>`)));
    assert.equal((await failureOf(call())).code, "invalid-response");
  });

  it("frees its connections from calls that were given up before they were sent", async () => {
    server = await RawServer.start(() => undefined);
    // TLS to a server that never answers the handshake.
    const endpoint = new URL(server.url.href.replace("http:", "https:"));
    await new Promise<void>((resolve) => {
      client = connect({ endpoint, connectTimeout: 300, onFreed: () => client.givenUp === 0 && resolve() });
      void Promise.all([1, 2, 3].map(() => failureOf(call({ timeout: 50 })))).then((failures) => {
        assert.ok(failures.every(({ outcome }) => outcome === "not-sent"));
        assert.equal(client.givenUp, 3);
      });
    });
  });

  it("shortens a hostile message to one line of limited length", async () => {
    const body = { RequestId: "R", Code: "C", Message: `a\r\nb\u0000c\u202ed${"x".repeat(100000)}` };
    await serve((_request, socket) => socket.write(httpAnswer(JSON.stringify(body), { status: 400 })));
    const { message } = await failureOf(call());
    assert.ok(message.length <= 500);
    assert.match(message, /^a b c d/);
  });
});
