import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import rhea, { type EventContext } from "rhea";
import { Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { credentials, Subscriber } from "./amqp-client";

describe("the simulator's rules for an AMQP connection", () => {
  let simulator: Simulator;
  let endpoint: string;
  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await Simulator.start({ definition: homeDefinition(), ...options });
    endpoint = await simulator.openAmqp();
  };
  afterEach(() => simulator.close());

  /** A client without manners: it resolves with the condition that it is closed with. */
  const closedWith = async (
    options: object,
    act: (context: EventContext) => void = () => undefined,
  ): Promise<string> => {
    const { hostname, port } = new URL(endpoint);
    const container = rhea.create_container();
    for (const event of ["connection_error", "error"]) container.on(event, () => undefined);
    return new Promise((resolve) => {
      container.on("connection_open", act);
      container.on("connection_close", ({ connection, error }: EventContext) => {
        const { condition, description } = (error ?? connection.error ?? {}) as unknown as Record<
          string,
          string
        >;
        resolve(`${condition} ${description}`);
      });
      container.on("disconnected", () => resolve("cut"));
      container.connect({
        host: hostname,
        port: Number(port),
        reconnect: false,
        idle_time_out: 60_000,
        ...credentials(),
        ...options,
      });
    });
  };
  const raw = async (): Promise<Socket> => {
    const { hostname, port } = new URL(endpoint);
    return new Promise((resolve) => {
      const socket: Socket = connect(Number(port), hostname, () => resolve(socket));
      socket.on("error", () => undefined);
    });
  };
  const end = async (socket: Socket): Promise<void> => {
    socket.resume();
    if (!socket.destroyed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  };

  for (const idle of [undefined, 29_999, 300_001]) {
    it(`an idle-time-out of ${idle ?? "nothing"} is refused`, async () => {
      await start();
      assert.match(await closedWith({ idle_time_out: idle }), /idle-time-out must be from 30000 to 300000/);
    });
  }

  for (const idle of [30_000, 300_000]) {
    it(`an idle-time-out of ${idle} is fine`, async () => {
      await start();
      await Subscriber.connect(endpoint, {}, { idle_time_out: idle });
    });
  }

  it("a second receiver is refused", async () => {
    await start();
    const twice = await closedWith({}, ({ connection }) => {
      connection.open_receiver();
      connection.open_receiver();
    });
    assert.match(twice, /one receiver only/);
  });

  it("a sender is refused", async () => {
    await start();
    assert.match(await closedWith({}, ({ connection }) => void connection.open_sender("x")), /may not send/);
  });

  it("any source address will do", async () => {
    await start();
    const { hostname, port } = new URL(endpoint);
    const container = rhea.create_container();
    const connection = container.connect({
      host: hostname,
      port: Number(port),
      idle_time_out: 60_000,
      ...credentials(),
    });
    connection.open_receiver("default");
    await new Promise<void>((resolve) => container.once("receiver_open", () => resolve()));
    connection.options.reconnect = false;
    connection.close();
    await new Promise<void>((resolve) => container.once("connection_close", () => resolve()));
  });

  it("a client that does not authenticate, open or attach in time is disconnected", async () => {
    await start({ amqpTimes: { patienceMs: 60 } });
    await end(await raw());
    const slow = await raw();
    slow.write("AMQP\u0003");
    await end(slow);
    assert.equal(await closedWith({}), "cut");
  });

  it("garbage, other protocols and no login end the connection, and nothing else", async () => {
    await start();
    const openFrame = Buffer.from("414d515000010000000000", "hex");
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
      Buffer.alloc(100, 255),
      Buffer.from("AMQP\u0000\u0000\u0009\u0001"),
      Buffer.from([...Buffer.from("AMQP\u0003\u0001\u0000\u0000"), 0, 0, 0, 0, 0, 0, 0, 0]),
      Buffer.from([...Buffer.from("AMQP\u0003\u0001\u0000\u0000"), 0, 0, 0, 9, 2, 1, 0, 0, 255]),
      Buffer.concat([openFrame, Buffer.alloc(70_000)]),
    ]) {
      const socket = await raw();
      socket.write(bytes);
      await end(socket);
    }
    await Subscriber.connect(endpoint);
  });

  it("a frame longer than any client needs ends the connection before it is read", async () => {
    await start();
    const socket = await raw();
    socket.write(
      Buffer.from([...Buffer.from("AMQP\u0003\u0001\u0000\u0000"), 0x7f, 255, 255, 255, 2, 1, 0, 0, 0]),
    );
    await end(socket);
  });

  it("SASL without PLAIN, and no SASL at all, are refused", async () => {
    await start();
    assert.match(await closedWith({ password: undefined }), /amqp:unauthorized-access/);
    const anonymous = await raw();
    // Header without SASL, then an open frame with a container id.
    anonymous.write(Buffer.from("414d5150000100000000001102000000005310c00401a10161", "hex"));
    await end(anonymous);
    assert.equal(simulator.subscription.state().groups[0]?.connections.length, 0);
  });

  it("close() ends everybody at once and may be called twice", async () => {
    await start();
    const subscriber = await Subscriber.connect(endpoint);
    const gone = new Promise<void>((resolve) => subscriber.connection.once("disconnected", () => resolve()));
    await raw();
    await Promise.all([simulator.close(), simulator.close()]);
    await gone;
  });

  it("openAmqp twice gives one address", async () => {
    await start();
    assert.equal(await simulator.openAmqp(), endpoint);
    assert.match(endpoint, /^amqp:\/\/127\.0\.0\.1:\d+$/);
  });

  it("a port in use is reported in one sentence", async () => {
    await start();
    const amqpPort = Number(new URL(endpoint).port);
    const other = await Simulator.start({ definition: homeDefinition(), amqpPort });
    try {
      await assert.rejects(other.openAmqp(), {
        name: "SimulatorInputError",
        message: `port ${amqpPort} is already in use on 127.0.0.1`,
      });
    } finally {
      await other.close();
    }
  });
});
