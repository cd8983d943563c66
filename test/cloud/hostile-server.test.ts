import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Failure } from "../../lib/base/failure";
import { Client, type ClientSettings } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { httpAnswer, RawServer, success } from "../support/raw-server";

const credentials = typedCredentials({
  credentialType: "access_key",
  accessKeyId: "a",
  accessKeySecret: "b",
});
const good = httpAnswer(success({ code: 200, data: {}, id: "1" }));

describe("cloud client against a server that breaks the protocol", function () {
  this.timeout(30_000);
  let server: RawServer;
  let client: Client;

  async function serve(
    onRequest: (request: string, socket: Socket) => void,
    settings: Partial<ClientSettings> = {},
    onConnection?: (socket: Socket) => void,
  ): Promise<void> {
    server = await RawServer.start(onRequest, onConnection);
    client = new Client({ endpoint: server.url, credentials, concurrency: 2, timeout: 5000, ...settings });
  }

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  /** `ok`, or code and outcome of the failure. */
  function end(options: { timeout?: number } = {}): Promise<string> {
    return client.call("InvokeThingService", { Args: "{}" }, options).then(
      () => "ok",
      (error: unknown) => {
        assert.ok(error instanceof Failure, String(error));
        assert.doesNotMatch(error.message, /[\r\n\0]/);
        return `${error.code} ${error.outcome}`;
      },
    );
  }

  for (const how of ["reset", "closed"] as const) {
    it(`an answer that is ${how} after any byte leaves the outcome unknown, and the next call succeeds`, async () => {
      let cut = 0;
      let isGood = false;
      await serve((_request, socket) => {
        const leave = () => (how === "reset" ? socket.resetAndDestroy() : socket.end());
        if (isGood) socket.write(good);
        else if (cut === 0) leave();
        else socket.write(good.slice(0, cut), leave);
      });
      const ends = new Set<string>();
      for (cut = 0; cut < good.length; cut++) {
        isGood = false;
        ends.add(await end());
        isGood = true;
        assert.equal(await end(), "ok", `after byte ${cut}`);
      }
      assert.deepEqual([...ends], ["connection-lost unknown"]);
    });
  }

  it("a connection that was kept alive and is reset with the next request on it is unknown, and is not repeated", async () => {
    let requests = 0;
    await serve(
      (_request, socket) => {
        requests++;
        if (requests % 2 === 1) socket.write(good);
        else socket.resetAndDestroy();
      },
      { concurrency: 1 },
    );
    for (let round = 1; round <= 20; round++) {
      assert.equal(await end(), "ok");
      assert.equal(await end(), "connection-lost unknown");
      assert.equal(requests, 2 * round);
      assert.equal(server.connections, round);
    }
  });

  it("a connection that the server closes while it is idle costs no call", async () => {
    const sockets: Socket[] = [];
    await serve(
      (_request, socket) => void socket.write(good),
      {},
      (socket) => void sockets.push(socket),
    );
    for (let n = 0; n < 10; n++) {
      assert.equal(await end(), "ok");
      const gone = new Promise((resolve) => sockets.at(-1)!.once("close", resolve));
      sockets.at(-1)!.end();
      await gone;
    }
    assert.equal(server.connections, 10);
  });

  const ok = "ok";
  const lost = "connection-lost unknown";
  const answers: [string, string, string][] = [
    [
      "1xx before the answer",
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n${good}`,
      `${ok}|${lost}`,
    ],
    [
      "a switch of protocols that nobody asked for",
      "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      lost,
    ],
    ["headers of 1 MB", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1024 * 1024)}\r\n\r\n`, lost],
    ["100,000 headers", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(100_000)}\r\n`, lost],
    ["a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", lost],
    ["a status that is none", "HTTP/1.1 abc OK\r\n\r\n", lost],
    [
      "a status of four digits",
      "HTTP/1.1 2000 OK\r\ncontent-length: 0\r\n\r\n",
      `${lost}|invalid-response unknown`,
    ],
    ["another protocol's version", `HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}`, lost],
    ["two lengths", `HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}`, lost],
    ["a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}", lost],
    [
      "a length and chunks",
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      `${lost}|invalid-response unknown`,
    ],
    [
      "a chunk whose length is nonsense",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
      lost,
    ],
    [
      "a chunk of 2^64 bytes",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
      lost,
    ],
    [
      "chunks of one byte each",
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${Array.from(success(undefined))
        .map((byte) => `1\r\n${byte}\r\n`)
        .join("")}0\r\n\r\n`,
      ok,
    ],
    ["two answers at once", good + good, ok],
    ["an answer and rubbish", `${good}rubbish`, `${ok}|${lost}`],
    [
      "a compressed answer that nobody asked for",
      `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\u001f\u008bxx`,
      "invalid-response unknown",
    ],
    [
      "a redirect",
      httpAnswer("", { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
      "invalid-response unknown",
    ],
    ["no content", "HTTP/1.1 204 No Content\r\n\r\n", "invalid-response unknown"],
  ];
  for (const [what, bytes, expected] of answers) {
    it(`${what}: ${expected.replace("|", " or ")}, and the next call succeeds`, async () => {
      let requests = 0;
      await serve((_request, socket) => {
        requests++;
        socket.write(Buffer.from(requests === 1 ? bytes : good, "latin1"));
        // What has no end would be waited for until the timeout.
        if (requests === 1) socket.end();
      });
      const first = await end();
      assert.ok(expected.split("|").includes(first), first);
      assert.equal(await end(), "ok");
      assert.equal(requests, 2);
    });
  }

  it("an answer that trickles is given up in time, whatever part of it trickles", async () => {
    const timers: NodeJS.Timeout[] = [];
    await serve((_request, socket) => {
      const bytes = Array.from("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n");
      const timer = setInterval(() => socket.write(bytes.shift() ?? "x"), 2);
      timers.push(timer);
      socket.once("close", () => clearInterval(timer));
    });
    assert.deepEqual(await Promise.all([end({ timeout: 40 }), end({ timeout: 300 })]), [
      "request-timeout unknown",
      "request-timeout unknown",
    ]);
    for (const timer of timers) clearInterval(timer);
  });

  it("an answer that arrives before the request is complete is accepted, and leaves nothing behind", async () => {
    // Longer than what a socket takes at once, so that it goes out as a body and in parts.
    const args = JSON.stringify({ text: "x".repeat(200_000) });
    await serve(
      () => undefined,
      {},
      (socket) => socket.once("data", () => socket.write(good)),
    );
    const first = await client.call("InvokeThingService", { Args: args }).then(
      () => "ok",
      (error: unknown) => (error instanceof Failure ? `${error.code} ${error.outcome}` : String(error)),
    );
    assert.ok(["ok", lost].includes(first), first);
  });

  it("an unsolicited answer breaks no call", async () => {
    await serve(
      (_request, socket) => void socket.write(good),
      {},
      (socket) => void socket.write(httpAnswer('{"RequestId":"R","Success":true,"early":1}')),
    );
    for (let n = 0; n < 5; n++)
      assert.match(await end(), /^(ok|connection-lost unknown|connection-failed not-sent)$/);
  });
});
