import type { ProblemText } from "./problem";

/** A device takes at most 256 KB in one MQTT message. */
export const maxArgsBytes = 256 * 1024;
/** Longer texts may have too many bytes. */
const surelySmall = maxArgsBytes / 3;

export const tooLarge: ProblemText = { key: "check.too-large", params: { limit: maxArgsBytes / 1024 } };

/** Whether a text is small enough for a device. */
export function isSmall(text: string): boolean {
  return (
    text.length <= surelySmall || (text.length <= maxArgsBytes && Buffer.byteLength(text) <= maxArgsBytes)
  );
}
