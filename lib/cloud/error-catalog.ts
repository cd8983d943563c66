import { type Classification, entries, type Entry, failed } from "./error-codes";

/** The codes of docs/protocol.md, 4.1 to 4.4. */
export const errorCatalog: readonly Entry[] = entries;

/** The safe assumption for an unlisted code: the command may have been carried out. */
const unlisted: Classification = {
  category: "platform",
  outcome: "unknown",
  retryable: false,
  hint: "hints.unlisted",
};

const exact = new Map<string, Entry>();
const prefixes: { start: string; entry: Entry }[] = [];
for (const entry of errorCatalog) {
  const code = entry.code.toLowerCase();
  if (code.endsWith("*")) prefixes.push({ start: code.slice(0, -1), entry });
  else exact.set(code, entry);
}
prefixes.sort((a, b) => b.start.length - a.start.length);

/** What a code means: the entry of the same name, ignoring case, else the longest prefix, else unknown. */
export function classify(code: string): Classification {
  // The platform itself misspells this name in places.
  const lower = code.toLowerCase().replace("iot.messageborker.", "iot.messagebroker.");
  const listed = exact.get(lower) ?? prefixes.find(({ start }) => lower.startsWith(start))?.entry;
  if (listed) return listed;
  return isDeviceNumber(lower) ? failed(code)[0]! : unlisted;
}

/**
 * What a code of the gateway means. Any intermediary may answer in the gateway's format, so a server error
 * counts as `refused` only with a code that the gateway is known to use; numbers belong to the back end.
 */
export function classifyGateway(code: string, statusCode: number): Classification {
  if (/^\d+$/.test(code)) return unlisted;
  if (statusCode < 500 || exact.has(code.toLowerCase()) || /^Throttling(\.|$)/i.test(code))
    return classify(code);
  return unlisted;
}

/** 100000 to 110000 belong to the device's maker. */
function isDeviceNumber(code: string): boolean {
  return /^\d{6}$/.test(code) && Number(code) >= 100000 && Number(code) <= 110000;
}
