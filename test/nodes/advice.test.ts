import assert from "node:assert/strict";
import { key, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

describe("the hint of a call that RAM refuses", () => {
  let server: RawServer;
  let body: object = {};

  before(async () => {
    server = await RawServer.start((_request, socket) =>
      socket.write(httpAnswer(JSON.stringify(body), { status: 403 })),
    );
  });

  afterEach(unload);
  after(() => server.close());

  for (const [language, words] of [
    ["en-US", "Grant the RAM user or role the action"],
    ["zh-CN", "请为该 RAM 用户或角色授予"],
  ] as const) {
    it(`names the action that was refused, ${language}`, async () => {
      const flow = await TestFlow.load({
        account: { endpoint: server.url.href },
        credentials: key,
        language,
      });
      body = { Code: "Forbidden.RAM", Message: "denied" };
      const called = await flow.failureOf({ payload: {} });
      assert.ok(called.hint?.startsWith(`${words} iot:InvokeThingService`), called.hint);
      body = { ...body, AccessDeniedDetail: { AuthAction: "iot:CallOfLater" } };
      const named = await flow.failureOf({ payload: {} });
      assert.ok(named.hint?.startsWith(`${words} iot:CallOfLater`), named.hint);
    });
  }
});
