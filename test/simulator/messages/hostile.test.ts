import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import * as fc from "fast-check";
import { Simulator } from "../../../lib/simulator/simulator";
import { amqpHeader, anyFrame, frame, performative, saslHeader, saslInit } from "../../base/amqp-frames";
import { homeDefinition } from "../fixture";
import { credentials, Subscriber } from "./amqp-client";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("the simulator's AMQP port among hostile clients", () => {
  let simulator: Simulator;
  let endpoint: string;
  let subscriber: Subscriber;
  const lines: string[] = [];
  const { error, warn } = console;
  const printed: unknown[][] = [];

  before(async () => {
    console.error = console.warn = (...parts) => printed.push(parts);
    simulator = await Simulator.start({ definition: homeDefinition(), log: (line) => lines.push(line) });
    endpoint = await simulator.openAmqp();
    subscriber = await Subscriber.connect(endpoint);
  });
  after(async () => {
    Object.assign(console, { error, warn });
    await simulator.close();
    assert.deepEqual(printed, [], "nothing is printed");
  });
  /** Whoever was connected before still gets its messages. */
  afterEach(async () => {
    const { length } = subscriber.received;
    simulator.uplink.postCustom("a1House00001", "door", "alive", Buffer.from("1"));
    await subscriber.count(length + 1);
  });

  const open = async (): Promise<Socket> => {
    const { hostname, port } = new URL(endpoint);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.resume();
    await once(socket, "connect");
    return socket;
  };
  const ended = async (socket: Socket): Promise<void> => {
    if (!socket.destroyed) await once(socket, "close");
  };

  const bombs: [string, Buffer][] = [
    ["an array of 4,294,967,295 nothings (32 bytes)", bytes("005341c00f01f00000000affffffff40")],
    ["a list of as many elements", bytes("005341d000000005ffffffff40")],
    ["a map of as many pairs", bytes("005341c00c01d100000005ffffffff4040")],
    ["a text of 4 GB", bytes("005341c00a01b1ffffffff4141")],
    ["descriptors without end", Buffer.alloc(10_000)],
    ["lists without end", bytes("c0ff01".repeat(4000))],
  ];
  for (const [what, body] of bombs) {
    it(`${what} before the login ends that connection only`, async () => {
      const socket = await open();
      socket.write(Buffer.concat([saslHeader, frame(body, { type: 1 })]));
      await ended(socket);
    });

    it(`${what} after the login ends that connection only`, async () => {
      const { username, password } = credentials();
      const socket = await open();
      socket.write(Buffer.concat([saslHeader, saslInit(username, password)]));
      // Its header, its mechanisms, and the outcome.
      await once(socket, "data");
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(amqpHeader);
      socket.write(frame(body));
      await ended(socket);
    });
  }

  it("any frames, in pieces of any size, end that connection only", async () => {
    const conversation = fc.tuple(
      fc.constantFrom(saslHeader, amqpHeader, Buffer.alloc(0)),
      fc.array(anyFrame, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 50 }),
    );
    await fc.assert(
      fc.asyncProperty(conversation, async ([header, frames, size]) => {
        const all = Buffer.concat([header, ...frames]).subarray(0, 20_000);
        const socket = await open();
        socket.setNoDelay(true);
        for (let at = 0; at < Math.min(all.length, size * 20); at += size) {
          socket.write(all.subarray(at, at + size));
        }
        socket.end(all.subarray(size * 20));
        await ended(socket);
      }),
      { numRuns: 300 },
    );
  });

  it("any bytes end that connection only", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (odd, isAmqp) => {
        const socket = await open();
        socket.end(Buffer.concat([isAmqp ? saslHeader : Buffer.alloc(0), odd]));
        await ended(socket);
      }),
      { numRuns: 100 },
    );
  });

  it("a login that comes byte by byte is a login", async () => {
    const { username, password } = credentials({ clientId: "slow" });
    const socket = await open();
    socket.setNoDelay(true);
    for (const byte of Buffer.concat([saslHeader, saslInit(username, password)])) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.ok(answer.length > 0);
    socket.destroy();
    await ended(socket);
    assert.ok(!lines.some((line) => line.includes("what is no AMQP") && line.includes("slow")));
  });

  it("invalid or unsolicited SASL ends only its own connection", async () => {
    const symbol = (text: string): Buffer =>
      Buffer.concat([Buffer.from([0xa3, text.length]), Buffer.from(text)]);
    for (const mechanism of [
      "__proto__",
      "constructor",
      "enable_plain",
      "toString",
      "ANONYMOUS",
      "EXTERNAL",
    ]) {
      const socket = await open();
      socket.end(Buffer.concat([saslHeader, frame(performative(0x41, symbol(mechanism)), { type: 1 })]));
      await ended(socket);
    }
    const early = await open();
    early.end(Buffer.concat([saslHeader, frame(performative(0x43, bytes("a00141")), { type: 1 })]));
    await ended(early);
  });

  it("a second login on one connection is rejected", async () => {
    const { username, password } = credentials({ clientId: "twice" });
    const { attempts } = simulator.subscription.state().groups[0]!;
    const socket = await open();
    const wrong = saslInit(username, "wrong");
    socket.write(Buffer.concat([saslHeader, wrong, wrong, wrong, saslInit(username, password)]));
    await ended(socket);
    assert.equal(simulator.subscription.state().groups[0]!.attempts, attempts + 1);
  });

  it("a disposition for 4,294,967,296 deliveries ends that connection only", async () => {
    const other = await Subscriber.connect(endpoint, { clientId: "greedy" });
    const { socket } = other.connection as unknown as { socket: Socket };
    socket.write(frame(performative(0x15, bytes("41"), bytes("43"), bytes("70ffffffff"), bytes("41"))));
    await once(other.connection, "disconnected");
  });

  it("a crowd that never logs in is bounded, and does not shut out who does", async () => {
    const crowd: Socket[] = [];
    for (let index = 0; index < 400; index++) crowd.push(await open());
    const late = await Subscriber.connect(endpoint, { clientId: "late" });
    await late.close();
    const isCut = crowd.map((socket) => socket.destroyed);
    assert.ok(isCut.filter((cut) => !cut).length <= 256, "at most 256 are left");
    assert.ok(isCut[0] && !isCut.at(-1), "the oldest went first");
    assert.ok(lines.some((line) => line.includes("have not logged in")));
    for (const socket of crowd) socket.destroy();
  });
});
