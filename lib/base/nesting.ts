const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether JSON text nests deeper than `limit` objects and arrays. Counts brackets outside of strings, so that text
 * can be measured before a recursive parser reads it.
 */
export function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === backslash) index++;
      else if (code === quote) isInString = false;
    } else if (code === quote) {
      isInString = true;
      // "[" and "{", "]" and "}" differ in one bit.
    } else if ((code & 0xdf) === 0x5b) {
      if (++depth > limit) return true;
    } else if ((code & 0xdf) === 0x5d) {
      depth--;
    }
  }
  return false;
}
