import { nestsDeeperThan } from "./nesting";

export type JsonObject = Record<string, unknown>;

/**
 * JSON that nests deeper stays text, because a later node that copies or prints it would overflow the stack and end
 * Node-RED. Thing models nest 6 levels and bodies of devices seldom 20, so legitimate data is always parsed.
 */
export const maxDepth = 200;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a member whose name is not trusted: `__proto__` becomes an ordinary member. */
export function setMember<Value>(object: Record<string, Value>, name: string, value: NoInfer<Value>): void {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

/**
 * Parses all JSON from outside. Integers beyond 2^53, and numbers beyond the largest double,
 * become text instead of losing digits.
 * @throws {SyntaxError} if it is not JSON, or nests too deep
 */
export function parseJson(source: string): unknown {
  if (isTooDeep(source)) throw new SyntaxError("nests too deep");
  return parseShallow(source);
}

/**
 * The same for JSON in a wrapper of the platform or a device: the wrapper is always parsed, and a part of it that nests
 * too deep stays text.
 * @param levels objects around such a part: 1 where it is a member of the whole
 * @throws {SyntaxError} where it is no JSON
 */
export function parseWrapped(source: string, levels: number): unknown {
  return parseShallow(isTooDeep(source) ? withDeepPartsAsText(source, levels) : source);
}

/** Whether JSON nests deeper than what is parsed; measured without parsing it, in one pass. */
export function isTooDeep(source: string): boolean {
  // Each level takes two characters.
  return source.length > 2 * maxDepth && hasManyBrackets(source) && nestsDeeperThan(source, maxDepth);
}

/** Whether there are enough opening brackets, wherever they stand, to nest too deep. Most JSON has few. */
function hasManyBrackets(source: string): boolean {
  let count = 0;
  for (const bracket of ["{", "["]) {
    for (let at = source.indexOf(bracket); at >= 0; at = source.indexOf(bracket, at + 1)) {
      if (++count > maxDepth) return true;
    }
  }
  return false;
}

function withDeepPartsAsText(source: string, levels: number): string {
  let text = "";
  let copied = 0;
  let depth = 0;
  let start = 0;
  let reached = 0;
  eachBracket(source, (at, step) => {
    if (step > 0) {
      depth++;
      if (depth === levels + 1) {
        start = at;
        reached = 0;
      }
      reached = Math.max(reached, depth);
      return;
    }
    if (depth === levels + 1 && reached > maxDepth) {
      text += source.slice(copied, start) + JSON.stringify(source.slice(start, at + 1));
      copied = at + 1;
    }
    depth--;
  });
  // Rejected here, because a parser would first build all the levels of unfinished JSON.
  if (depth !== 0) throw new SyntaxError("has no end");
  return text + source.slice(copied);
}

const quote = 0x22;
const backslash = 0x5c;

/** Reports the position of each bracket outside strings, and whether it opens (1) or closes (-1). */
function eachBracket(source: string, tell: (at: number, step: 1 | -1) => void): void {
  for (let at = 0; at < source.length; at++) {
    switch (source.charCodeAt(at)) {
      case quote:
        at = endOfString(source, at);
        break;
      case 0x5b:
      case 0x7b:
        tell(at, 1);
        break;
      case 0x5d:
      case 0x7d:
        tell(at, -1);
        break;
      default:
    }
  }
}

/** The position of the closing quote of the string that begins here. */
function endOfString(source: string, start: number): number {
  for (let end = source.indexOf('"', start + 1); end >= 0; end = source.indexOf('"', end + 1)) {
    let before = end;
    while (source.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return source.length;
}

const minus = 0x2d;
/** Also found in ids, which are hexadecimal more often than not; only then the next one looks more closely. */
const looksLikeExponent = /[eE]\+?\d{3}/;
/** A number at the place of a value, or text that looks like it. */
const largeExponent = /(?:^|[\s:,[])-?\d+(?:\.\d+)?[eE]\+?\d{3}/;
const jsonNumber = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** So many digits fit into every number. */
const safeDigits = 15;

/**
 * The same for JSON that is known not to nest too deep.
 * @throws {SyntaxError} where it is no JSON
 */
export function parseShallow(source: string): unknown {
  return JSON.parse(mayHaveLossyNumbers(source) ? withLossyNumbersAsText(source) : source);
}

/** A cheap test that most texts do not pass. */
function mayHaveLossyNumbers(source: string): boolean {
  return (looksLikeExponent.test(source) && largeExponent.test(source)) || mayHaveLongNumbers(source);
}

/** Whether 16 digits in a row may be a number; where there are few digits it looks at every sixteenth character only. */
function mayHaveLongNumbers(source: string): boolean {
  let from = 0;
  for (let at = safeDigits; at < source.length; at = from + safeDigits) {
    let start = at;
    while (start >= from && isDigit(source.charCodeAt(start))) start--;
    if (start >= from) from = start + 1;
    else {
      if (mayBeginNumber(source, from - 1)) return true;
      for (from = at + 1; isDigit(source.charCodeAt(from));) from++;
    }
  }
  return false;
}

/** Whether a number may follow, which in a string is not so but for text that looks like JSON. */
function mayBeginNumber(source: string, before: number): boolean {
  const code = source.charCodeAt(source.charCodeAt(before) === minus ? before - 1 : before);
  return !(code > 0x20) || code === 0x3a || code === 0x2c || code === 0x5b;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** In one pass; invalid JSON stays invalid. */
function withLossyNumbersAsText(source: string): string {
  let text = "";
  let copied = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote) at = endOfString(source, at);
    else if (isOfNumber(code)) {
      const start = at;
      let mayBeLossy = false;
      for (let next = code; isOfNumber(next); next = source.charCodeAt(++at)) mayBeLossy ||= isExponent(next);
      if ((mayBeLossy || at - start > safeDigits) && isLossy(source.slice(start, at)) && !isKey(source, at)) {
        text += `${source.slice(copied, start)}"${source.slice(start, at)}"`;
        copied = at;
      }
      at--;
    }
  }
  return copied === 0 ? source : text + source.slice(copied);
}

/** Digits, `+`, `-`, `.`, `E` and `e`. */
function isOfNumber(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e || isExponent(code)
  );
}

function isExponent(code: number): boolean {
  return code === 0x45 || code === 0x65;
}

/** A number cannot be a key in JSON, but its text could. */
function isKey(source: string, end: number): boolean {
  let at = end;
  while (at < source.length && source.charCodeAt(at) <= 0x20) at++;
  return source.charCodeAt(at) === 0x3a;
}

function isLossy(digits: string): boolean {
  const match = jsonNumber.exec(digits);
  if (!match) return false;
  const number = Number(digits);
  const isWhole = match[1] === undefined && match[2] === undefined;
  return isWhole ? !Number.isSafeInteger(number) : !Number.isFinite(number);
}
