import type { AmqpMessage } from "./message";
import { PlainValues } from "./plain-values";

/** Descriptors of the sections of a message. */
const header = 0x70;
const deliveryAnnotations = 0x71;
const messageAnnotations = 0x72;
const properties = 0x73;
const applicationProperties = 0x74;
const data = 0x75;
const footer = 0x78;

const smallUlong = 0x53;

/**
 * Decodes a message as the platform writes them: sections of plain values, and one body of bytes. What is read of the
 * result is that of the exact decoding, which takes several times as long. Bench line: "subscription" in
 * bench/messages.ts.
 * @returns undefined if only the exact decoding can tell; `body` is a view of `bytes`
 */
export function decodeQuick(bytes: Buffer): AmqpMessage | undefined {
  const values = new PlainValues(bytes, 0);
  const message: AmqpMessage = { body: undefined, message_id: undefined, application_properties: undefined };
  while (values.at < bytes.length && !values.isUnusual) readSection(values, message);
  return values.isUnusual ? undefined : message;
}

function readSection(values: PlainValues, message: AmqpMessage): void {
  const { bytes, at } = values;
  if (bytes[at] !== 0 || bytes[at + 1] !== smallUlong) return values.giveUp();
  values.at = at + 3;
  switch (bytes[at + 2]!) {
    case data:
      // Several make one body.
      if (message.body !== undefined) return values.giveUp();
      message.body = values.binary();
      return;
    case applicationProperties:
      return readProperties(values, message);
    case properties:
      return readId(values, message);
    case header:
      return values.skipRest(values.list());
    case deliveryAnnotations:
    case messageAnnotations:
    case footer:
      return values.skipRest(values.map());
    default:
      return values.giveUp();
  }
}

/** It is the first of the properties, and the only one that is read. */
function readId(values: PlainValues, message: AmqpMessage): void {
  const end = values.list();
  if (values.left > 0) {
    const id = values.value();
    if (id !== null) message.message_id = id;
    values.left--;
  }
  values.skipRest(end);
}

function readProperties(values: PlainValues, message: AmqpMessage): void {
  const end = values.map();
  const read: Record<string, unknown> = {};
  for (; values.left > 0 && !values.isUnusual; values.left -= 2) {
    const name = values.value();
    if (typeof name !== "string" || name === "__proto__") return values.giveUp();
    read[name] = values.value();
  }
  if (values.at !== end) return values.giveUp();
  message.application_properties = read;
}
