import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { providerFailure } from "../../lib/cloud/provider-failure";
import { refusedAction } from "../../lib/cloud/refused-action";
import { key } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

const denied = (more: object): object => ({
  RequestId: "R",
  Code: "NoPermission",
  Message: "denied",
  ...more,
});

describe("the hint when a permission is missing", () => {
  let server: RawServer;
  let answer = "";
  let client: Client;

  before(async () => {
    server = await RawServer.start((_request, socket) => socket.write(httpAnswer(answer, { status: 403 })));
    const credentials = typedCredentials({ credentialType: "access_key", ...key });
    client = new Client({ endpoint: server.url, credentials, timeout: 5000 });
  });

  after(async () => {
    await client.close();
    await server.close();
  });

  async function adviceOf(operation: string, body: object | string): Promise<unknown> {
    answer = typeof body === "string" ? body : JSON.stringify(body);
    const failure: unknown = await client.call(operation, {}).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof Failure);
    assert.deepEqual([failure.category, failure.outcome], ["permission", "refused"]);
    assert.equal(failure.hint, "hints.permission-action");
    return failure.hintParams?.["action"];
  }

  for (const code of ["Forbidden", "Forbidden.RAM", "NoPermission", "iot.common.RamActionPermissionDeny"]) {
    for (const operation of ["InvokeThingService", "QueryDevice", "GetThingModelTslPublished"]) {
      it(`names what was asked: ${operation}, ${code}`, async () => {
        const said = { ...denied({ Code: code }), Success: code.startsWith("iot.") ? false : undefined };
        assert.equal(await adviceOf(operation, said), `iot:${operation}`);
      });
    }
  }

  const named: [string, object | string][] = [
    ["in the detail", denied({ AccessDeniedDetail: { AuthAction: "iot:QueryDeviceDetail" } })],
    [
      "in the detail, in small letters",
      denied({ accessDeniedDetail: { authAction: "iot:QueryDeviceDetail" } }),
    ],
    ["in a detail that is text", denied({ AccessDeniedDetail: '{"AuthAction":"iot:QueryDeviceDetail"}' })],
    ["beside the code", denied({ AuthAction: "QueryDeviceDetail" })],
    ["in the message", denied({ Message: "not authorized: AuthAction=iot:QueryDeviceDetail, user=x" })],
    [
      "in a sentence",
      denied({ Message: "You are not authorized to perform iot:QueryDeviceDetail on acs:iot:cn:1:*" }),
    ],
    [
      "in XML",
      "<Error><RequestId>R</RequestId><Code>Forbidden.RAM</Code><Message>denied</Message>" +
        "<AccessDeniedDetail><AuthAction>iot:QueryDeviceDetail</AuthAction></AccessDeniedDetail></Error>",
    ],
  ];
  for (const [where, body] of named) {
    it(`names the action that the answer names, ${where}`, async () => {
      assert.equal(await adviceOf("InvokeThingService", body), "iot:QueryDeviceDetail");
    });
  }

  it("names one well-formed action whatever the answer holds", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("acs:iot:cn-shanghai:1:product/x", "iot:*", "AuthAction: ${x}"),
    );
    const body = fc.record(
      {
        AccessDeniedDetail: fc.oneof(
          text,
          fc.anything(),
          fc.record({ AuthAction: fc.oneof(text, fc.anything()) }),
        ),
        AuthAction: fc.oneof(text, fc.anything()),
        Message: fc.oneof(text, fc.anything()),
        ErrorMessage: text,
      },
      { requiredKeys: [] },
    );
    const check = fc.property(body, (said) => {
      assert.match(refusedAction(said, "QueryDevice"), /^[a-z][a-z0-9-]*:[A-Za-z]\w*$/);
    });
    fc.assert(check, { numRuns: 1000 });
    assert.equal(
      refusedAction({ Message: "no right to acs:iot:cn-shanghai:1:product/x" }, "QueryDevice"),
      "iot:QueryDevice",
    );
  });

  it("names sts:AssumeRole if the key may not assume its role", () => {
    const said =
      'refresh RoleArn sts token err, httpStatus: 403, message = {"Code":"NoPermission","Message":"no"}';
    const failure = providerFailure(new Error(said), "secret");
    assert.deepEqual(
      [failure.hint, failure.hintParams],
      ["hints.permission-role", { action: "sts:AssumeRole" }],
    );
  });
});
