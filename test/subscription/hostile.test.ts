import assert from "node:assert/strict";
import type { Socket } from "node:net";
import * as fc from "fast-check";
import type { Connection, Sender } from "rhea";
import { consumerTimings } from "../../lib/subscription/consumer";
import { AmqpServer, property } from "./amqp-server";
import { admitThen, RawAmqp } from "./raw-amqp";
import { WatchedConsumer } from "./watched-consumer";

const soon = {
  ...consumerTimings,
  first: 1,
  maxMs: 2,
  refused: 1,
  maxRefusedLength: 1,
  perMinute: 100_000,
  open: 200,
};

describe("a malicious server", () => {
  let consumer: WatchedConsumer | undefined;
  let server: AmqpServer | RawAmqp | undefined;
  const { error, warn, trace } = console;
  let printed: unknown[][];

  beforeEach(() => {
    printed = [];
    console.error = console.warn = console.trace = (...parts) => printed.push(parts);
  });

  afterEach(async () => {
    Object.assign(console, { error, warn, trace });
    await consumer?.close();
    await server?.close();
    assert.deepEqual(printed, [], "nothing is printed");
  });

  const ends = async (times: number): Promise<void> => {
    for (let end = 0, seen = 0; end < times; end++, seen = consumer!.states.length)
      await consumer!.ended(seen);
  };

  const stages: [string, (say: (socket: Socket) => void) => (socket: Socket) => void][] = [
    ["at once", (say) => say],
    ["after its header", (say) => (socket) => (socket.write("AMQP\x03\x01\x00\x00"), say(socket))],
    ["after the login", (say) => admitThen(say)],
    [
      "after the second header",
      (say) => admitThen((socket) => (socket.write("AMQP\x00\x01\x00\x00"), say(socket))),
    ],
  ];
  for (const [when, stage] of stages) {
    it(`that sends any bytes ${when} ends the connection and nothing else`, async () => {
      const bytes = fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        // A frame of AMQP or SASL with anything in it.
        fc
          .tuple(
            fc.constantFrom(0, 1),
            fc.constantFrom(0x10, 0x11, 0x12, 0x14, 0x18, 0x40, 0x44),
            fc.uint8Array({ maxLength: 60 }),
          )
          .map(([type, code, rest]) => {
            const frame = Buffer.from([0, 0, 0, 0, 2, type, 0, 0, 0, 0x53, code, ...rest]);
            frame.writeUInt32BE(frame.length, 0);
            return frame;
          }),
      );
      const says = fc.sample(bytes, { numRuns: 150, seed: 7 });
      let next = 0;
      const raw = await RawAmqp.start(stage((socket) => socket.end(says[next++ % says.length]!)));
      server = raw;
      consumer = new WatchedConsumer({ endpoint: raw.endpoint, timings: soon });
      await ends(150);
      assert.ok(consumer.names.every((name) => name !== "connected"));
    });
  }

  const afterOpening = async (act: (connection: Connection, sender: Sender) => void): Promise<void> => {
    server = await AmqpServer.start({ onReceiver: (...both) => setImmediate(act, ...both) });
    consumer = new WatchedConsumer({ endpoint: server.endpoint, timings: soon, credits: 5 });
  };

  it("that sends any bytes once all is open ends the connection and nothing else", async () => {
    const says = fc.sample(fc.uint8Array({ minLength: 9, maxLength: 200 }), { numRuns: 50, seed: 7 });
    let next = 0;
    await afterOpening((connection) => {
      const { socket } = connection as unknown as { socket: Socket };
      socket.end(says[next++ % says.length]!);
    });
    await ends(50);
  });

  it("that sends more messages than it was asked for is cut off", async () => {
    await afterOpening((_connection, sender) => {
      sender.on("sendable", () => ((sender as unknown as { credit: number }).credit = 50));
      for (let index = 0; index < 50; index++) sender.send({ body: "x" });
    });
    const { failure } = await consumer!.ended();
    assert.match(failure.message, /more messages than asked for/);
    assert.equal(consumer!.deliveries.length, 5);
  });

  it("that sends an invalid message: it is passed on as bytes", async () => {
    const odd = Buffer.from("this is no AMQP message");
    await afterOpening((_connection, sender) => sender.send(odd, undefined, 0));
    await consumer!.delivered(1);
    assert.deepEqual(consumer!.deliveries[0]!.message, { body: odd });
  });

  it("that sends without end is cut off before memory runs out", async () => {
    await afterOpening((connection) => {
      const { socket } = connection as unknown as { socket: Socket };
      socket.write(Buffer.from("7fffffff0200000000531400", "hex"));
      const chunk = Buffer.alloc(65_536);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on("drain", pour);
      pour();
    });
    const { failure } = await consumer!.ended();
    assert.match(failure.message, /too large/);
  });

  it("that talks about deliveries that never were is not listened to", async () => {
    await afterOpening((connection) => {
      const { socket } = connection as unknown as { socket: Socket };
      // Disposition of a sender for the deliveries 0 to 4294967295, with an outcome that does not exist.
      const frame = Buffer.from("0000000002000000005315c01205424370ffffffff4100539945", "hex");
      frame.writeUInt32BE(frame.length, 0);
      frame[12] = frame.length - 13;
      socket.write(frame);
    });
    await consumer!.connected();
    (server as AmqpServer).send(property("1"));
    await consumer!.delivered(1);
  });

  const bombs: [string, string][] = [
    ["a list", "005310d0ffffff00ffffff00"],
    ["an array of nothings", "005310c00fe00dff40"],
    ["an array of four thousand million nothings", "005310d00000000e00000001f000000005ffffffff40"],
    [
      "arrays in arrays, each of which claims all the rest",
      "005310d00000001200000001f00000000900000001f0ffffffffffffffff40",
    ],
    ["descriptors without end", "00".repeat(100_000)],
  ];
  for (const [what, hex] of bombs) {
    it(`that claims ${what} larger than memory is cut off before it is made`, async () => {
      const body = Buffer.from(hex, "hex");
      const frame = Buffer.concat([Buffer.from("0000000002000000", "hex"), body]);
      frame.writeUInt32BE(frame.length, 0);
      const raw = await RawAmqp.start(
        admitThen((socket) => {
          socket.write("AMQP\x00\x01\x00\x00");
          socket.write(frame);
        }),
      );
      server = raw;
      consumer = new WatchedConsumer({ endpoint: raw.endpoint });
      const { failure } = await consumer.ended();
      assert.match(failure.message, /malformed AMQP/);
    });
  }

  it("that puts such a claim into a message has it handed on as bytes", async () => {
    const odd = Buffer.from("005374d10000000e00000001f000000005ffffffff40", "hex");
    await afterOpening((_connection, sender) => sender.send(odd, undefined, 0));
    await consumer!.delivered(1);
    assert.deepEqual(consumer!.deliveries[0]!.message, { body: odd });
  });

  it("that repeats the login in its reason does not get it shown", async () => {
    server = await AmqpServer.start({
      onOpen: (connection) =>
        connection.close({
          condition: "amqp:unauthorized-access",
          description:
            "me|authMode=ststoken,securityToken=TOKEN-1,authId=a| with PASS-1 and TOKEN-1\nis not welcome",
        }),
    });
    const username = "me|authMode=ststoken,securityToken=TOKEN-1,authId=a|";
    consumer = new WatchedConsumer({
      endpoint: server.endpoint,
      login: () => Promise.resolve({ username, password: "PASS-1" }),
    });
    const { failure } = await consumer.ended();
    assert.match(failure.message, /is not welcome/);
    assert.doesNotMatch(failure.message, /TOKEN-1|PASS-1|\n/);
  });
});
