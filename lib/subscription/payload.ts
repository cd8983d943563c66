import { isUtf8 } from "node:buffer";
import { isObject, isTooDeep, parseJson, parseShallow, parseWrapped } from "../base/json";
import type { DeviceMessage } from "./device-message";
import type { Author } from "./topic";

type Payload = Pick<DeviceMessage, "payload" | "format" | "isBroken">;

/** A data section of AMQP. */
const dataSection = 0x75;

/**
 * Reads a body (docs/protocol.md, 8.3 and 8.4).
 * @param author who wrote it: the platform writes JSON, which may contain secrets; a body written by a device is not changed
 * @param mayHoldSecrets whether the message is of a kind that carries a device's secret
 */
export function readPayload(body: unknown, author: Author, mayHoldSecrets = false): Payload {
  const bytes = bytesOf(body);
  const text = isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  const json = text === undefined ? undefined : parsed(text, author);
  if (json !== undefined) {
    if (author !== "device" && mayNameSecret(text!)) removeSecrets(json, mayHoldSecrets);
    return { payload: json, format: "json" };
  }
  const isBlank = author !== "device" && (mayHoldSecrets || namesSecret(bytes));
  // It is impossible to tell where a secret in it begins and ends.
  const content: Payload = isBlank ? { payload: "", format: "text" } : unparsed(bytes, text);
  // Only the platform's messages have to be JSON.
  return author === "platform" ? { ...content, isBroken: true } : content;
}

/** An object or an array; other JSON is not a message and stays text. */
function parsed(text: string, author: Author): object | undefined {
  const source = text.startsWith("{") ? text : text.replace(/^\uFEFF/, "").trimStart();
  if (!source.startsWith("{") && !source.startsWith("[")) return undefined;
  try {
    const json = author !== "device" && source.startsWith("{") ? wrapped(source) : parseJson(source);
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The platform's part is parsed, however deep the device's part nests, which then stays text. */
function wrapped(source: string): unknown {
  if (!isTooDeep(source)) return parseShallow(source);
  const json = parseWrapped(source, 1);
  if (!isObject(json)) return json;
  for (const [name, value] of Object.entries(json)) {
    // A secret in such a text cannot be removed, so a text that names one is not passed on.
    if (typeof value === "string" && /^[[{]/.test(value) && namesSecret(Buffer.from(value))) json[name] = "";
  }
  return json;
}

function unparsed(bytes: Buffer, text: string | undefined): Payload {
  // A copy, since the body is a view of the socket's buffer.
  return text === undefined
    ? { payload: Buffer.from(bytes), format: "buffer" }
    : { payload: text, format: "text" };
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (typeof body === "string") return Buffer.from(body);
  if (isObject(body) && body["typecode"] === dataSection) {
    const { content } = body;
    return Array.isArray(content) ? Buffer.concat(content.map(bytesOf)) : bytesOf(content);
  }
  return body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body) ?? "");
}

/**
 * Whether JSON may hold the name of a secret: it contains the word, or anything escaped, which could be the word. Most
 * messages do neither, and are not searched any further.
 */
function mayNameSecret(text: string): boolean {
  return text.includes("\\") || /secret/i.test(text);
}

const secretName = /^(device|product)_?secret$/i;

/** @param isStrict whether to remove everything that mentions a secret, including texts that contain JSON */
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

/** Whether bytes that should be JSON mention a secret, in any encoding and however it is escaped. */
function namesSecret(bytes: Buffer): boolean {
  const text = bytes
    .toString("latin1")
    .replace(/\\+u00([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\0", "");
  return /secret/i.test(text);
}
