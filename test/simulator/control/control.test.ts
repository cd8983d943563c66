import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertRefused, assertSucceeded, type Reply, send } from "../wire";

describe("the simulator is inspected and controlled over HTTP", () => {
  let simulator: Simulator;
  beforeEach(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
  afterEach(() => simulator.close());

  const ask = (method: string, path: string, body?: unknown, headers = {}): Promise<Reply> =>
    send(simulator, method, `/_simulator/${path}`, headers, body === undefined ? "" : JSON.stringify(body));
  const call = (): Promise<Reply> => acs3(simulator, "InvokeThingService", open());

  it("GET executions: what the devices did; DELETE forgets it", async () => {
    assertSucceeded(await call());
    const [execution] = JSON.parse((await ask("GET", "executions")).text) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(execution ?? {}), [
      "productKey",
      "deviceName",
      "service",
      "args",
      "messageId",
      "at",
    ]);
    assert.deepEqual(execution?.args, { Percent: 20 });
    await ask("DELETE", "executions");
    assert.equal((await ask("GET", "executions")).text, "[]");
    assert.deepEqual(simulator.executions, []);
  });

  it("POST adds faults, PUT replaces them, DELETE clears them, GET shows them", async () => {
    await ask("POST", "faults", [{ fault: "throttle", times: 1 }]);
    const both = await ask("POST", "faults", [{ fault: "server-error" }]);
    assert.deepEqual(JSON.parse(both.text), [{ fault: "throttle", times: 1 }, { fault: "server-error" }]);
    assertRefused(await call(), 400, "Throttling.User");
    assertRefused(await call(), 500, "InternalError");
    await ask("PUT", "faults", [{ fault: "server-error", times: 1 }]);
    assertRefused(await call(), 500, "InternalError");
    assertSucceeded(await call());
    await ask("DELETE", "faults");
    assert.equal((await ask("GET", "faults")).text, "[]");
  });

  it("rejects invalid faults by their path, and changes nothing", async () => {
    const wrong: [unknown, RegExp][] = [
      [[{ fault: "server-error" }, { fault: "explode" }], /^faults\[1\]\.fault: expected one of drop-before/],
      [[{ fault: "hang", acton: "x" }], /^faults\[0\]\.acton: unknown key/],
      [[{ fault: "hang", times: -1 }], /^faults\[0\]\.times: expected an integer/],
      [[{ fault: "hang", action: "Explode" }], /^faults\[0\]\.action: expected one of InvokeThingService/],
      [["hang"], /^faults\[0\]: expected an object/],
      [{ fault: "hang" }, /^expected a JSON array of faults$/],
    ];
    for (const [body, message] of wrong) {
      const reply = await ask("PUT", "faults", body);
      assert.equal(reply.status, 400);
      assert.match(String((reply.json as Record<string, unknown>).error), message);
    }
    assert.equal((await send(simulator, "POST", "/_simulator/faults", {}, "[{")).status, 400);
    assertSucceeded(await call());
  });

  it("lets in no foreign Host and no page of another origin", async () => {
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "127.0.0.1@evil.example:80",
      "localhost.evil.example",
    ]) {
      assert.equal((await ask("GET", "executions", undefined, { host })).status, 403, host);
    }
    for (const origin of ["https://evil.example", "null", "http://192.168.0.1"]) {
      assert.equal((await ask("POST", "faults", [{ fault: "hang" }], { origin })).status, 403, origin);
    }
    for (const headers of [
      { host: "localhost:1880" },
      { host: "[::1]" },
      { origin: "http://localhost:1880" },
    ]) {
      assert.equal((await ask("GET", "executions", undefined, headers)).status, 200);
    }
  });

  it("knows nothing else", async () => {
    assert.equal((await ask("GET", "keys")).status, 404);
    assert.equal((await ask("POST", "executions", [])).status, 405);
    assert.equal((await ask("PATCH", "faults", [])).status, 405);
  });
});
