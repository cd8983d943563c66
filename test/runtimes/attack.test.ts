import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as fc from "fast-check";
import { anyFrame, frame, saslHeader } from "../base/amqp-frames";
import { AmqpServer, reply } from "../subscription/amqp-server";
import { attackedFlow } from "../support/attacked-flow";
import { endEachTest } from "../support/hooks";
import {
  deepList,
  deepObject,
  hostileAnswers,
  hostileModels,
  HostilePlatform,
  listOf,
} from "../support/hostile-platform";
import { longRun } from "../support/long-run";
import type { LoopWatch } from "../support/loop-watch";
import { RawServer } from "../support/raw-server";
import { type Runtime, startRuntime } from "../support/runtime";

interface Outcome {
  result?: unknown;
  error?: { code: string; outcome: string };
  invocation?: { checkFailedData?: unknown };
}
type Watch = LoopWatch & { heard: number; ended: number; sent: number };

const heapMb = 512;
const size = 240_000;

/** `x` of args, by what makes it costly. */
const costly = ["{}", "[]", "null", '"1"', "1", "0.30000000000000004", "1e300", '{"f0":1}', "-0"].map(
  (piece) => listOf(piece, size),
);
costly.push(
  `"${"é".repeat(size / 2)}"`,
  "9".repeat(size),
  listOf(`${"[".repeat(29)}${"]".repeat(29)}`, size),
);

