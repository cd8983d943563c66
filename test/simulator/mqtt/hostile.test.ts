import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import * as fc from "fast-check";
import type { MqttClient } from "mqtt";
import { PacketGuard } from "../../../lib/simulator/mqtt/packet-guard";
import { open } from "../fixture";
import { acs3, assertSucceeded } from "../wire";
import { closed, nextMessage } from "./device-client";
import { base, GateFixture } from "./fixture";

describe("the simulator's MQTT port among hostile clients", () => {
  let home: GateFixture;
  let gate: MqttClient;
  before(async () => {
    home = new GateFixture();
    await home.start();
    gate = await home.connect();
    await gate.subscribeAsync(`${base}/#`);
  });
  after(() => home.close());
  /** The device that is connected goes on. */
  afterEach(async () => {
    const reply = nextMessage(gate);
    gate.publish(`${base}/thing/event/Jam/post`, '{"id":"1","params":{}}');
    assert.equal((await reply).json.code, 200);
  });

  const socketOf = async (): Promise<Socket> => {
    const { hostname, port } = new URL(home.mqttEndpoint);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    socket.resume();
    await once(socket, "connect");
    return socket;
  };
  const ended = async (socket: Socket): Promise<void> => {
    if (!socket.destroyed) await once(socket, "close");
  };

  it("any bytes before CONNECT end that connection only", async () => {
    const packet = fc
      .tuple(fc.nat(255), fc.array(fc.nat(255), { maxLength: 5 }), fc.uint8Array({ maxLength: 100 }))
      .map(([type, length, rest]) => Buffer.from([type, ...length, ...rest]));
    await fc.assert(
      fc.asyncProperty(packet, fc.integer({ min: 1, max: 20 }), async (bytes, size) => {
        const socket = await socketOf();
        for (let from = 0; from < bytes.length; from += size) socket.write(bytes.subarray(from, from + size));
        socket.end();
        await ended(socket);
      }),
      { numRuns: 200 },
    );
  });

  for (const [what, hex] of [
    ["a CONNECT of 256 MB", "10ffffff7f"],
    ["a length without end", "10ffffffffff"],
    ["a publish of 256 MB before any CONNECT", "30ffffff7f"],
    ["anything but CONNECT", "c000"],
  ] as const) {
    it(`${what} is cut off at once`, async () => {
      const socket = await socketOf();
      socket.write(Buffer.from(hex, "hex"));
      await ended(socket);
    });
  }

  it("a publish that announces more than 256 KB is cut off before it comes", async () => {
    const device = await home.connect({ deviceName: "garage" });
    const { stream } = device as unknown as { stream: Socket };
    const isClosed = closed(device);
    stream.write(Buffer.from("30ffffff7f0003", "hex"));
    await isClosed;
    assert.ok(
      home.lines.some((line) => line.includes("a1House00001/garage cut off")),
      home.lines.join("\n"),
    );
  });

  it("a publish of 256 KB is taken", async () => {
    const { length } = home.subscriber.received;
    await gate.publishAsync("/a1House00001/gate/user/big", Buffer.alloc(256 * 1024, 65), { qos: 1 });
    const received = await home.subscriber.count(length + 1);
    assert.equal(received.at(-1)?.bytes.length, 256 * 1024);
  });

  it("reads lengths right wherever the pieces end", () => {
    const packet = fc.tuple(fc.integer({ min: 2, max: 14 }), fc.nat(40_000)).map(([type, length]) => {
      const digits: number[] = [];
      for (let rest = length; ;) {
        const digit = rest % 128;
        rest = Math.floor(rest / 128);
        digits.push(rest > 0 ? digit + 128 : digit);
        if (rest === 0) break;
      }
      return Buffer.concat([Buffer.from([type << 4, ...digits]), Buffer.alloc(length, 0x1f)]);
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 5 }), fc.integer({ min: 1, max: 5000 }), (packets, size) => {
        const guard = new PacketGuard();
        const bytes = Buffer.concat([Buffer.from([0x10, 2, 0, 0]), ...packets]);
        const maxBytes = Math.max(2, ...packets.map((each) => each.length));
        for (let from = 0; from < bytes.length; from += size) {
          assert.ok(guard.accept(bytes.subarray(from, from + size), maxBytes));
        }
        assert.ok(!guard.accept(Buffer.from("30ffffff7f", "hex"), maxBytes));
      }),
      { numRuns: 100 },
    );
  });

  it("a crowd that never logs in is bounded, and does not shut out who does", async () => {
    const crowd: Socket[] = [];
    for (let index = 0; index < 2200; index++) crowd.push(await socketOf());
    const device = await home.connect({ deviceName: "attic" });
    assert.ok(device.connected);
    assert.ok(crowd.filter((socket) => !socket.destroyed).length <= 2048);
    for (const socket of crowd) socket.destroy();
  });

  for (const text of [
    '{"id":"1","code":1e400,"data":{}}',
    '{"id":"1","code":200,"data":{"Percent":1e400}}',
    '{"code":200,"data":{"a":-1e999}}',
    `{"code":200,"data":${"[".repeat(5000)}${"]".repeat(5000)}}`,
  ]) {
    it(`a device that answers ${text.slice(0, 50)} has answered 6207`, async () => {
      const request = nextMessage(gate);
      const call = acs3(home.simulator, "InvokeThingService", open("gate"));
      const { topic } = await request;
      gate.publish(topic.replace("/rrpc/request/", "/rrpc/response/"), text);
      const { Data } = assertSucceeded(await call);
      assert.equal((JSON.parse(String(Data.Result)) as { code: number }).code, 6207);
    });

    it(`a device that replies ${text.slice(0, 50)} later has replied 6207`, async () => {
      const request = nextMessage(gate);
      const ring = { ProductKey: "a1House00001", DeviceName: "gate", Identifier: "Ring", Args: "{}" };
      const { length } = home.subscriber.received;
      const call = acs3(home.simulator, "InvokeThingService", ring);
      const { json } = await request;
      assertSucceeded(await call);
      // Only the id tells what is replied to.
      const answer = text.replace(/^\{(?:"id":"1",)?/, `{"id":"${String(json.id)}",`);
      gate.publish(`${base}/thing/service/Ring_reply`, answer);
      const received = await home.subscriber.count(length + 1);
      assert.equal(received.at(-1)?.json.code, 6207);
    });
  }
});
