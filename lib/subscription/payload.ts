import { isUtf8 } from "node:buffer";
import { isObject, parseJson } from "../base/json";
import type { DeviceMessage } from "./device-message";
import type { Author } from "./topic";

export type Payload = Pick<DeviceMessage, "payload" | "format" | "isBroken">;

/** What nests deeper than this would take down whoever copies it. */
const deepest = 200;

/** A data section of AMQP. */
const dataSection = 0x75;

/**
 * Reads a body (reference, 8.3 and 8.4).
 * @param author who wrote it: the platform writes JSON, and may write secrets; a device's own words stay as they are
 */
export function readPayload(body: unknown, author: Author): Payload {
  const bytes = bytesOf(body);
  const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  const json = text === undefined ? undefined : parsed(text);
  if (json !== undefined) {
    if (author !== "device") removeSecrets(json);
    return { payload: json, format: "json" };
  }
  const mask = author === "device" ? (words: string): string => words : masked;
  const content: Payload =
    text === undefined
      ? { payload: Buffer.from(mask(bytes.toString("latin1")), "latin1"), format: "buffer" }
      : { payload: mask(text), format: "text" };
  // Only the platform has promised JSON.
  return author === "platform" ? { ...content, isBroken: true } : content;
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