describe(`a Node-RED of ${heapMb} MB under attack`, () => {
  let runtime: Runtime;
  let platform: HostilePlatform;
  let hung: RawServer;
  let amqp: AmqpServer;
  const blocks: string[] = [];

  before(async () => {
    [platform, hung, amqp] = await Promise.all([
      HostilePlatform.start(),
      RawServer.start(() => undefined),
      AmqpServer.start(),
    ]);
    const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
    runtime = await startRuntime({
      version: 4,
      flows: attackedFlow(platform.url, hung.url.href, `amqp://127.0.0.1:${amqp.endpoint.port}`),
      credentials: { hostile: key, hung: key },
      settings: { functionExternalModules: true },
      env: {
        NODE_OPTIONS: `--max-old-space-size=${heapMb} --require ${path.join(__dirname, "../support/loop-watch.js")}`,
      },
    });
    await amqp.until(() => amqp.sender !== undefined);
    await watch();
  });

  /** Whatever came, a normal message gets its result. */
  endEachTest(async function () {
    const { maxBlock, heap } = await watch();
    blocks.push(`${maxBlock} ms (heap ${heap} MB) ${this.test?.title}`);
    assert.deepEqual((await post("call", "Fine", "unknown")).result, { Level: 5 });
    assert.doesNotMatch(runtime.log(), /unhandled|uncaught|RangeError|internal-error/i);
  });

  after(async () => {
    console.log(
      `      longest block of the event loop:\n${blocks.map((block) => `        ${block}`).join("\n")}`,
    );
    await runtime?.stop();
    await Promise.all([platform?.close(), hung?.close(), amqp?.close()]);
  });

  async function watch(): Promise<Watch> {
    return (await (await fetch(`${runtime.url}/watch`)).json()) as Watch;
  }

  async function post(
    to: "call" | "await",
    service: string,
    product = "number",
    payload: unknown = {},
  ): Promise<Outcome> {
    const response = await fetch(`${runtime.url}/${to}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ service, product, payload }),
    });
    return (await response.json()) as Outcome;
  }

  it("any answer of a service call ends as one outcome, and its copies do no harm", async () => {
    for (const service of Object.keys(hostileAnswers)) {
      const { error, result } = await post("call", service, "unknown");
      assert.ok((error === undefined) !== (result === undefined), service);
      if (/^Deep(Text|TextObject|Envelope|List|Data|Code|Xml)$/.test(service)) {
        assert.equal(error, undefined, `${service} ${error?.code}`);
      }
    }
  });

  it("any reply of a device and any other message ends as one outcome", async () => {
    const deep = [deepList, deepObject];
    platform.onAsync = (messageId, service) => {
      const part = deep[Number(service.at(-1))]!;
      const sent = reply(messageId, { productKey: "unknown", data: "HERE", checkFailedData: "THERE" });
      const body = JSON.stringify(sent.body).replace('"HERE"', service.includes("Data") ? part : "{}");
      const topic = sent.topic.replace("a1BwAGV0001", "unknown");
      amqp.send({ ...sent, topic, body: body.replace('"THERE"', service.includes("Failed") ? part : "{}") });
    };
    for (const service of ["AsyncData0", "AsyncData1", "AsyncFailed0", "AsyncFailed1"]) {
      const { error } = await post("await", service, "unknown");
      assert.equal(error, undefined, service);
    }
    const { heard } = await watch();
    const topics = [
      "thing/event/property/post",
      "thing/event/E/post",
      "user/update",
      "thing/lifecycle",
      "odd",
    ];
    const bodies = [
      ...deep,
      `{"items":${deepObject}}`,
      `{"value":${deepList}}`,
      listOf("{}", size),
      "[".repeat(size),
    ];
    for (const topic of topics) {
      for (const body of bodies) {
        const messageId = `m${topic}${bodies.indexOf(body)}`;
        amqp.send({ messageId, topic: `/unknown/light01/${topic}`, body });
      }
    }
    await amqp.until(() => amqp.openCount === 0);
    assert.equal((await watch()).heard, heard + topics.length * bodies.length);
  });

  it("large args of any kind, checked against any thing model, end as one outcome", async () => {
    // Two for each model in the short form, other ones each time.
    let next = 0;
    for (const product of Object.keys(hostileModels)) {
      for (let count = Math.min(costly.length, longRun(20)); count > 0; count--) {
        const x = costly[next++ % costly.length]!;
        const { error, result } = await post("call", "S", product, `{"x":${x}}`);
        assert.ok((error === undefined) !== (result === undefined), product);
      }
    }
    for (const text of ["[".repeat(2_000_000), '{"x":"'.padEnd(2_000_000, "\\"), '{"x":'.repeat(300_000)]) {
      assert.equal((await post("call", "S", "number", text)).error?.code, "invalid-input");
    }
  });

  it("endless lists are cut off", async () => {
    for (const list of ["products", "products/same/devices"]) {
      const response = await fetch(`${runtime.url}/aliyun-iot/accounts/hostile/${list}`);
      assert.ok(response.status < 500, `${list} ${response.status}`);
      await response.text();
    }
    assert.ok(platform.pages < 20, `${platform.pages} pages`);
  });

  it("a server that hangs costs no memory, however many messages wait and expire", async () => {
    const seconds = longRun(20);
    await fetch(`${runtime.url}/flood?seconds=${seconds}`);
    let state = await watch();
    const { heap } = state;
    // The first call hangs on.
    while (state.ended < state.sent - 1) {
      await pause(200);
      state = await watch();
    }
    assert.ok(state.heap < heap + 100, `heap grew from ${heap} to ${state.heap} MB`);
  });

  it("no bytes sent to the simulator's ports end this Node-RED", async () => {
    const { ports } = await watch();
    const bomb = frame(Buffer.from("005341c00f01f00000000affffffff40", "hex"), { type: 1 });
    const garbage = [bomb, ...fc.sample(anyFrame, longRun(500))];
    const own = ports.filter((port) => port !== runtime.port);
    assert.ok(own.length >= 2, `ports ${ports.join(", ")}`);
    for (const port of own) {
      for (const bytes of garbage) {
        const socket = connect(port, "127.0.0.1").on("error", () => undefined);
        socket.resume();
        socket.end(Buffer.concat([saslHeader, bytes]));
        await once(socket, "close");
      }
    }
  });
});
