import assert from "node:assert/strict";
import type { Socket } from "node:net";
import helper from "node-red-node-test-helper";
import {
  collectSends,
  eventually,
  fade,
  type FlowOptions,
  key,
  type Message,
  TestFlow,
  unload,
  useSimulator,
} from "../support/nodes";
import { furtherNode, nodeOf, operations, promptSample } from "../support/operations";
import { httpAnswer, RawServer } from "../support/raw-server";

const byId = { target: "iotId", iotId: "id", iotIdType: "msg" };

for (const operation of operations)
  describe(`${operation.name}: settings that are no rules`, () => {
    const { payload, identifier } = operation;
    const suite = useSimulator({ definition: promptSample });
    afterEach(() => {
      delete process.env["ALLOW"];
    });

    const flowWith = (
      account: Record<string, unknown>,
      invoke: Record<string, unknown> = {},
      more: FlowOptions = {},
    ): Promise<TestFlow> => suite.flowWith(account, nodeOf(operation, { ...more, invoke }));

    /** What the account said at deploy. */
    const said = (): string[] =>
      (helper.log().args as unknown as [{ level: number; msg: unknown; id?: string }][])
        .filter(([{ level, id }]) => level === 20 && id === "account")
        .map(([{ msg }]) => String(msg));

    const odd = [
      ["*/*/*"],
      { rule: "*/*/*" },
      true,
      false,
      0,
      5,
      NaN,
      "*",
      "*/*/*/*",
      "*/*/*\u2028*/*/*",
      "# x\u2028*/*/*",
    ];
    for (const value of odd) {
      it(`stop every command and are reported at deploy: ${JSON.stringify(value)}`, async () => {
        for (const field of ["allow", "confirm"]) {
          const flow = await flowWith({ [field]: value });
          assert.equal((await flow.failureOf({ payload, confirmed: true })).code, "invalid-input");
          assert.equal(said().length, 1, field);
          await unload();
        }
        assert.equal(suite.simulator.executions.length, 0);
      });
    }

    for (const setting of [{ mode: "dry" }, { mode: 1 }, { audit: true }, { auditArgs: "none" }]) {
      it(`stop every command and are reported at deploy: ${JSON.stringify(setting)}`, async () => {
        const flow = await flowWith(setting);
        assert.equal((await flow.failureOf({ payload })).code, "invalid-input");
        assert.equal(said().length, 1);
        assert.equal(suite.simulator.executions.length, 0);
      });
    }

    it("are read in the time that a deploy takes, however long they are", async () => {
      const long = `a1BwAGV0001/light01/${identifier}\n`.repeat(200_000);
      const flow = await flowWith({ allow: long });
      assert.match((await flow.failureOf({ payload })).message, /more than 2000 rules/);
      await unload();
      const one = await flowWith({ confirm: "x".repeat(5_000_000) });
      assert.match((await one.failureOf({ payload })).message, /longer than 1000/);
      await unload();
      const comments = await flowWith({ allow: `# ${"*/*/*\r# ".repeat(500_000)}` });
      assert.equal((await comments.failureOf({ payload })).code, "not-allowed");
    });

    it("are environment variables: one that is not set, or is empty, allows nothing", async () => {
      for (const value of [undefined, "", " \n"]) {
        if (value !== undefined) process.env["ALLOW"] = value;
        for (const field of ["allow", "confirm", "mode", "audit"]) {
          const flow = await flowWith({ [field]: "${ALLOW}" });
          assert.match((await flow.failureOf({ payload, confirmed: true })).message, /ALLOW/);
          await unload();
        }
      }
      process.env["ALLOW"] = "a1BwAGV0001/light02/*\na1BwAGV0001/light01/*";
      assert.equal((await (await flowWith({ allow: "${ALLOW}" })).run({ payload })).port, "result");
    });

    for (const [type, value, code] of [
      ["str", "a1BwAGV0001/light01/*", undefined],
      ["str", "a1BwAGV0001/light02/*", "not-allowed"],
      ["num", "5", "invalid-input"],
      ["json", '["*/*/*"]', "invalid-input"],
      ["json", '{"allow":"*/*/*"}', "invalid-input"],
      ["bool", "true", "invalid-input"],
      ["str", "", "invalid-input"],
    ]) {
      it(`come from the variable of a subflow instance: ${type} ${value}`, async () => {
        const more = [
          {
            id: "sub",
            type: "subflow",
            name: "lamp",
            in: [{ wires: [{ id: "inner" }] }],
            out: [0, 1].map((port) => ({ wires: [{ id: "inner", port }] })),
            env: [],
          },
          {
            id: "inner-account",
            type: "aliyun-iot-account",
            z: "sub",
            ...suite.options.account,
            allow: "${RULES}",
          },
          { ...furtherNode(operation, "inner"), z: "sub", account: "inner-account", wires: [] },
          {
            id: "use",
            type: "subflow:sub",
            z: "tab",
            x: 1,
            y: 1,
            env: [{ name: "RULES", type, value }],
            wires: [["result"], ["failure"]],
          },
        ];
        const flow = await flowWith(
          {},
          {},
          { more, moreCredentials: { "inner-account": suite.options.credentials! } },
        );
        helper.getNode("use").receive({ payload });
        await flow.until(() => flow.arrivals.length > 0);
        assert.equal(flow.arrivals[0]!.msg.error?.code, code);
        assert.equal(suite.simulator.executions.length, code === undefined ? 1 : 0);
      });
    }

    it("allow a dry run to store its result in a context, or without a second wire, and wait for no subscription", async () => {
      const invoke = { result: "plan", resultType: "flow", awaitReply: true, subscription: "gone" };
      const flow = await flowWith({ mode: "dry-run", confirm: "*/*/*" }, invoke, { isFailurePortOpen: true });
      const { port } = await flow.run({ payload, confirmed: true });
      assert.equal(port, "result");
      const plan = flow.node.context().flow.get("plan") as { parameters: object };
      assert.equal((plan.parameters as { DeviceName: string }).DeviceName, "light01");
      assert.equal((await flow.run({ payload })).port, "catch");
      const proxy = await flow.run(new Proxy({ payload, confirmed: true }, {}));
      assert.equal(proxy.port, "catch");
      assert.equal(suite.simulator.executions.length, 0);
    });
  });

