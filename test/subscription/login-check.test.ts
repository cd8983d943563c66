import assert from "node:assert/strict";
import type { Socket } from "node:net";
import * as fc from "fast-check";
import { AmqpConnection, connectionTimings } from "../../lib/subscription/amqp-connection";
import { tryLogin } from "../../lib/subscription/login-check";
import { AmqpServer } from "./amqp-server";
import { RawAmqp, stages } from "./raw-amqp";
import { expectSilence } from "./silence";

const login = { username: "me|authId=a|", password: "PASS-1" };
const soon = { open: 200, settle: 20 };
const never = new AbortController().signal;

describe("a login that is only checked, on a malicious server", () => {
  let server: AmqpServer | RawAmqp | undefined;

  afterEach(async () => {
    await server?.close();
  });
  expectSilence();

  for (const [when, stage] of stages) {
    it(`ends, and leaves no socket, whatever the server says ${when}, also if it then says no more`, async () => {
      const says = fc.sample(
        fc.tuple(fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.nat(3), fc.boolean()),
        { numRuns: 40, seed: 7 },
      );
      let next = 0;
      const raw = await RawAmqp.start(
        stage((socket) => {
          const [bytes, isEnd, , isFrame] = says[next]!;
          const frame = isFrame ? Buffer.from([0, 0, 0, 60, 2, 0, 0, 0, 0, 0x53, 0x10, ...bytes]) : bytes;
          if (isEnd) socket.end(frame);
          else socket.write(frame);
        }),
      );
      server = raw;
      for (const [, , wait] of says) {
        const leaving = new AbortController();
        if (wait > 0) setTimeout(() => leaving.abort(), wait);
        const failure = await tryLogin(raw.endpoint, login, leaving.signal, soon);
        assert.ok(failure);
        assert.doesNotMatch(`${failure.code} ${failure.message}`, /PASS-1/);
        next++;
      }
      while (raw.open > 0) await new Promise(setImmediate);
    });
  }

  it("ends where the other side of TLS talks nonsense, or never gets past it", async () => {
    for (const say of [
      (socket: Socket): void => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
      (socket: Socket): void => void socket.write(Buffer.from([22, 3, 3, 255, 255])),
      (): void => undefined,
      (socket: Socket): void => void socket.destroy(),
    ]) {
      const raw = await RawAmqp.start(say);
      const failure = await tryLogin({ ...raw.endpoint, tls: {} }, login, never, soon);
      assert.ok(failure);
      while (raw.open > 0) await new Promise(setImmediate);
      await raw.close();
    }
    server = await RawAmqp.start(() => undefined);
    const ended = await tryLogin({ ...server.endpoint, tls: { key: "no key" } }, login, never, soon);
    assert.equal(ended?.code, "connection-failed");
  });

  it("does not listen for long to a server that answers the goodbye with bytes without end", async () => {
    const amqp = await AmqpServer.start({
      onReceiver: (connection) => {
        const { socket } = connection as unknown as { socket: Socket };
        const signsOfLife = Buffer.from("0000000802000000".repeat(8192), "hex");
        const pour = (): void => {
          while (!socket.destroyed && socket.write(signsOfLife));
        };
        // After rhea's answer, which is its last.
        setImmediate(() => {
          socket.removeAllListeners("data");
          socket.on("data", (bytes: Buffer) => {
            // The performative close.
            if (!bytes.includes(Buffer.from([0x53, 0x18]))) return;
            socket.on("drain", pour);
            pour();
          });
        });
      },
    });
    server = amqp;
    const { endpoint } = amqp;
    // It would wait for an answer as long as this test may take, and longer.
    const timings = { ...connectionTimings, close: 600_000 };
    const connection = await new Promise<AmqpConnection>((resolve, reject) => {
      const opening = new AmqpConnection(
        { endpoint, login, credits: 0, timings },
        { opened: () => resolve(opening), delivered: () => undefined, ended: reject },
      );
    });
    await connection.close();
    while (amqp.openSockets > 0) await new Promise(setImmediate);
  });
});
