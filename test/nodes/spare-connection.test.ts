import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { eventually, key, TestFlow, unload } from "../support/nodes";
import { callsOnly, httpAnswer, RawServer, success } from "../support/raw-server";

describe("an account's spare connection", () => {
  let server: RawServer;
  /** Connections on which nothing was ever sent. */
  const silent = new Set<Socket>();

  beforeEach(async () => {
    silent.clear();
    const answer = httpAnswer(success({ code: 200, data: {}, id: "1" }));
    server = await RawServer.start(
      callsOnly((_request, socket) => socket.write(answer)),
      (socket) => {
        silent.add(socket);
        socket.once("data", () => silent.delete(socket));
        socket.once("close", () => silent.delete(socket));
      },
    );
  });

  afterEach(async () => {
    await unload();
    await server.close();
  });

  function load(account: object): Promise<TestFlow> {
    return TestFlow.load({ account: { endpoint: server.url.href, ...account }, credentials: key });
  }

  it("is ready after the first command, and closes with the account", async () => {
    const flow = await load({});
    assert.equal(server.connections, 0, "no command, no connection");
    assert.equal((await flow.run({ payload: {} })).port, "result");
    await eventually(() => silent.size === 1);
    await unload();
    await eventually(() => silent.size === 0);
  });

  it("is not there where the account says so, or nothing is sent", async () => {
    for (const settings of [{ spareConnection: false }, { mode: "dry-run" }]) {
      const flow = await load(settings);
      for (let count = 0; count < 3; count++) {
        assert.equal((await flow.run({ payload: {} })).port, "result");
      }
      assert.equal(silent.size, 0);
      await unload();
    }
  });
});