describe("invoke node: names in rules", () => {
  const suite = useSimulator();

  it("distinguish similar names, and ignore white space around them", async () => {
    const names = { productKey: "pk", productKeyType: "msg", service: "svc", serviceType: "msg" };
    const flow = await suite.flowWith({ allow: "\u3000a1BwAGV0001/light01/FadeTo\u00a0" }, { invoke: names });
    for (const [pk, svc, isAllowed] of [
      [" a1BwAGV0001\n", "\tFadeTo ", true],
      ["a1BwAGV0001", "fadeTo", false],
      ["А1BwAGV0001", "FadeTo", false],
      ["a1BwAGV0001\u200b", "FadeTo", false],
      ["a1BwAGV0001", ":FadeTo", false],
      ["a1BwAGV0001", "default:FadeTo", false],
      ["a1BwAGV0001/light01", "FadeTo", false],
    ] as const) {
      assert.equal((await flow.run({ payload: fade, pk, svc })).port === "result", isAllowed, `${pk} ${svc}`);
    }
    assert.equal(suite.simulator.executions.length, 1);
  });
});

for (const operation of operations)
  describe(`${operation.name}: rules when the platform is late, silent or wrong`, () => {
    const { action, loose: payload } = operation;
    let server: RawServer;
    const calls: string[] = [];
    const questions: { iotId: string; socket: Socket }[] = [];
    /** Answers a question of a device; unset: not at all. */
    let detail: ((iotId: string) => string) | undefined;

    beforeEach(async () => {
      calls.length = 0;
      questions.length = 0;
      detail = undefined;
      server = await RawServer.start((request, socket) => {
        if (request.includes(action)) {
          calls.push(/(?:DeviceName|IotId)=(\w+)/.exec(request)?.[1] ?? "");
          if (!calls.at(-1)!.startsWith("slow")) socket.write(httpAnswer(operation.answer()));
          return;
        }
        const iotId = /[?&]IotId=(\w+)/.exec(request)?.[1] ?? "";
        questions.push({ iotId, socket });
        if (detail) socket.write(httpAnswer(detail(iotId)));
      });
    });

    afterEach(async () => {
      await unload();
      await server.close();
    });

    function load(account: object, invoke: Record<string, unknown>): Promise<TestFlow> {
      return TestFlow.load({
        ...nodeOf(operation, { invoke }),
        account: { endpoint: server.url.href, rate: 1_000_000, ...account },
        credentials: key,
      });
    }

    const answers: Record<string, unknown> = {
      "says nothing of it": {},
      "has no data": undefined,
      "is a list": [{ ProductKey: "pk", DeviceName: "dn" }],
      "names no device": { ProductKey: "pk", DeviceName: "" },
      "names another device": { IotId: "other", ProductKey: "pk", DeviceName: "dn" },
      "names a device by an object": { ProductKey: { toString: "pk" }, DeviceName: ["dn"] },
      "names one with slashes": { ProductKey: "pk", DeviceName: "dn/Open" },
    };
    for (const [what, Data] of Object.entries(answers)) {
      it(`send nothing to an IotId if the answer ${what}`, async () => {
        detail = () => JSON.stringify({ RequestId: "R", Success: true, Data });
        const flow = await load({ allow: "*/*/*" }, byId);
        assert.equal((await flow.failureOf({ payload, id: "mine" })).code, "not-allowed");
        assert.deepEqual(calls, []);
      });
    }

    it("require an IotId to be resolved even if there are only rules to confirm", async () => {
      detail = () => JSON.stringify({ RequestId: "R", Success: false, Code: "iot.device.NotExistedDevice" });
      const flow = await load({ confirm: "pk/valve/*" }, byId);
      assert.equal((await flow.failureOf({ payload, id: "mine", confirmed: true })).code, "not-allowed");
      assert.deepEqual(calls, []);
    });

    it("are those of now: commands that waited for a name when the account closed never go out", async () => {
      const flow = await load({ allow: "*/*/*" }, byId);
      const ended = collectSends(flow);
      for (let n = 0; n < 20; n++) flow.send({ payload, id: `id${n}` });
      await eventually(() => questions.length === 4);
      await unload();
      for (const { socket, iotId } of questions) {
        const Data = { IotId: iotId, ProductKey: "pk", DeviceName: "dn" };
        if (!socket.destroyed)
          socket.write(httpAnswer(JSON.stringify({ RequestId: "R", Success: true, Data })));
      }
      assertClosed(ended, 20);
      assert.deepEqual(calls, []);
    });

    it("are those of now: commands that were queued under other rules end as closed", async () => {
      const invoke = { deviceName: "dn", deviceNameType: "msg" };
      const flow = await load({ allow: "*/*/*", concurrency: 1 }, invoke);
      const ended = collectSends(flow);
      for (let n = 0; n < 20; n++) flow.send({ payload, dn: n === 0 ? "slow" : `dn${n}` });
      await eventually(() => calls.length === 1);
      await unload();
      assertClosed(ended, 19);
      const strict = await load({ allow: "*/dn3/*" }, invoke);
      assert.equal((await strict.failureOf({ payload, dn: "dn2" })).code, "not-allowed");
      assert.equal((await strict.run({ payload, dn: "dn3" })).port, "result");
      assert.deepEqual(calls, ["slow", "dn3"]);
    });

    function assertClosed(ended: Message[], notSent: number): void {
      assert.deepEqual(new Set(ended.map(({ error }) => error?.code)), new Set(["closed"]));
      assert.equal(ended.filter(({ error }) => error?.outcome === "not-sent").length, notSent);
    }
  });
