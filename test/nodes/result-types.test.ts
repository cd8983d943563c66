import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { key, type Message, TestFlow, unload } from "../support/nodes";
import { httpAnswer, RawServer, success } from "../support/raw-server";

const TslStr = JSON.stringify({
  profile: { productKey: "a1BwAGV0001" },
  services: [
    {
      identifier: "FadeTo",
      callType: "sync",
      inputData: [],
      outputData: [
        { identifier: "Level", dataType: { type: "double", specs: {} } },
        { identifier: "code", dataType: { type: "int", specs: {} } },
      ],
    },
  ],
});
const model = httpAnswer(JSON.stringify({ RequestId: "R", Success: true, Data: { TslStr } }));
const detail = httpAnswer(
  JSON.stringify({
    RequestId: "R",
    Success: true,
    Data: { ProductKey: "a1BwAGV0001", DeviceName: "light01", IotId: "Q7" },
  }),
);

describe("invoke node: the types of results", function () {
  this.timeout(20_000);
  let server: RawServer;

  afterEach(async () => {
    await unload();
    await server.close();
  });

  /** A flow on a platform whose device answers with `result`, and whose look-ups are left to `lookUp`. */
  async function flowOn(
    result: unknown,
    invoke: Record<string, unknown>,
    lookUp: (socket: Socket, action: string) => void,
  ): Promise<{ flow: TestFlow; warnings: string[] }> {
    server = await RawServer.start((request, socket) => {
      const action = /^x-acs-action: (\w+)/im.exec(request)?.[1] ?? "";
      if (action === "InvokeThingService") socket.write(httpAnswer(success(result)));
      else lookUp(socket, action);
    });
    const account = { endpoint: server.url.href };
    const flow = await TestFlow.load({ account, credentials: key, invoke });
    const warnings: string[] = [];
    flow.node.warn = (text: unknown) => void warnings.push(String(text));
    return { flow, warnings };
  }

  const answering = (socket: Socket, action: string): void =>
    void socket.write(action === "QueryDeviceDetail" ? detail : model);

  /** The result of the first message for which the model was there in time. */
  async function decoded(flow: TestFlow): Promise<Message> {
    for (;;) {
      const { port, msg } = await flow.run({ payload: {} });
      assert.equal(port, "result");
      if ((msg.payload as { Level?: unknown }).Level !== "25.5") return msg;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  for (const check of ["off", "error", "warn"]) {
    for (const target of [{}, { target: "iotId", iotId: "Q7", iotIdType: "str" }]) {
      const how = "target" in target ? "IotId" : "product and name";
      it(`are the thing model's with check ${check}, for a device named by ${how}`, async () => {
        const big = "9007199254740993";
        const given = { Level: "25.5", code: big };
        const { flow, warnings } = await flowOn(given, { check, ...target }, answering);
        assert.deepEqual((await decoded(flow)).payload, { Level: 25.5, code: big });
        assert.deepEqual(warnings, []);
      });
    }
  }

  it("keep an output called `code` if the model is known", async () => {
    const { flow } = await flowOn({ code: 460 }, { check: "error" }, answering);
    assert.deepEqual((await flow.run({ payload: {} })).msg.payload, { code: 460 });
  });

  it("stay the device's with check off while the model does not come, without a word or a wait", async () => {
    const held: Socket[] = [];
    const { flow, warnings } = await flowOn({ Level: "25.5" }, { check: "off" }, (socket) =>
      held.push(socket),
    );
    for (let n = 0; n < 5; n++) {
      assert.deepEqual((await flow.run({ payload: {} })).msg.payload, { Level: "25.5" });
    }
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held[0]!.write(model);
    assert.deepEqual((await decoded(flow)).payload, { Level: 25.5 });
    assert.deepEqual([warnings, held.length], [[], 1]);
  });

  it("stay the device's if there is no model, with one warning", async () => {
    const refusal = httpAnswer('{"RequestId":"R","Success":false,"Code":"iot.prod.NotExistedProduct"}');
    const { flow, warnings } = await flowOn(
      { Level: "25.5" },
      { check: "error" },
      (socket) => void socket.write(refusal),
    );
    for (let n = 0; n < 3; n++) {
      assert.deepEqual((await flow.run({ payload: {} })).msg.payload, { Level: "25.5" });
    }
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /results keep the types that the device gives them/);
  });
});
