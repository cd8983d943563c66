import { invalidInput } from "../../lib/base/failure";
import type { CoordinationSettings } from "../../lib/coordination/coordination-state";
import { isRedisPrefix, redisAddressOf } from "../../lib/coordination/redis-address";
import { coordinationDefaults, type CoordinationNodeSettings } from "../defaults/coordination";
import type { CoordinationCredentials } from "./coordination-node";
import { readText } from "./settings";
import { readTls, type TlsNode } from "./tls-node";

/**
 * Reads the settings of a coordination node.
 * @throws {Failure} `invalid-input`, which says what is wrong
 */
export function readCoordination(
  settings: CoordinationNodeSettings,
  credentials: CoordinationCredentials | undefined,
  tlsNode: TlsNode | null | undefined,
): CoordinationSettings {
  const url = readText(settings.url, { key: "errors.field-redis-url" });
  const address = redisAddressOf(url, settings.unencrypted === true);
  const prefix =
    readText(settings.prefix, { key: "errors.field-redis-prefix" }) || coordinationDefaults.prefix;
  if (!isRedisPrefix(prefix)) throw invalidInput({ key: "errors.redis-prefix" });
  return {
    address,
    prefix,
    username: readText(credentials?.username, { key: "errors.field-redis-username" }),
    password: readText(credentials?.password, { key: "errors.field-redis-password" }),
    tls: readTls(tlsNode),
  };
}
