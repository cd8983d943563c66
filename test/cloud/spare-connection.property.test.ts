import assert from "node:assert/strict";
import { Socket } from "node:net";
import * as fc from "fast-check";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { buildConnector } from "undici";
import { SpareConnection } from "../../lib/cloud/spare-connection";
import { longRun } from "../support/long-run";

const seconds = 1000;
const options: buildConnector.Options = { hostname: "iot.test.invalid", protocol: "https:", port: "443" };

/** A server as a connector sees it: it accepts or refuses, at once or later, and closes what it has accepted. */
class Server {
  isRefusing = false;
  /** Times of connections that nobody has asked for, in milliseconds. */
  readonly attempts: number[] = [];
  readonly accepted: Socket[] = [];
  isCall = false;

  readonly connector: buildConnector.connector = (_options, callback) => {
    if (!this.isCall) this.attempts.push(performance.now());
    if (this.isRefusing) {
      callback(new Error("refused"), null);
      return;
    }
    const socket = new Socket();
    this.accepted.push(socket);
    callback(null, socket);
  };

  get open(): Socket[] {
    return this.accepted.filter(({ destroyed }) => !destroyed);
  }
}

describe("the spare connection of an account", () => {
  let clock: SinonFakeTimers;
  let server: Server;
  let spare: SpareConnection;
  /** Connections of calls. */
  let used: Socket[];

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
    begin();
  });

  afterEach(() => {
    spare.close();
    clock.restore();
    for (const socket of server.accepted) socket.destroy();
  });

  function begin(): void {
    server = new Server();
    spare = new SpareConnection(server.connector);
    used = [];
  }

  /** A call that needs a connection; whether it had one. */
  async function connects(): Promise<boolean> {
    server.isCall = true;
    const isConnected = new Promise<boolean>((resolve) => {
      spare.connect(options, (...[error, socket]) => {
        if (socket) used.push(socket);
        resolve(!error);
      });
    });
    const result = await isConnected;
    server.isCall = false;
    return result;
  }

  async function call(): Promise<void> {
    if (await connects()) spare.answered();
  }

  /** Open connections that no call has. */
  const spares = (): Socket[] => server.open.filter((socket) => !used.includes(socket));

  /** Lets the server close one, and the client hear of it. */
  async function closeSpare(): Promise<void> {
    for (const socket of spares()) {
      socket.destroy();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it("is there once a call has been answered, and goes to the next call", async () => {
    assert.equal(await connects(), true);
    assert.deepEqual([spares().length, server.attempts.length], [0, 0]);
    spare.answered();
    assert.equal(spares().length, 1);
    const [ready] = spares();
    clock.tick(30 * seconds);
    await connects();
    assert.equal(used.at(-1), ready);
    assert.equal(server.accepted.length, 2, "the call has opened nothing");
  });

  it("is replaced after the call that took it, but not during it", async () => {
    await call();
    clock.tick(60 * seconds);
    await connects();
    assert.equal(spares().length, 0);
    clock.tick(15 * seconds);
    assert.equal(spares().length, 1);
  });

  it("is opened again when the server closes it, at most once in 15 s", async () => {
    await call();
    for (let second = 0; second < 120; second++) {
      await closeSpare();
      clock.tick(seconds);
    }
    assert.deepEqual(
      server.attempts,
      [0, 15, 30, 45, 60, 75, 90, 105, 120].map((at) => at * seconds),
    );
  });

  it("is not opened while the server refuses connections, to it or to a call, until a call is answered", async () => {
    await call();
    server.isRefusing = true;
    await closeSpare();
    clock.tick(120 * seconds);
    assert.equal(server.attempts.length, 2);
    server.isRefusing = false;
    clock.tick(120 * seconds);
    assert.deepEqual([server.attempts.length, spares().length], [2, 0]);
    await call();
    assert.deepEqual([server.attempts.length, spares().length], [3, 1]);
    await closeSpare();
    server.isRefusing = true;
    assert.equal(await connects(), false);
    clock.tick(300 * seconds);
    assert.equal(server.attempts.length, 3);
  });

  it("is replaced before servers close silent connections, so that a call a minute does not meet that", async () => {
    await call();
    clock.tick(59 * seconds);
    assert.deepEqual(server.attempts, [0, 50 * seconds]);
    assert.equal(spares().length, 1);
  });

  it("is given up ten minutes after the last call", async () => {
    await call();
    clock.tick(5 * 60 * seconds);
    spare.answered();
    clock.tick(10 * 60 * seconds - 1);
    assert.equal(spares().length, 1);
    clock.tick(1);
    const { length } = server.attempts;
    assert.equal(spares().length, 0);
    clock.tick(60 * 60 * seconds);
    assert.equal(server.attempts.length, length);
    await call();
    assert.equal(spares().length, 1);
  });

  it("closes with the account, also one that is being opened", async () => {
    const sockets: Socket[] = [];
    let isSlow = false;
    const slow = new SpareConnection((_options: unknown, callback: buildConnector.Callback) => {
      const socket = new Socket();
      sockets.push(socket);
      socket.on("error", (error) => callback(error, null));
      if (!isSlow) callback(null, socket);
      return socket;
    });
    slow.connect(options, () => undefined);
    isSlow = true;
    slow.answered();
    assert.equal(sockets.length, 2);
    slow.close();
    assert.equal(sockets[1]!.destroyed, true);
    sockets[0]!.destroy();
    await call();
    spare.close();
    assert.equal(spares().length, 0);
    clock.tick(60 * seconds);
    assert.deepEqual([server.attempts.length, sockets.length], [1, 2]);
  });

  it("bytes on it, which no request has asked for, are its end", async () => {
    await call();
    const [ready] = spares();
    ready!.push("HTTP/1.1 408 Request Timeout\r\n\r\n");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(ready!.destroyed, true);
    await connects();
    assert.notEqual(used.at(-1), ready);
  });

  it("a goodbye that has arrived when the call takes it is seen, and the call gets a new connection", async () => {
    await call();
    const [ready] = spares();
    setImmediate(() => ready!.push(null));
    await connects();
    assert.notEqual(used.at(-1), ready);
    assert.equal(used.at(-1)!.destroyed, false);
  });

  it("keeps its rules whatever happens in whatever order", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("call", "connect", "answer", "close", "refuse", "accept") },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 200 * seconds }) },
      { weight: 1, arbitrary: fc.constant(11 * 60 * seconds) },
    );
    const runs = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      begin();
      let answeredAt = -Infinity;
      let isRefused = false;
      for (const next of steps) {
        const attempts = server.attempts.length;
        const before = performance.now();
        if (typeof next === "number") clock.tick(next);
        else if (next === "call" || next === "connect") {
          const isConnected = await connects();
          if (!isConnected) isRefused = true;
          if (isConnected && next === "call") {
            answeredAt = before;
            isRefused = false;
            spare.answered();
          }
        } else if (next === "answer") {
          if (used.length > 0) {
            answeredAt = before;
            isRefused = false;
            spare.answered();
          }
        } else if (next === "close") await closeSpare();
        else server.isRefusing = next === "refuse";
        const made = server.attempts.slice(attempts);
        if (isRefused) assert.deepEqual(made, []);
        if (server.isRefusing && made.length > 0) {
          assert.equal(made.length, 1, "no second attempt after a refusal");
          isRefused = true;
        }
        for (const at of made) assert.ok(at - answeredAt < 600 * seconds, "only after a call");
        assert.ok(spares().length <= 1);
        if (performance.now() - answeredAt >= 600 * seconds) assert.equal(spares().length, 0);
      }
      const gaps = server.attempts.slice(1).map((at, index) => at - server.attempts[index]!);
      assert.ok(gaps.every((gap) => gap >= 15 * seconds));
      spare.close();
      assert.equal(spares().length, 0);
      for (const socket of server.accepted) socket.destroy();
    });
    await fc.assert(runs, { numRuns: longRun(3000) });
  });
});
