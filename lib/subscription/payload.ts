import { isUtf8 } from "node:buffer";
import { isObject, isTooDeep, parseJson, parseWrapped } from "../base/json";
import type { DeviceMessage } from "./device-message";

export type Payload = Pick<DeviceMessage, "payload" | "format" | "isBroken">;

/** A data section of AMQP. */
const dataSection = 0x75;

/**
 * Reads a body (reference, 8.3 and 8.4).
 * @param isSystem whether the platform wrote it, which writes JSON and may write secrets; else a device did
 */
export function readPayload(body: unknown, isSystem: boolean): Payload {
  const bytes = bytesOf(body);
  const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  const json = text === undefined ? undefined : parsed(text, isSystem);
  if (json !== undefined) {
    if (isSystem) removeSecrets(json);
    return { payload: json, format: "json" };
  }
  if (!isSystem) return text === undefined ? asBuffer(bytes) : { payload: text, format: "text" };
  return text === undefined
    ? { ...asBuffer(Buffer.from(masked(bytes.toString("latin1")), "latin1")), isBroken: true }
    : { payload: masked(text), format: "text", isBroken: true };
}

/** An object or an array; other JSON is no message, and left as text. */
function parsed(text: string, isSystem: boolean): object | undefined {
  const source = text.replace(/^\uFEFF/, "").trimStart();
  if (!source.startsWith("{") && !source.startsWith("[")) return undefined;
  try {
    const json = isSystem && source.startsWith("{") ? wrapped(source) : parseJson(source);
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** What the platform says of a device is read, however deep the device's part of it nests, which then stays text. */
function wrapped(source: string): unknown {
  if (!isTooDeep(source)) return parseJson(source);
  const json = parseWrapped(source, 1);
  if (!isObject(json)) return json;
  for (const [name, value] of Object.entries(json)) {
    // Text that was text before holds no names of members.
    if (typeof value === "string" && /^[[{]/.test(value)) json[name] = masked(value);
  }
  return json;
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

const secretName = /^(device|product)_?secret$/i;

function removeSecrets(json: object): void {
  const rest: object[] = [json];
  for (let object = rest.pop(); object; object = rest.pop()) {
    for (const [name, value] of Object.entries(object)) {
      if (secretName.test(name)) delete (object as Record<string, unknown>)[name];
      else if (typeof value === "object" && value !== null) rest.push(value as object);
    }
  }
}

/** Secrets in what should have been JSON. */
function masked(text: string): string {
  return text.replace(/("(?:device|product)_?secret"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^",}\s]+)/gi, '$1"***"');
}
