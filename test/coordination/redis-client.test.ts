import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { MessageClaims } from "../../lib/coordination/message-claims";
import { readScript } from "../../lib/coordination/scripts";
import { SharedMessages } from "../../lib/coordination/shared-messages";
import { packageRoot } from "../support/npm";
import { coordinationWith, isConnected, stateOf, TestRedis } from "../support/redis";

const pem = (name: string): string => path.join(packageRoot, "test", "support", "tls", `${name}.pem`);

/** The first thing that is known of a Redis. */
function outcomeOf(coordination: Coordination): Promise<CoordinationState> {
  return stateOf(coordination, ({ name }) => name !== "connecting");
}

/** Something that talks like a Redis, of a version of its choice. */
async function startOddServer(info: string): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const command = chunk.toString("latin1").toLowerCase();
      if (command.includes("info")) socket.write(`$${info.length}\r\n${info}\r\n`);
      else if (command.includes("evalsha")) socket.write("*1\r\n:1\r\n");
      else socket.write("+OK\r\n");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port to listen on.");
  return { port: address.port, server };
}

describe("the connection to a Redis", function () {
  this.timeout(30_000);
  let redis: TestRedis | undefined;
  let coordination: Coordination | undefined;

  afterEach(async () => {
    await coordination?.close();
    await redis?.stop();
    redis = coordination = undefined;
  });

  it("uses TLS, and checks the certificate", async () => {
    redis = await TestRedis.start(
      ..."--tls-auth-clients no --tls-cert-file".split(" "),
      pem("cert"),
      "--tls-key-file",
      pem("key"),
      "--tls-ca-cert-file",
      pem("ca"),
    );
    const tlsPort = await redis.openTls();
    const address = { host: "127.0.0.1", port: tlsPort, db: 0, isEncrypted: true };
    const access = { address, username: "", password: "", prefix: "aliyun-iot" };
    coordination = new Coordination({ ...access, tls: undefined });
    const refused = await outcomeOf(coordination);
    assert.ok(refused.name === "away");
    assert.equal(refused.failure.code, "redis-unreachable");
    assert.match(JSON.stringify(refused.failure.text), /CERT|UNABLE_TO|SELF_SIGNED/);
    await coordination.close();
    coordination = new Coordination({ ...access, tls: { ca: readFileSync(pem("ca")) } });
    const trusted = await outcomeOf(coordination);
    assert.equal(trusted.name, "connected");
  });

  it("logs in as a user, who needs few permissions", async () => {
    redis = await TestRedis.start();
    await redis.command(
      "ACL",
      "SETUSER",
      "node-red",
      "on",
      ">secret",
      "~mine:*",
      "+@scripting",
      "+@hash",
      "+@keyspace",
      "+time",
    );
    const address = { host: "127.0.0.1", port: redis.port, db: 3, isEncrypted: false };
    const access = { address, username: "node-red", password: "secret", tls: undefined };
    await redis.command("ACL", "SETUSER", "node-red", "+select");
    coordination = new Coordination({ ...access, prefix: "mine" });
    const state = await outcomeOf(coordination);
    assert.ok(state.name === "connected", JSON.stringify(state));
    assert.equal(state.server, "Redis");
    await coordination.close();
    coordination = new Coordination({ ...access, prefix: "others" });
    const denied = await outcomeOf(coordination);
    assert.ok(denied.name === "away");
    assert.equal(denied.failure.code, "redis-permission");
  });

  it("can be had a second time, to listen", async () => {
    redis = await TestRedis.start();
    coordination = coordinationWith(redis.port);
    await outcomeOf(coordination);
    const second = await coordination.another(() => undefined);
    const heard = once(second!.redis, "message");
    await second!.redis.subscribe("news");
    await redis.command("PUBLISH", "news", "hello");
    assert.deepEqual(await heard, ["news", "hello"]);
    second!.redis.disconnect();
  });

  it("is refused to a cluster, which is said", async () => {
    redis = await TestRedis.start("--cluster-enabled", "yes");
    coordination = coordinationWith(redis.port);
    const state = await outcomeOf(coordination);
    assert.ok(state.name === "away");
    assert.equal(state.failure.code, "redis-cluster");
  });

  for (const [info, server] of [
    ["# Server\r\nredis_version:6.2.14\r\n", "Redis 6.2.14"],
    ["# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n", "Valkey 8.0.1"],
    ["# Server\r\n", "Redis"],
  ] as const) {
    it(`names what answers: ${server}`, async () => {
      const odd = await startOddServer(info);
      coordination = coordinationWith(odd.port);
      assert.deepEqual(await outcomeOf(coordination), { name: "connected", server, members: 1 });
      odd.server.close();
    });
  }

  it("does not use a Redis that is too old", async () => {
    const odd = await startOddServer("# Server\r\nredis_version:6.0.16\r\n");
    coordination = coordinationWith(odd.port);
    const state = await outcomeOf(coordination);
    assert.ok(state.name === "away");
    assert.equal(state.failure.code, "redis-old");
    odd.server.close();
  });

  it("survives what is no Redis at all", async () => {
    const server = createServer((socket) =>
      socket.on("error", () => undefined).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    coordination = coordinationWith((server.address() as { port: number }).port);
    const state = await outcomeOf(coordination);
    assert.equal(state.name, "away");
    server.close();
  });

  /** As the user of an ACL whose rights a test takes away. */
  const asUser = async (...rights: string[]): Promise<Coordination> => {
    redis = await TestRedis.start();
    await redis.command("ACL", "SETUSER", "node-red", "on", ">secret", "~*", "&*", "+@all", ...rights);
    const address = { host: "127.0.0.1", port: redis.port, db: 0, isEncrypted: false };
    return new Coordination({
      address,
      username: "node-red",
      password: "secret",
      tls: undefined,
      prefix: "mine",
    });
  };

  for (const right of ["-evalsha", "-eval", "-hset", "-hgetall", "-time", "-pexpire"])
    it(`says that a permission is missing: ${right}`, async () => {
      coordination = await asUser(right);
      const state = await outcomeOf(coordination);
      assert.ok(state.name === "away");
      assert.equal(state.failure.code, "redis-permission");
    });

  it("is of use for the quota to a user who may not publish, and that is said once", async () => {
    coordination = await asUser("-publish");
    await stateOf(coordination, isConnected);
    const states: string[] = [];
    coordination.watch(({ name }) => states.push(name));
    const refused: string[] = [];
    const answered = new Promise<void>((resolve) => {
      const group = new SharedMessages(coordination!, "group", ({ code }) => {
        refused.push(code);
        resolve(group.close());
      });
    });
    await answered;
    assert.deepEqual(refused, ["redis-permission"]);
    assert.deepEqual(states, []);
    assert.ok(coordination.isUsable);
  });

  it("counts as away as long as a key belongs to another program, which keeps it, and mends itself", async () => {
    redis = await TestRedis.start();
    coordination = coordinationWith(redis.port);
    await stateOf(coordination, isConnected);
    const states: CoordinationState[] = [];
    coordination.watch((state) => states.push(state));
    const members = coordination.account("account");
    const key = coordination.key("account", "quota", "calls");
    await redis.command("SET", key, "of another program");
    const limit = { rate: 500, concurrency: 4 };
    const asks = (): Promise<unknown> =>
      coordination!.run(
        readScript("lease"),
        [key, members.key],
        ["me", limit.rate, limit.concurrency, 1, 1, 0, 0, 0, 0, 50, 1],
      );
    await assert.rejects(asks(), { code: "redis-foreign" });
    // Heartbeats are answered all the time.
    await redis.signsOfLife(3);
    assert.deepEqual(
      states.map((state) => (state.name === "away" ? state.failure.code : state.name)),
      ["redis-foreign"],
    );
    assert.equal(await redis.command("GET", key), "of another program");
    await redis.command("DEL", key);
    await stateOf(coordination, isConnected);
    await asks();
    members.leave();
  });

  it("leaves a key of another program as it is, and processes the message", async () => {
    redis = await TestRedis.start();
    coordination = coordinationWith(redis.port);
    await stateOf(coordination, isConnected);
    const claims = new MessageClaims(coordination, "group", "me");
    const key = coordination.key("group", "message", "m");
    await redis.command("LPUSH", key, "of another program");
    assert.deepEqual(await Promise.all([claims.ask("m"), claims.ask("n")]), ["ours", "ours"]);
    claims.done("m");
    claims.done("n");
    await claims.close();
    assert.equal(await redis.command("LLEN", key), 1);
    assert.equal(await redis.command("GET", coordination.key("group", "message", "n")), "done");
    assert.ok(coordination.isUsable);
  });

  it("keeps names of keys short, whatever ids a server sends", async () => {
    redis = await TestRedis.start();
    coordination = coordinationWith(redis.port);
    await stateOf(coordination, isConnected);
    const claims = new MessageClaims(coordination, "group", "me");
    const other = new MessageClaims(coordination, "group", "other");
    const ids = ["x".repeat(1_000_000), "x".repeat(999_999), "a{b}:c *?[\0]\r\n"];
    for (const id of ids) assert.deepEqual([await claims.ask(id), await other.ask(id)], ["ours", "theirs"]);
    const keys = (await redis.command("KEYS", "*:message:*")) as string[];
    assert.equal(keys.length, ids.length);
    for (const { length } of keys) assert.ok(length < 200);
    await Promise.all([claims.close(), other.close()]);
  });

  const secret = `${"long-password-".repeat(15)}end`;
  for (const [what, answer] of [
    ["all of it", `-ERR no user has the password ${secret}\r\n`],
    [
      "a part of it",
      `-ERR unknown command 'AUTH', with args beginning with: 'default' '${secret.slice(0, 100)}'\r\n`,
    ],
    ["its beginning", `-ERR not a password: ${secret.slice(0, 40)}...\r\n`],
    ["its beginning as what is no answer", `${secret.slice(0, 50)}\r\n`],
  ] as const)
    it(`shows no password where the other side repeats ${what}`, async () => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", () => socket.write(answer));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      coordination = coordinationWith((server.address() as { port: number }).port, secret);
      const state = await outcomeOf(coordination);
      assert.ok(state.name === "away");
      assert.doesNotMatch(JSON.stringify(state.failure), /long-pass/);
      await coordination.close();
      server.close();
    });
});
