import * as fc from "fast-check";

const firstSurrogate = 0xd800;
const surrogates = 0x800;
const lastCodePoint = 0x10ffff;

/**
 * Any code point but halves of pairs, as the unit "binary" of fast-check, which keeps a map of all 1.1 million of them:
 * that takes two seconds and 100 MB in each process, and the garbage collector longer from then on.
 */
const codePoint = fc.nat(lastCodePoint - surrogates).map(
  (n) => String.fromCodePoint(n < firstSurrogate ? n : n + surrogates),
  (text) => {
    if (typeof text !== "string" || text === "" || !text.isWellFormed()) throw new Error("not a code point");
    const code = text.codePointAt(0)!;
    if (String.fromCodePoint(code) !== text) throw new Error("not one code point");
    return code < firstSurrogate ? code : code - surrogates;
  },
);

/** Well-formed text of any code points. `maxLength` counts them. */
export function unicode(constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: codePoint });
}
