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
  let depth = 0;
  let name: string | undefined;
  let value: string[] = [];
  const keep = (): void => {
    if (name !== undefined) members.set(String(JSON.parse(name)), foldJson(value.join("")));
    name = undefined;
    value = [];
  };
  for (const token of tokensOf(text)) {
    if (token === "}" || token === "]") depth--;
    if (depth === 0 || (depth === 1 && token === ",")) keep();
    else if (depth === 1 && name === undefined && token !== ":") name = token;
    else if (depth > 1 || token !== ":" || value.length > 0) value.push(token);
    if (token === "{" || token === "[") depth++;
  }
  return members;
}

/** An object's text from its members' texts. */
export function objectText(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;
}
