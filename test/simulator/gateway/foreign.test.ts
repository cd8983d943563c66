import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertSucceeded, rpcQuery, send } from "../wire";

describe("a page of another site", () => {
  let simulator: Simulator;
  const lines: string[] = [];
  beforeEach(
    async () =>
      (simulator = await Simulator.start({ definition: homeDefinition(), log: (line) => lines.push(line) })),
  );
  afterEach(() => simulator.close());

  const pages: [string, Record<string, string>][] = [
    ["that names itself", { origin: "https://evil.example" }],
    ["in a sandbox", { origin: "null" }],
    ["with a name that only looks like a loopback", { origin: "http://127.0.0.1.evil.example" }],
    ["that loads an image", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["whose name was made to point here", { host: "evil.example" }],
    ["with a user before the host", { host: "localhost:1880@evil.example" }],
  ];
  for (const [what, headers] of pages) {
    it(`${what}, which signs with testid, commands no device`, async () => {
      const query = rpcQuery(simulator, "InvokeThingService", open(), { method: "GET" });
      const { status } = await send(simulator, "GET", `/?${query}`, headers);
      assert.equal(status, 403);
      const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
      const posted = rpcQuery(simulator, "InvokeThingService", open());
      assert.equal((await send(simulator, "POST", "/", form, posted)).status, 403);
      assert.deepEqual(simulator.executions, []);
      assert.match(lines.at(-1)!, /Forbidden/);
    });
  }

  it("a page of this machine may", async () => {
    const query = rpcQuery(simulator, "InvokeThingService", open(), { method: "GET" });
    const headers = { origin: "http://localhost:1880", "sec-fetch-site": "same-site" };
    assertSucceeded(await send(simulator, "GET", `/?${query}`, headers));
    assert.equal(simulator.executions.length, 1);
  });

  it("a crowd of connections without a request is bounded, and shuts nobody out", async () => {
    const crowd: Socket[] = [];
    for (let index = 0; index < 1200; index++) {
      const socket = connect(Number(new URL(simulator.endpoint).port), "127.0.0.1");
      socket.on("error", () => undefined);
      socket.resume();
      await once(socket, "connect");
      socket.write("POST / HTTP/1.1\r\n");
      crowd.push(socket);
    }
    assertSucceeded(await acs3(simulator, "InvokeThingService", open()));
    assert.ok(crowd.filter((socket) => !socket.destroyed).length <= 1024);
    for (const socket of crowd) socket.destroy();
  });
});
