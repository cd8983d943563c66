import { isIP } from "node:net";
import type { Redis, RedisOptions } from "ioredis";
import type { TlsOptions } from "../base/tls-options";
import { timedOut, withTimeout } from "../base/with-timeout";
import type { RedisAddress } from "./redis-address";
import { redisFailure } from "./redis-failure";

export interface RedisAccess {
  address: RedisAddress;
  /** Blank: the default user. */
  username: string;
  /** Blank: none. */
  password: string;
  tls: TlsOptions | undefined;
}

/** One connection to a Redis; once it has ended, it is not used again. */
export interface RedisClient {
  redis: Redis;
  /** Such as `Redis 7.2.4` or `Valkey 8.0.1`. */
  server: string;
}

const connectTimeoutMs = 5000;
const oldestVersion = [6, 2];

/** The host of a Redis as it is shown. */
export function hostOf({ host, port }: RedisAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Connects, logs in and looks at the version.
 * @param onClose is called once, when the connection ends after it has been returned
 * @throws {Failure} `redis-client`, `redis-old` or `redis-unreachable`
 * @throws {Error} of the socket, or what Redis has answered
 */
export async function connectRedis(access: RedisAccess, onClose: () => void): Promise<RedisClient> {
  const redis = new (loadClient(access.address))(optionsOf(access));
  // Without a listener, it would print each error. What matters rejects a command or ends the connection.
  let reason: unknown;
  redis.on("error", (error: unknown) => (reason = error));
  try {
    // The socket's own time limit does not cover a server that accepts the connection and then says nothing.
    const server = await withTimeout(logIn(redis, access), connectTimeoutMs);
    if (server === timedOut) throw silent(access.address);
    if (redis.status === "end") throw new Error("Connection is closed.");
    redis.on("end", onClose);
    return { redis, server };
  } catch (error) {
    redis.disconnect();
    // "Connection is closed" says less than what closed it.
    throw isClosed(error) && reason !== undefined ? reason : error;
  }
}

async function logIn(redis: Redis, { address, username, password }: RedisAccess): Promise<string> {
  await redis.connect();
  if (password !== "") await redis.call("AUTH", username || "default", password);
  if (address.db !== 0) await redis.call("SELECT", address.db);
  const server = await serverOf(redis);
  const version = /\d+(?:\.\d+)*/.exec(server)?.[0];
  if (version !== undefined && !server.startsWith("Valkey") && isOlder(version))
    throw redisFailure("old", { host: hostOf(address), version });
  return server;
}

/** Who answers; a user who may not ask is no reason to refuse. */
async function serverOf(redis: Redis): Promise<string> {
  let info: string;
  try {
    info = String(await redis.call("INFO", "server"));
  } catch (error) {
    if (error instanceof Error && /NOPERM/.test(error.message)) return "Redis";
    throw error;
  }
  const valkey = /^valkey_version:([\w.-]{1,30})/m.exec(info)?.[1];
  if (valkey !== undefined) return `Valkey ${valkey}`;
  const version = /^redis_version:([\w.-]{1,30})/m.exec(info)?.[1];
  return version === undefined ? "Redis" : `Redis ${version}`;
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestVersion;
  return major < oldMajor || (major === oldMajor && minor < oldMinor);
}

/** The connection does nothing by itself: `Coordination` decides when there is another one. */
function optionsOf({ address, tls }: RedisAccess): RedisOptions {
  return {
    host: address.host,
    port: address.port,
    protocol: 2,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    autoResubscribe: false,
    disableClientInfo: true,
    ...(address.isEncrypted && {
      tls: { ...(isIP(address.host) === 0 && { servername: address.host }), ...tls },
    }),
  };
}

/** An optional package; few need it. */
function loadClient(address: RedisAddress): typeof Redis {
  try {
    const { Redis: Client }: typeof import("ioredis") = require("ioredis");
    return Client;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw redisFailure("client", { host: hostOf(address) });
  }
}

function silent(address: RedisAddress): Error {
  return redisFailure("unreachable", { host: hostOf(address), reason: "ETIMEDOUT" });
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && /closed|not writeable/i.test(error.message);
}
