/** Tags of devices: `key=value`, one a line or with commas between them. */
type Tags = Record<string, string>;

/**
 * Reads tags that were written as text: `floor=2, kind=lamp`, or one a line.
 * @returns undefined where a part is no `key=value`, a key is there twice, or nothing is
 */
export function readTagText(text: string): Tags | undefined {
  const tags = new Map<string, string>();
  const parts = text.split(/[\n,，]/).map((part) => part.trim());
  for (const part of parts.filter((one) => one !== "")) {
    const [, key = "", value = ""] = /^([^=]+)=(.+)$/.exec(part) ?? [];
    const name = key.trim();
    if (name === "" || value.trim() === "" || tags.has(name)) return undefined;
    tags.set(name, value.trim());
  }
  return tags.size > 0 ? Object.fromEntries(tags) : undefined;
}
