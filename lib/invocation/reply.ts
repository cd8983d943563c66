import { Failure } from "../base/failure";
import { readable } from "../base/text";
import { classify } from "../cloud/error-catalog";
import type { Confirmation } from "./reply-source";

/**
 * What a device has given back with a command that it carried out: a copy, since the flow may change them while the message
 * that brought them is still on its way to a listener.
 * @throws {Failure} as the reply says: the device's own error, or that the platform did not get the command through
 *   (docs/protocol.md, 4.3 and 8.7)
 */
export function outputsOf({ code, message, data }: Confirmation): unknown {
  if (code === 200 || code === undefined) return structuredClone(data ?? {});
  const number = String(code);
  throw new Failure({
    ...classify(number),
    code: number,
    text: message ? readable(message, 500) : { key: "errors.device-code", params: { code } },
  });
}
