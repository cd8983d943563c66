import { readable } from "../../lib/base/text";

/** The codes that each word stands for, in lower case; a final `*` makes one a prefix. */
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
  "status.device-offline": ["iot.messagebroker.offline", "9201"],
  "status.device-dropping": ["iot.messagebroker.halfconn"],
  "status.device-timeout": ["iot.messagebroker.timeout", "1904", "1905"],
  "status.device-inactive": ["iot.device.inactivedevice", "9200"],
  "status.device-disabled": ["6208"],
  "status.no-device": ["iot.device.notexisteddevice", "iot.device.invalidiotid"],
  "status.no-product": ["iot.prod.notexistedproduct"],
  "status.no-service": ["iot.prod.queryproductabilityfailed", "iot.prod.queryproductabilitiesfailed", "6206"],
  "status.no-instance": [
    "iot.system.instancenotfound",
    "iot.sre.iotinstancenotfound",
    "iot.auth.iotinstancenotfound",
    "iot.auth.invalidiotinstanceid",
  ],
  "status.args-refused": [
    "6300",
    "6302",
    "6304",
    "6306",
    "6307",
    "6308",
    "6309",
    "6310",
    "6311",
    "6312",
    "6322",
    "6324",
    "6325",
    "6328",
    "6332",
  ],
  "status.call-failed": ["iot.device.invokethingservicefailed", "iot.device.setdevicepropertyfailed"],
  "status.platform-error": [
    "iot.system.systemexception",
    "serviceunavailable*",
    "internalerror*",
    "unknownerror",
  ],
  "status.throttled": ["throttling", "throttling.*", "iot.messagebroker.ratelimit", "429", "6452", "9324"],
  "status.no-permission": [
    "forbidden.ram",
    "nopermission",
    "iot.common.ramactionpermissiondeny",
    "iot.common.authactionpermissiondeny",
    "iot.prod.notproductowner",
  ],
  "status.overdue": ["iot.system.billisoverdue", "403"],
  "status.unknown-key": ["invalidaccesskeyid", "invalidaccesskeyid.notfound"],
  "status.disabled-key": ["invalidaccesskeyid.inactive", "forbidden.accesskeydisabled"],
  "status.wrong-secret": ["signaturedoesnotmatch", "incompletesignature"],
  "status.wrong-clock": ["invalidtimestamp.expired", "illegaltimestamp"],
  "status.expired-token": ["invalidsecuritytoken.expired"],
  "status.wrong-token": ["invalidsecuritytoken", "invalidsecuritytoken.*", "missingsecuritytoken"],
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
  // The platform itself misspells this name in places.
  const lower = code.slice(0, 100).toLowerCase().replace("iot.messageborker.", "iot.messagebroker.");
  return exact.get(lower) ?? prefixes.find(([start]) => lower.startsWith(start))?.[1];
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
