import { isUtf8 } from "node:buffer";
import { isObject, parseJson } from "../base/json";
import type { DeviceMessage } from "./device-message";

export type Payload = Pick<DeviceMessage, "payload" | "format" | "isBroken">;

/** What nests deeper than this would take down whoever copies it. */
const deepest = 200;

/** A data section of AMQP. */
const dataSection = 0x75;

/**
 * Reads a body (reference, 8.3 and 8.4).
 * @param isSystem whether the platform wrote it, which writes JSON and may write secrets; else a device did
 * @param mayHoldSecrets whether that message is one of those that carry a device's secret
 */
export function readPayload(body: unknown, isSystem: boolean, mayHoldSecrets = false): Payload {
  const bytes = bytesOf(body);
  const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  const json = text === undefined ? undefined : parsed(text);
  if (json !== undefined) {
    if (isSystem) removeSecrets(json, mayHoldSecrets);
    return { payload: json, format: "json" };
  }
  if (!isSystem) return text === undefined ? asBuffer(bytes) : { payload: text, format: "text" };
  // Nobody can tell where in it a secret begins and ends.
  if (mayHoldSecrets || namesSecret(bytes)) return { payload: "", format: "text", isBroken: true };
  return { ...(text === undefined ? asBuffer(bytes) : { payload: text, format: "text" }), isBroken: true };
}

/** An object or an array; other JSON is no message, and left as text. */
function parsed(text: string): object | undefined {
  const source = text.replace(/^\uFEFF/, "").trimStart();
  if (!source.startsWith("{") && !source.startsWith("[")) return undefined;
  try {
    const json: unknown = parseJson(source);
    return typeof json === "object" && json !== null && !isTooDeep(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function asBuffer(payload: Buffer): Payload {
  return { payload, format: "buffer" };
}

function bytesOf(body: unknown): Buffer {
  // A copy: what came is a part of all that the socket read at once.
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === "string") return Buffer.from(body);
  if (isObject(body) && body["typecode"] === dataSection) {
    const { content } = body;
    return Array.isArray(content) ? Buffer.concat(content.map(bytesOf)) : bytesOf(content);
  }
  return body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body) ?? "");
}

function isTooDeep(json: object): boolean {
  const rest: [object, number][] = [[json, 1]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [object, depth] = next;
    if (depth > deepest) return true;
    for (const value of Object.values(object)) {
      if (typeof value === "object" && value !== null) rest.push([value as object, depth + 1]);
    }
  }
  return false;
}

const secretName = /^(device|product)_?secret$/i;

/** @param isStrict whether everything that speaks of a secret goes, also texts with JSON in them */
function removeSecrets(json: object, isStrict: boolean): void {
  const isSecret = (name: string, value: unknown): boolean =>
    isStrict
      ? /secret/i.test(name) || (typeof value === "string" && namesSecret(Buffer.from(value)))
      : secretName.test(name);
  const rest: object[] = [json];
  for (let object = rest.pop(); object; object = rest.pop()) {
    for (const [name, value] of Object.entries(object)) {
      if (isSecret(name, value)) delete (object as Record<string, unknown>)[name];
      else if (typeof value === "object" && value !== null) rest.push(value as object);
    }
  }
}

/** Whether bytes that should have been JSON speak of a secret, whatever the encoding and however it is escaped. */
function namesSecret(bytes: Buffer): boolean {
  const text = bytes
    .toString("latin1")
    .replace(/\\+u00([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\0", "");
  return /secret/i.test(text);
}
