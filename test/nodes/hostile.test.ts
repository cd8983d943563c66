import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { Simulator } from "../../lib/simulator/simulator";
import { fade, type FlowOptions, simulated, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer } from "../support/raw-server";

describe("invoke node: misbehaving messages and other nodes", () => {
  let simulator: Simulator;
  let toIt: FlowOptions;

  beforeEach(async () => {
    ({ simulator, toIt } = await simulated());
  });

  afterEach(async () => {
    await unload();
    await simulator.close();
  });

  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const odd: [string, object][] = [
    ["a frozen message", Object.freeze({ _msgid: "1", payload: fade })],
    [
      "a message whose invocation cannot be set",
      Object.defineProperty({ payload: fade }, "invocation", { get: () => 1 }),
    ],
    [
      "an error whose source throws",
      { payload: fade, error: Object.defineProperty({}, "source", { get: throwNothing }) },
    ],
    ["an error that is gone", { payload: fade, error: revoked.proxy }],
    ["a payload that throws an odd thing", Object.defineProperty({}, "payload", { get: throwNothing })],
  ];
  for (const [what, msg] of odd) {
    it(`gives ${what} one outcome, and the next message too`, async () => {
      const flow = await TestFlow.load(toIt);
      await flow.run(msg);
      const { port } = await flow.run({ payload: fade });
      assert.equal(port, "result");
      assert.equal(flow.arrivals.length, 2);
    });
  }

  it("reports to Catch what a node behind it throws", async () => {
    const flow = await TestFlow.load(toIt);
    flow.node.send = () => {
      throw Object.create(null);
    };
    const { port } = await flow.run({ payload: fade });
    assert.equal(port, "catch");
  });

  it("closes even if a field or a context store never answers, and reports what it knows", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { result: "lamp", resultType: "flow" } });
    const ends: string[] = [];
    flow.node.send = (out: [null, { error?: { code: string; outcome: string } }]) => {
      ends.push(`${out[1].error?.code} ${out[1].error?.outcome}`);
    };
    const stuck = new Promise<void>((resolve) => {
      flow.node.context = () => ({ flow: { set: () => resolve() } }) as never;
    });
    flow.send({ payload: fade });
    await stuck;
    await unload();
    assert.deepEqual(ends, ["result-not-stored unknown"]);
    assert.equal(simulator.executions.length, 1);
  });

  it("treats the platform's texts as text only", async () => {
    const flow = await TestFlow.load({ ...toIt, invoke: { deviceName: "topic", deviceNameType: "msg" } });
    const topic = "$t(aliyun-iot-invoke-service.status.calling) __code__ <img src=x>";
    const error = await flow.failureOf({ payload: fade, topic });
    assert.ok(error.message.includes(topic.slice(0, 40)), error.message);
  });

  it("survives an answer with any depth of nesting", async () => {
    const depth = 500_000;
    const data = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    let requests = 0;
    const server = await RawServer.start((_request, socket) => {
      const result =
        requests++ === 0 ? `{"code":200,"id":"1","data":{"a":${data}}}` : '{"code":200,"id":"1","data":{}}';
      const body = JSON.stringify({
        RequestId: "R",
        Success: true,
        Data: { MessageId: "1", Result: result },
      });
      socket.write(httpAnswer(body));
    });
    const flow = await TestFlow.load({ ...toIt, account: { ...toIt.account, endpoint: server.url.href } });
    await flow.run({ payload: fade });
    assert.equal((await flow.run({ payload: fade })).port, "result");
    assert.equal(flow.arrivals.length, 2);
    await unload();
    await server.close();
  });

  it("returns a result that later nodes can copy and print, even if it is nested 3,000 deep", async () => {
    const deep = `${"[".repeat(3000)}${"]".repeat(3000)}`;
    const results = [deep, `{"code":200,"id":"1","data":${deep}}`, `{"code":460,"id":"1","data":${deep}}`];
    const server = await RawServer.start((request, socket) => {
      const Result = /^x-acs-action: Invoke/im.test(request) ? results.shift() : undefined;
      socket.write(
        httpAnswer(JSON.stringify({ RequestId: "R", Success: true, Data: { MessageId: "1", Result } })),
      );
    });
    const flow = await TestFlow.load({ ...toIt, account: { ...toIt.account, endpoint: server.url.href } });
    for (const expected of [deep, deep]) {
      const { port, msg } = await flow.run({ payload: fade });
      assert.deepEqual([port, msg.payload], ["result", expected]);
      assert.equal(JSON.stringify(structuredClone(msg.payload)), JSON.stringify(expected));
    }
    const error = await flow.failureOf({ payload: fade });
    assert.deepEqual([error.code, error.outcome], ["460", "failed"]);
    await unload();
    await server.close();
  });

  it("makes no account out of one that was closed", async () => {
    const flow = await TestFlow.load(toIt);
    const account = helper.getNode("account") as unknown as { open(): Promise<unknown> };
    await flow.run({ payload: fade });
    await unload();
    await assert.rejects(account.open(), { code: "closed" });
  });
});

function throwNothing(): never {
  throw Object.create(null);
}
