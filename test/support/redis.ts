import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { Coordination } from "../../lib/coordination/coordination";
import type { CoordinationState } from "../../lib/coordination/coordination-state";
import { removeFolder, temporaryFolder } from "./npm";

const programs = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/usr/bin/valkey-server"];

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A Redis of the system's package, on a port of its own, which keeps nothing on the disk. */
export class TestRedis {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: readonly string[],
    private child: ChildProcess,
  ) {}

  /** @param options as on the command line, such as `--requirepass`, `secret` */
  static async start(...options: string[]): Promise<TestRedis> {
    const folder = await temporaryFolder("redis");
    const port = await freePort();
    return new TestRedis(port, folder, options, await launch(port, folder, options));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A client of the test. */
  async client(password?: string): Promise<Redis> {
    const client = new Redis({
      port: this.port,
      lazyConnect: true,
      ...(password !== undefined && { password }),
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** @returns a port where it takes TLS, with the certificate of its options */
  async openTls(): Promise<number> {
    const port = await freePort();
    await this.command("CONFIG", "SET", "tls-port", port);
    return port;
  }

  /** Runs one command, as an administrator would. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const client = await this.client();
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** Resolves after so many further heartbeats, of whichever member. */
  async signsOfLife(count: number): Promise<void> {
    const client = await this.client();
    const monitor = await client.monitor();
    try {
      for (let seen = 0; seen < count;) {
        const [, args] = (await once(monitor, "monitor")) as [string, string[]];
        if (/^evalsha$/i.test(args[0] ?? "") && args.at(-1) === "stay") seen++;
      }
    } finally {
      monitor.disconnect();
      client.disconnect();
    }
  }

  /** Ends it at once, with all that it knows. */
  async kill(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  /** Starts it again after `kill`, empty; perhaps with other options. */
  async startAgain(...options: string[]): Promise<void> {
    this.child = await launch(this.port, this.folder, options.length > 0 ? options : this.options);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.kill();
    await removeFolder(this.folder);
  }
}

async function launch(port: number, folder: string, options: readonly string[]): Promise<ChildProcess> {
  const program = programs.find((file) => existsSync(file));
  if (program === undefined) throw new Error("These tests need a Redis: apt-get install redis-server");
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const child = spawn(program, [...args, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  running.add(child.once("exit", () => running.delete(child)));
  for await (const line of createInterface({ input: child.stdout }))
    if (/Ready to accept connections|Server initialized/i.test(line)) {
      child.stdout.resume();
      return child;
    }
  throw new Error(`${program} ended before it was ready.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port to listen on.");
  return address.port;
}

/** A coordination with a Redis on this machine, as a node with these settings has it. */
export function coordinationWith(port: number, password = "", prefix = "aliyun-iot"): Coordination {
  const address = { host: "127.0.0.1", port, db: 0, isEncrypted: false };
  return new Coordination({ address, username: "", password, tls: undefined, prefix });
}

/** Resolves with the first state, the present one included, that meets a condition. */
export function stateOf(
  coordination: Coordination,
  meets: (state: CoordinationState) => boolean,
): Promise<CoordinationState> {
  return new Promise((resolve) => {
    if (meets(coordination.state)) return resolve(coordination.state);
    const end = coordination.watch((state) => {
      if (!meets(state)) return;
      end();
      resolve(state);
    });
  });
}

export const isConnected = ({ name }: CoordinationState): boolean => name === "connected";

/** A relay in front of a Redis. */
export class RedisRelay {
  /** Milliseconds by which answers are held up. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  /** @param target port to which connections lead from now on, looked up for each */
  static async start(target: () => number): Promise<RedisRelay> {
    const server = createServer((client) => relay.join(client, connect(target(), "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("No port to listen on.");
    const relay: RedisRelay = new RedisRelay(server, address.port);
    return relay;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private join(client: Socket, redis: Socket): void {
    for (const [from, to] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.sockets.add(from);
      from.on("data", (chunk) => {
        if (from === client || this.delayMs === 0) to.write(chunk);
        else setTimeout(() => to.destroyed || to.write(chunk), this.delayMs).unref();
      });
      from.on("error", () => to.destroy());
      from.on("close", () => this.sockets.delete(from) && to.destroy());
    }
  }
}
