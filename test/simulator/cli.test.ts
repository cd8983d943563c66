import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Simulator } from "../../lib/simulator/simulator";
import { Subscriber } from "./messages/amqp-client";
import { assertSucceeded, rpc } from "./wire";

const cli = path.resolve(__dirname, "../../lib/simulator/cli.js");

interface End {
  code: number | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcessWithoutNullStreams>();

function launch(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [cli, ...args]);
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

async function run(...args: string[]): Promise<End> {
  const child = launch(...args);
  const end: End = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (end.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (end.stderr += chunk.toString()));
  [end.code] = (await once(child, "close")) as [number | null];
  return end;
}

describe("the command aliyun-iot-simulator", () => {
  afterEach(() => running.forEach((child) => child.kill("SIGKILL")));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`prints one line when ready, logs to stderr, ends cleanly on ${signal}`, async () => {
      const child = launch("--port", "0");
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      await once(createInterface({ input: child.stdout }), "line");
      const ready = JSON.parse(stdout) as Pick<Simulator, "endpoint" | "accessKeyId" | "accessKeySecret">;
      assert.deepEqual(Object.keys(ready), ["endpoint", "accessKeyId", "accessKeySecret"]);

      const page = { CurrentPage: "1", PageSize: "10" };
      const { Data } = assertSucceeded(await rpc(ready as Simulator, "QueryProductList", page));
      assert.equal(Data.Total, 6);
      // A call that waits for its device does not hold the end up.
      const Args = '{"Level":1.0,"DurationMs":0,"Curve":0}';
      const slow = { ProductKey: "a1BwAGV0001", DeviceName: "light03", Identifier: "FadeTo", Args };
      const cut = assert.rejects(rpc(ready as Simulator, "InvokeThingService", slow));
      for (let text = "[]"; text === "[]";) {
        text = await (await fetch(`${ready.endpoint}/_simulator/executions`)).text();
      }
      child.kill(signal);
      assert.deepEqual(await once(child, "close"), [0, null]);
      await cut;
      assert.equal(stdout.trim().split("\n").length, 1);
      assert.match(stderr, /^QueryProductList -> ok [0-9A-F-]{36}\n$/);
    });
  }

  it("--amqp-port and --mqtt-port add their endpoints to the line, and can be reached", async () => {
    const child = launch("--port", "0", "--amqp-port", "0", "--mqtt-port", "0");
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const ready = JSON.parse(line) as Record<string, string>;
    const keys = ["endpoint", "accessKeyId", "accessKeySecret", "amqpEndpoint", "mqttEndpoint"];
    assert.deepEqual(Object.keys(ready), keys);
    const subscriber = await Subscriber.connect(ready.amqpEndpoint!);
    const socket = connect(Number(new URL(ready.mqttEndpoint!).port), "127.0.0.1");
    await once(socket, "connect");
    const gone = new Promise<void>((resolve) => subscriber.connection.once("disconnected", () => resolve()));
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [0, null]);
    await gone;
    socket.destroy();
  });

  it("--help explains itself", async () => {
    const { code, stdout, stderr } = await run("--help");
    assert.deepEqual([code, stderr], [0, ""]);
    for (const word of ["--port", "--file", "--lang", "--amqp-port", "--mqtt-port", "/_simulator/executions"])
      assert.ok(stdout.includes(word), word);
  });

  const wrong: [string[], RegExp][] = [
    [["--port", "x"], /--port must be a number from 0 to 65535, got "x"/],
    [["--port", "65536"], /--port must be a number/],
    [["--lang", "de"], /--lang must be en-US or zh-CN, got "de"/],
    [["--port", "-1"], /./],
    [["--port"], /--port/],
    [["--amqp-port", "x"], /--amqp-port must be a number from 0 to 65535, got "x"/],
    [["--mqtt-port", "70000"], /--mqtt-port must be a number from 0 to 65535/],
    [["--bogus"], /Unknown option '--bogus'; --help shows the options/],
    [["extra"], /Unexpected argument 'extra'/],
    [["--file", "no/such/file.json"], /no\/such\/file\.json: no such file/],
    [["--file", "README.md", "--port", "0"], /README\.md: (not valid JSON|no such file)/],
  ];
  for (const [args, message] of wrong) {
    it(`${args.join(" ")}: one line, exit code 1, no stack`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /^aliyun-iot-simulator: [^\n]+\n$/);
      assert.match(stderr, message);
    });
  }

  for (const option of ["--port", "--amqp-port", "--mqtt-port"]) {
    it(`a ${option} that is taken: one line, exit code 1`, async () => {
      const other = createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address() as { port: number };
      try {
        const { code, stdout, stderr } = await run("--port", "0", option, String(port));
        assert.deepEqual([code, stdout], [1, ""]);
        assert.equal(stderr, `aliyun-iot-simulator: port ${port} is already in use on 127.0.0.1\n`);
      } finally {
        other.close();
      }
    });
  }
});
