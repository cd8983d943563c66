import { readable } from "../../lib/base/text";
import { classify } from "../../lib/cloud/error-catalog";

/**
 * The codes that a word stands for if their advice alone does not tell it, in lower case; a final `*` makes one a
 * prefix.
 */
const codesOfWords: Record<string, string[]> = {
  "status.invalid-input": ["invalid-input"],
  "status.missing-credentials": ["missing-credentials"],
  "status.connection-failed": ["connection-failed"],
  "status.connection-lost": ["connection-lost"],
  "status.request-timeout": ["request-timeout"],
  "status.invalid-response": ["invalid-response"],
  "status.queue-full": ["queue-full"],
  "status.queue-expired": ["queue-expired"],
  "status.superseded": ["superseded"],
  "status.stayed-offline": ["stayed-offline"],
  "status.result-not-stored": ["result-not-stored"],
  "status.internal-error": ["internal-error"],
  "status.reply-timeout": ["reply-timeout"],
  "status.wait-timeout": ["wait-timeout"],
  "status.not-reported": ["not-reported"],
  "status.refused": ["amqp:unauthorized-access", "subscription-refused"],
  "status.not-allowed": ["not-allowed"],
  "status.not-confirmed": ["not-confirmed"],
  "status.rollout-stopped": ["rollout-stopped"],
  "status.closed": ["closed"],
  "status.no-device": ["iot.device.notexisteddevice", "iot.device.invalidiotid"],
  "status.no-product": ["iot.prod.notexistedproduct"],
  "status.no-group": ["iot.group.notexistedgroup"],
  "status.platform-error": [
    "iot.system.systemexception",
    "serviceunavailable*",
    "internalerror*",
    "unknownerror",
  ],
  "status.no-permission": [
    "forbidden.ram",
    "nopermission",
    "iot.common.ramactionpermissiondeny",
    "iot.common.authactionpermissiondeny",
    "iot.prod.notproductowner",
  ],
  "status.unknown-key": ["invalidaccesskeyid", "invalidaccesskeyid.notfound"],
  "status.wrong-clock": ["invalidtimestamp.expired", "illegaltimestamp"],
  "status.expired-token": ["invalidsecuritytoken.expired"],
  "status.wrong-token": ["invalidsecuritytoken", "invalidsecuritytoken.*", "missingsecuritytoken"],
};

/** The words for all codes of the error catalog with the same advice. */
const wordsOfHints: Record<string, string> = {
  "hints.access-key-disabled": "status.disabled-key",
  "hints.access-key-secret": "status.wrong-secret",
  "hints.args": "status.args-refused",
  "hints.arrears": "status.overdue",
  "hints.device-timeout": "status.device-timeout",
  "hints.disabled": "status.device-disabled",
  "hints.half-connected": "status.device-dropping",
  "hints.inactive": "status.device-inactive",
  "hints.instance": "status.no-instance",
  "hints.invoke-failed": "status.call-failed",
  "hints.items": "status.args-refused",
  "hints.offline": "status.device-offline",
  "hints.service": "status.no-service",
  "hints.set-failed": "status.call-failed",
  "hints.throttled": "status.throttled",
};

const exact = new Map<string, string>();
const prefixes: [start: string, key: string][] = [];
for (const [key, codes] of Object.entries(codesOfWords)) {
  for (const code of codes) {
    if (code.endsWith("*")) prefixes.push([code.slice(0, -1), key]);
    else exact.set(code, key);
  }
}

/** Key of the short words for a code, in the catalogue of the invoke node; undefined for the less frequent ones. */
export function wordsOf(code: string): string | undefined {
  const start = code.slice(0, 100);
  const lower = start.toLowerCase();
  const listed = exact.get(lower) ?? prefixes.find(([prefix]) => lower.startsWith(prefix))?.[1];
  return listed ?? wordsOfHints[classify(start).hint];
}

const maxCodeLength = 40;

/**
 * A code that has no words, so short that it fits below a node. One that is too long loses its first parts, and then
 * the first words of the last part; a word is cut only where it is too long by itself.
 */
export function shortCode(code: string): string {
  // Codes come from outside: only so much of their telling end is looked at.
  const text = readable(code.slice(-200), 200);
  if (text.length <= maxCodeLength) return text;
  const fitting = endingsOf(text).find((ending) => ending.length < maxCodeLength);
  return fitting === undefined ? readable(text, maxCodeLength) : `…${fitting}`;
}

/** The endings of a code that begin with a part or a word of it, the longest first. */
function endingsOf(text: string): string[] {
  const at = (pattern: RegExp): string[] =>
    Array.from(text.matchAll(pattern), ({ index, 0: found }) => text.slice(index + found.length));
  return [...at(/[.:]/g), ...at(/[-_ /]|(?<=[a-z\d])(?=[A-Z])/g)].filter((ending) => ending !== "");
}
