import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import type { Connection, Sender } from "rhea";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { Login } from "../../lib/subscription/login";
import { readMessage } from "../../lib/subscription/message";
import { packageRoot } from "../support/npm";
import { AmqpServer, property, type ServerOptions } from "./amqp-server";
import { admitThen, RawAmqp } from "./raw-amqp";
import { WatchedConsumer } from "./watched-consumer";

const forced = { condition: "amqp:connection:forced", description: "load balancing" };
const framing = { condition: "amqp:connection:framing-error", description: "what?" };
const unauthorized = { condition: "amqp:unauthorized-access", description: "no iot:sub" };

describe("a connection to the platform", () => {
  let consumer: WatchedConsumer;
  let server: AmqpServer | RawAmqp;
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });

  afterEach(async () => {
    const closing = consumer.close();
    clock.tick(1000);
    await closing;
    await server.close();
    const left = clock.countTimers();
    clock.restore();
    assert.equal(left, 0, "no timer is left behind");
  });

  const startServer = async (options: ServerOptions = {}): Promise<AmqpServer> => {
    const own = await AmqpServer.start(options);
    server = own;
    return own;
  };

  /** Every way in which the platform ends a connection, and what the state says of it. */
  const ends: [string, ServerOptions | ((socket: Socket) => void), string, string?][] = [
    ["closes it for its own reasons", onReceiver((connection) => connection.close(forced)), forced.condition],
    ["closes it over an error", onReceiver((connection) => connection.close(framing)), framing.condition],
    ["closes it without a reason", onReceiver((connection) => connection.close()), "connection-lost"],
    ["ends the receiver with a reason", onReceiver((_, sender) => sender.close(forced)), forced.condition],
    ["ends the receiver without a reason", onReceiver((_, sender) => sender.close()), "connection-lost"],
    [
      "takes the receiver away but leaves it attached",
      onReceiver((_, sender) => sender.detach()),
      "connection-lost",
    ],
    [
      "ends the session with a reason",
      onReceiver((_, sender) => sender.session.close(forced)),
      forced.condition,
    ],
    [
      "ends the session without a reason",
      onReceiver((_, sender) => sender.session.close()),
      "connection-lost",
    ],
    [
      "closes it before the receiver is there",
      { onOpen: (connection) => connection.close(forced) },
      forced.condition,
    ],
    ["opens a link of its own", onReceiver((connection) => connection.open_sender("x")), "connection-lost"],
    ["wants messages from us", onReceiver((connection) => connection.open_receiver("x")), "connection-lost"],
    [
      "opens a session of its own",
      onReceiver((connection) => connection.create_session().begin()),
      "connection-lost",
    ],
    ["hangs up", onReceiver((connection) => socketOf(connection).end()), "connection-lost"],
    [
      "breaks off",
      onReceiver((connection) => socketOf(connection).resetAndDestroy()),
      "connection-lost|connection-failed",
    ],
    [
      "has a fault while it checks the login",
      { admit: () => Promise.reject(new Error("down")) },
      "amqp:internal-error",
    ],
    ["accepts it and hangs up", (socket) => socket.end(), "connection-lost"],
    ["accepts it and breaks off", (socket) => socket.resetAndDestroy(), "connection-failed"],
    ["takes the login and hangs up", admitThen((socket) => socket.end()), "connection-lost"],
    [
      "speaks another language",
      (socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "connection-lost",
    ],
    ["speaks the AMQP of others", (socket) => socket.write("AMQP\x00\x00\x09\x01"), "connection-lost"],
    ["wants no login", (socket) => socket.write("AMQP\x00\x01\x00\x00"), "connection-lost"],
    ["refuses the login", { admit: () => false }, unauthorized.condition, "refused"],
    [
      "refuses it once it is open",
      { onOpen: (connection) => connection.close(unauthorized) },
      unauthorized.condition,
      "refused",
    ],
    [
      "refuses the receiver",
      onReceiver((_, sender) => sender.close(unauthorized)),
      unauthorized.condition,
      "refused",
    ],
  ];
  for (const [what, how, code, name = "disconnected"] of ends) {
    it(`is re-established with growing delays when the other side ${what}`, async () => {
      if (typeof how === "function") server = await RawAmqp.start(how);
      else await startServer(how);
      const times = [performance.now()];
      consumer = new WatchedConsumer({ endpoint: server.endpoint });
      let seen = 0;
      for (let attempt = 1; attempt <= 22; attempt++) {
        const end = await consumer.ended(seen);
        seen = consumer.states.length;
        assert.equal(end.name, name);
        assert.match(end.failure.code, new RegExp(`^(${code})$`));
        assert.ok(!end.failure.message.includes("secret"));
        assert.equal(server.connections, attempt);
        clock.tick(end.retryInMs - 1);
        assert.equal(consumer.states.length, seen, "not before its time");
        clock.tick(1);
        times.push(performance.now());
      }
      for (let index = 20; index < times.length; index++) {
        assert.ok(times[index]! - times[index - 20]! >= 60_000);
      }
      const minGap = name === "refused" ? 60_000 : 200;
      for (const [index, time] of times.slice(1).entries()) assert.ok(time - times[index]! >= minGap);
      if (name !== "refused") assert.ok(times[1]! - times[0]! <= 1000, "the first retry comes soon");
    });
  }

  const silences: [string, (socket: Socket) => void][] = [
    ["accepts it and says nothing", () => undefined],
    ["takes the login and says nothing", admitThen(() => undefined)],
    ["says its header only", admitThen((socket) => socket.write("AMQP\x00\x01\x00\x00"))],
    [
      "promises a frame that never comes",
      admitThen((socket) => socket.write("AMQP\x00\x01\x00\x00\x00\x0f\xff\xff\x02\x00\x00\x00")),
    ],
  ];
  for (const [what, how] of silences) {
    it(`is given up after 20 s when the other side ${what}`, async () => {
      let isAsked: (() => void) | undefined;
      const asked = new Promise<void>((resolve) => (isAsked = resolve));
      const raw = await RawAmqp.start((socket) => {
        how(socket);
        socket.once("data", () => isAsked?.());
      });
      server = raw;
      consumer = new WatchedConsumer({ endpoint: raw.endpoint });
      await asked;
      clock.tick(19_999);
      assert.deepEqual(consumer.names, ["connecting"]);
      clock.tick(1);
      const { name, failure } = await consumer.ended();
      assert.deepEqual(
        [name, failure.code, failure.category],
        ["disconnected", "request-timeout", "timeout"],
      );
    });
  }

  it("is noticed when it falls silent", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    await consumer.connected();
    (amqp.connection as unknown as { output(): void }).output = () => undefined;
    clock.tick(89_999);
    assert.deepEqual(consumer.names, ["connecting", "connected"]);
    clock.tick(1);
    assert.equal((await consumer.ended()).failure.code, "request-timeout");
  });

  it("asks the platform for a sign of life every minute", async () => {
    let asked: number | undefined;
    const amqp = await startServer({ onOpen: (connection) => (asked = connection.idle_time_out) });
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    await consumer.connected();
    assert.equal(asked, 60_000);
  });

  for (const idleTimeOut of [1, 4294967295]) {
    it(`survives a server with an idle timeout of ${idleTimeOut} ms`, async () => {
      const amqp = await startServer({ idleTimeOut });
      consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
      await consumer.connected();
      const before = socketOf(amqp.connection!).bytesRead;
      clock.tick(999);
      assert.equal(socketOf(amqp.connection!).bytesRead, before);
    });
  }

  it("that cannot be established reports it", async () => {
    const raw = await RawAmqp.start(() => undefined);
    const { endpoint } = raw;
    await raw.close();
    server = await RawAmqp.start(() => undefined);
    consumer = new WatchedConsumer({ endpoint });
    const { failure } = await consumer.ended();
    assert.equal(failure.code, "connection-failed");
    assert.match(failure.message, /ECONNREFUSED/);
  });

  it("waits for slow credentials, fetches them for each attempt, and reports what is wrong with them", async () => {
    const amqp = await startServer({ onReceiver: (connection) => connection.close(forced) });
    const answers: (() => Promise<Login>)[] = [
      () => Promise.resolve({ username: "me", password: "first" }),
      () => Promise.reject(new Error("no token service")),
      () => {
        throw new Error("thrown");
      },
      () => new Promise(() => undefined),
      () => Promise.resolve({ username: "me", password: "last" }),
    ];
    let asked = 0;
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint, login: () => answers[asked++]!() });
    const codes: string[] = [];
    for (let seen = 0; codes.length < answers.length; seen = consumer.states.length) {
      if (asked === 4) clock.tick(20_000);
      const { failure, retryInMs } = await consumer.ended(seen);
      codes.push(failure.code);
      if (codes.length < answers.length) clock.tick(retryInMs);
    }
    assert.deepEqual(codes, [
      forced.condition,
      "connection-failed",
      "connection-failed",
      "request-timeout",
      forced.condition,
    ]);
    assert.deepEqual(
      amqp.logins.map(({ password }) => password),
      ["first", "last"],
    );
  });

  it("that lasted for a while is re-established soon; one that did not is delayed", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    const cut = async (): Promise<number> => {
      const seen = consumer.states.length;
      amqp.cut();
      const { retryInMs } = await consumer.ended(seen);
      return retryInMs;
    };
    const again = async (retryInMs: number): Promise<void> => {
      const seen = consumer.states.length;
      clock.tick(retryInMs);
      await consumer.connected(seen);
    };
    await consumer.connected();
    let maxRetryInMs = 0;
    for (let round = 0; round < 12; round++) {
      const retryInMs = await cut();
      maxRetryInMs = Math.max(maxRetryInMs, retryInMs);
      await again(retryInMs);
    }
    assert.ok(maxRetryInMs > 5000, "it grows");
    clock.tick(30_000);
    assert.ok((await cut()) <= 1000);
  });

  for (const [what, refuse] of [
    ["whose next login is refused", (amqp: AmqpServer) => amqp.cut()],
    ["that the platform ends as unauthorized", (amqp: AmqpServer) => amqp.connection!.close(unauthorized)],
  ] as const) {
    it(`that had worked and ${what} is followed by one new login at once, then by slow ones`, async () => {
      let isWanted = true;
      const refusals: (number | undefined)[] = [];
      const amqp = await startServer({ admit: () => isWanted });
      consumer = new WatchedConsumer({
        endpoint: amqp.endpoint,
        login: (refusedForMs) => {
          refusals.push(refusedForMs);
          return Promise.resolve({ username: "me", password: "secret" });
        },
      });
      await consumer.connected();
      isWanted = false;
      let seen = consumer.states.length;
      refuse(amqp);
      let end = await consumer.ended(seen);
      while (end.failure.code !== unauthorized.condition) {
        seen = consumer.states.length;
        clock.tick(end.retryInMs);
        end = await consumer.ended(seen);
      }
      assert.deepEqual([end.name, end.retryInMs], ["disconnected", 0]);
      seen = consumer.states.length;
      clock.tick(0);
      end = await consumer.ended(seen);
      assert.equal(end.name, "refused");
      assert.ok(end.retryInMs >= 60_000);
      seen = consumer.states.length;
      clock.tick(end.retryInMs);
      end = await consumer.ended(seen);
      assert.ok(end.retryInMs >= 120_000);
      // The one at once and the slow one know that they follow a refusal, and since when.
      assert.equal(refusals.at(-2), 0);
      assert.ok(refusals.at(-1)! >= 60_000);
      isWanted = true;
      seen = consumer.states.length;
      clock.tick(end.retryInMs);
      await consumer.connected(seen);
    });
  }

  it("whose login is refused because its token has expired is back at once with a new one", async () => {
    let token = "old";
    let isExpired = false;
    const amqp = await startServer({ admit: (username) => !isExpired || username === "new" });
    consumer = new WatchedConsumer({
      endpoint: amqp.endpoint,
      login: (refusedForMs) => {
        if (refusedForMs !== undefined) token = "new";
        return Promise.resolve({ username: token, password: "secret" });
      },
    });
    await consumer.connected();
    isExpired = true;
    let seen = consumer.states.length;
    amqp.cut();
    const { retryInMs } = await consumer.ended(seen);
    seen = consumer.states.length;
    clock.tick(retryInMs);
    const refused = await consumer.ended(seen);
    clock.tick(refused.retryInMs);
    await consumer.connected(seen);
    assert.equal(refused.retryInMs, 0);
    assert.ok(!consumer.names.includes("refused"));
    assert.deepEqual(
      amqp.logins.map(({ username }) => username),
      ["old", "old", "new"],
    );
  });

  it("that is refused because of a wrong clock reports it", async () => {
    const amqp = await startServer({ admit: () => false });
    let isClockWrong = false;
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint, isClockWrong: () => isClockWrong });
    const first = await consumer.ended();
    assert.equal(first.failure.hint, "hints.subscription-refused");
    isClockWrong = true;
    const seen = consumer.states.length;
    clock.tick(first.retryInMs);
    const { failure } = await consumer.ended(seen);
    assert.deepEqual(
      [failure.code, failure.hint],
      [unauthorized.condition, "hints.subscription-refused-clock"],
    );
  });

  it("over TLS is checked against the given certificate authority", async () => {
    const ca = readFileSync(path.join(packageRoot, "test/support/tls/ca.pem"));
    const amqp = await startServer({ isSecure: true });
    consumer = new WatchedConsumer({ endpoint: { ...amqp.endpoint, host: "localhost", tls: {} } });
    const { failure } = await consumer.ended();
    assert.equal(failure.code, "connection-failed");
    assert.equal(failure.hint, "hints.tls");
    assert.equal(amqp.logins.length, 0, "no login goes to a stranger");
    await consumer.close();
    consumer = new WatchedConsumer({ endpoint: { ...amqp.endpoint, host: "localhost", tls: { ca } } });
    await consumer.connected();
  });

  it("with an unusable TLS configuration reports it", async () => {
    await startServer({ isSecure: true });
    consumer = new WatchedConsumer({ endpoint: { ...server.endpoint, tls: { cert: "no certificate" } } });
    assert.equal((await consumer.ended()).name, "disconnected");
  });

  it("never has more messages open than it has credits", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint, credits: 3 });
    amqp.send(...Array.from({ length: 50 }, (_, index) => property(`${index}`)));
    await consumer.delivered(3);
    for (let index = 0; index < 50; index++) {
      await consumer.delivered(index + 1);
      const delivery = consumer.deliveries[index]!;
      if (index % 2 === 0) delivery.accept();
      else delivery.release();
      // Only the first word counts.
      delivery.accept();
      delivery.release();
      await amqp.until(() => amqp.accepted.length + amqp.released.length === index + 1);
    }
    assert.equal(amqp.maxOpen, 3);
    assert.deepEqual([amqp.accepted.length, amqp.released.length], [25, 25]);
  });

  it("receives messages in several frames, one at a time", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint, credits: 1 });
    const bodies = ["a", "b"].map((letter) => letter.repeat(3_000_000));
    amqp.send(...bodies.map((body, index) => ({ ...property(`${index}`), body })));
    for (const [index, body] of bodies.entries()) {
      await consumer.delivered(index + 1);
      assert.equal(String(readMessage(consumer.deliveries[index]!.message).payload), body);
      consumer.deliveries[index]!.accept();
    }
    await amqp.until(() => amqp.accepted.length === 2);
    assert.deepEqual(consumer.names, ["connecting", "connected"]);
  });

  it("holds 20,000 other messages while the flow works on one", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    for (let index = 0; index < 20_000; index += 500) {
      amqp.send(...Array.from({ length: 500 }, (_, more) => property(`${index + more}`)));
      for (let more = index; more < index + 500; more++) {
        await consumer.delivered(more + 1);
        if (more > 0) consumer.deliveries[more]!.accept();
      }
    }
    await amqp.until(() => amqp.accepted.length === 19_999);
    consumer.deliveries[0]!.accept();
    await amqp.until(() => amqp.accepted.length === 20_000);
    assert.deepEqual(consumer.names, ["connecting", "connected"]);
  });

  it("is closed properly, and reports nothing afterwards", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    await consumer.connected();
    amqp.send(property("1"));
    await consumer.delivered(1);
    const goodbyes: string[] = [];
    amqp.connection!.on("sender_close", () => goodbyes.push("receiver"));
    amqp.connection!.on("connection_close", () => goodbyes.push("connection"));
    const { length } = consumer.states;
    await consumer.close();
    consumer.deliveries[0]!.accept();
    assert.deepEqual(goodbyes, ["receiver", "connection"]);
    assert.equal(consumer.states.length, length);
    assert.deepEqual(amqp.accepted, []);
  });

  it("ends in a second when the other side does not answer the goodbye", async () => {
    const amqp = await startServer();
    consumer = new WatchedConsumer({ endpoint: amqp.endpoint });
    await consumer.connected();
    const socket = socketOf(amqp.connection!).pause();
    const closing = consumer.close();
    clock.tick(1000);
    await closing;
    socket.resume();
    await once(socket, "close");
  });
});

function onReceiver(act: (connection: Connection, sender: Sender) => void): ServerOptions {
  return { onReceiver: act };
}

function socketOf(connection: Connection): Socket {
  return (connection as unknown as { socket: Socket }).socket;
}
