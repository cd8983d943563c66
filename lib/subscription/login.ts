import { createHmac } from "node:crypto";
import type { Credentials } from "../base/credentials";
import { invalidInput, type Text } from "../base/failure";
import { readable } from "../base/text";
import { loginPartProblem, maxLoginPart } from "./login-part";

/** The client and consumer group of a connection. */
export interface LoginSettings {
  /** Unique for each client of the group; shown in the console. */
  clientId: string;
  consumerGroupId: string;
  /** Blank for an instance without an id. */
  instanceId: string;
}

/** User name and password for SASL PLAIN; only sent over TLS or to this machine. */
export interface Login {
  username: string;
  password: string;
}

/**
 * Signs a login for now (docs/protocol.md, 8.2). The secret itself is never sent.
 * @param now milliseconds since the epoch
 * @throws {Failure} `invalid-input` where a setting cannot be part of a user name
 */
export function signLogin(settings: LoginSettings, credentials: Credentials, now: number): Login {
  checkLogin(settings);
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const timestamp = String(Math.round(now));
  const pairs = {
    authMode: securityToken ? "ststoken" : "aksign",
    ...(securityToken && { securityToken }),
    signMethod: "hmacsha256",
    timestamp,
    authId: accessKeyId,
    ...(settings.instanceId && { iotInstanceId: settings.instanceId }),
    consumerGroupId: settings.consumerGroupId,
  };
  // The signed parts, in alphabetical order.
  const signed = { authId: accessKeyId, ...(securityToken && { securityToken }), timestamp };
  return {
    username: `${settings.clientId}|${joined(pairs, ",")}|`,
    password: createHmac("sha256", accessKeySecret).update(joined(signed, "&")).digest("base64"),
  };
}

/**
 * Rejects a setting that cannot be part of a user name.
 * @throws {Failure} `invalid-input`
 */
export function checkLogin({ clientId, consumerGroupId, instanceId }: LoginSettings): void {
  checkPart(clientId, { key: "errors.field-client-id" });
  checkPart(consumerGroupId, { key: "errors.field-consumer-group" });
  if (instanceId !== "") checkPart(instanceId, { key: "errors.field-instance-id" });
}

function checkPart(value: string, field: Text): void {
  const problem = loginPartProblem(value);
  if (problem === "blank") throw invalidInput({ key: "errors.subscription-blank", params: { field } });
  if (problem === "long") {
    throw invalidInput({ key: "errors.subscription-long", params: { field, limit: maxLoginPart } });
  }
  if (problem === "characters") {
    const came = readable(value, maxLoginPart);
    throw invalidInput({ key: "errors.subscription-characters", params: { field, came } });
  }
}

function joined(pairs: Record<string, string>, separator: string): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(separator);
}
