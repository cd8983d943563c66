/**
 * JSON as text, taken apart and put together without touching a number: parsing and printing would turn 10.0 into
 * 10, which the platform tells apart.
 */
function tokensOf(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON on one line, every number as it was written. */
export function foldJson(text: string): string {
  if (!isJson(text)) return text.replace(/\s*\n\s*/g, " ");
  return tokensOf(text)
    .map((token) => (token === ":" || token === "," ? `${token} ` : token))
    .join("");
}

/** JSON on many lines, every number as it was written. */
export function unfoldJson(text: string): string {
  if (!isJson(text)) return text;
  let indent = "\n";
  let unfolded = "";
  let last = "";
  for (const token of tokensOf(text)) {
    const opensEmpty = (last === "{" || last === "[") && (token === "}" || token === "]");
    if (token === "}" || token === "]") indent = indent.slice(0, -2);
    const breaks = last === "," || last === "{" || last === "[" || token === "}" || token === "]";
    unfolded += (breaks && !opensEmpty ? indent : "") + token + (token === ":" ? " " : "");
    if (token === "{" || token === "[") indent += "  ";
    last = token;
  }
  return unfolded;
}

/** The members of an object's text, each value as it was written; undefined for any other text. */
export function membersOf(text: string): Map<string, string> | undefined {
  if (!isJson(text) || !text.trim().startsWith("{")) return undefined;
  const members = new Map<string, string>();
  for (const [name = "", _colon, ...value] of partsOf(text)) {
    members.set(String(JSON.parse(name)), foldJson(value.join("")));
  }
  return members;
}

/** The elements of an array's text, each as it was written; undefined for any other text. */
export function elementsOf(text: string): string[] | undefined {
  if (!isJson(text) || !text.trim().startsWith("[")) return undefined;
  return partsOf(text).map((value) => foldJson(value.join("")));
}

/** What stands between the outermost commas of an object's or an array's text. */
function partsOf(text: string): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  let depth = 0;
  for (const token of tokensOf(text)) {
    if (token === "}" || token === "]") depth--;
    if (depth === 0 || (depth === 1 && token === ",")) {
      if (part.length > 0) parts.push(part);
      part = [];
    } else part.push(token);
    if (token === "{" || token === "[") depth++;
  }
  return parts;
}

/** An object's text from its members' texts. */
export function objectText(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;
}
