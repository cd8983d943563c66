import { targetOf } from "./import-graph";

/** A source file of the repository: its name, from the root and with slashes, and its text. */
export type Source = readonly [file: string, text: string];

/** The import statements at the start of a source, by what they import. */
function importOrder(text: string): string[] {
  return [...text.matchAll(/^import\b[^;"'`]*["']([^"']+)["']\)?;/gm)].map((match) => match[1]!);
}

/** Node.js first, then packages, then own files; of those the ones that are further away first. */
function compareImports(a: string, b: string): number {
  const rank = (name: string): number => (name.startsWith("node:") ? 0 : name.startsWith(".") ? 2 : 1);
  const distance = (name: string): number => name.split("../").length;
  return rank(a) - rank(b) || distance(b) - distance(a) || (a < b ? -1 : Number(a > b));
}

/** Imports that do not stand where the order wants them, one line for each file. */
export function misplacedImports([file, text]: Source): string[] {
  const found = importOrder(text);
  const wrong = found.find((name, index) => index > 0 && compareImports(found[index - 1]!, name) > 0);
  return wrong === undefined ? [] : [`${file} imports ${wrong} too late`];
}

/** Modules that are loaded late in another way than by a `require` whose type is that of the same module. */
export function oddLateLoads([file, text]: Source): string[] {
  const code = withoutComments(text);
  const required = [
    ...code.matchAll(/(?:typeof import\("([^"]+)"\) (?:=|=>) )?\brequire\(["'`]([^"'`]+)["'`]/g),
  ]
    .filter(([all, typed, loaded]) => typed !== loaded && !isStatement(code, all))
    .map((match) => match[2]!);
  const imported = [...code.matchAll(/(?<!typeof )\bimport\(["'`]([^"'`]+)["'`]\)(?!\.)/g)].map((m) => m[1]!);
  return [...required, ...imported].map((name) => `${file} loads ${name}`);
}

/** `import x = require("x");`, which is not late. */
function isStatement(code: string, call: string): boolean {
  return code.includes(`= ${call}`) && /^import \w+ = require\(/m.test(code);
}

/** Comments that say what is thrown in another form than `@throws {Type} …`. */
export function oddThrows([file, text]: Source): string[] {
  const lines = text.split("\n").filter((line) => /^\s*(?:\/\*\*|\*|\/\/)/.test(line));
  return lines
    .filter((line) => /@throws(?! \{(?:[A-Z]\w*|unknown)\})|\bThrows\b|\bRejects with\b/.test(line))
    .map((line) => `${file}: ${line.trim()}`);
}

/** Exported functions that throw on purpose and whose comment does not say what. */
export function undocumentedThrows([file, text]: Source): string[] {
  const functions = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:async )?function\*? (\w+)[\s\S]*?^}/gm;
  return [...text.matchAll(functions)]
    .filter(
      ([body, comment = ""]) => /^ {2}(?:if \(.*\) )?throw /m.test(body) && !comment.includes("@throws"),
    )
    .map(([, , name]) => `${file}: ${name} throws`);
}

/** Names that a file exports one by one, and what it re-exports. */
function exportsOf(text: string): string[] {
  const single = [
    ...text.matchAll(
      /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm,
    ),
  ].map((match) => match[1]!);
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) => names(match[1]!));
  return [...single, ...listed];
}

/** Names that a source takes from other files of the repository, by file. */
function takenFrom([file, text]: Source): [file: string, name: string][] {
  const lists = /\b(?:import|export)\b(?: type)?(?: \w+,)? \{([^}]*)\} from ["']([^"']+)["']/g;
  const found = [...text.matchAll(lists)].flatMap((match) =>
    names(match[1]!, true).map((name): [string, string] => [match[2]!, name]),
  );
  const loaded =
    /(?:\{([^{}=]*)\}|(\w+)(?: = \(\))?): typeof import\(["']([^"']+)["']\)(?:\)|)|import\(["']([^"']+)["']\)\.(\w+)/g;
  for (const [, list, holder, late, typed, name] of text.matchAll(loaded)) {
    if (list !== undefined) found.push(...names(list, true).map((item): [string, string] => [late!, item]));
    else if (name !== undefined) found.push([typed!, name]);
    else found.push(...usesOf(text, holder!).map((item): [string, string] => [late!, item]));
  }
  for (const [, holder, imported] of text.matchAll(/^import \* as (\w+) from ["']([^"']+)["']/gm)) {
    found.push(...usesOf(text, holder!).map((item): [string, string] => [imported!, item]));
  }
  return found
    .filter(([imported]) => imported.startsWith("."))
    .map(([imported, name]) => [targetOf(file, imported), name]);
}

/**
 * Exports that no other file imports, as `file exports name`. What only tests import counts as used where it is a type,
 * or where its comment speaks of the test.
 */
export function unusedExports(
  sources: readonly Source[],
  users: readonly Source[],
  tests: readonly Source[],
): string[] {
  const namesIn = (all: readonly Source[]): Set<string> =>
    new Set(all.flatMap(takenFrom).map(([file, name]) => `${file} exports ${name}`));
  const [used, tested] = [namesIn(users), namesIn(tests)];
  return sources.flatMap(([file, text]) =>
    exportsOf(text)
      .filter((name) => {
        const line = `${file} exports ${name}`;
        return !used.has(line) && !(tested.has(line) && isForTests(text, name));
      })
      .map((name) => `${file} exports ${name}`),
  );
}

function isForTests(text: string, name: string): boolean {
  const declaration = new RegExp(
    `(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\n)?^export (?:async )?(\\w+)\\*? ${name}\\b`,
    "m",
  );
  const [, comment = "", kind] = declaration.exec(text) ?? [];
  return kind === undefined || kind === "type" || kind === "interface" || /\btests?\b/.test(comment);
}

/** Identifiers that a source declares: variables, functions, types, members, parameters. */
export function declaredNames([, text]: Source): string[] {
  const code = withoutComments(text).replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
  const ways = [
    /\b(?:const|let|var|function\*?|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g,
    // Destructured names, parameters and members with a type.
    /(?<=[({,[]\s*(?:\.\.\.)?(?:(?:private|readonly|static|public)\s+)*)([A-Za-z_$][\w$]*)(?=\??\s*[:,=})\]])/g,
    /^\s*(?:(?:private|protected|readonly|static|async|get|set|override)\s+)*([A-Za-z_$][\w$]*)(?=\??\s*[(:=])/gm,
    /([A-Za-z_$][\w$]*)(?=\s*=>)/g,
  ];
  return [...new Set(ways.flatMap((way) => [...code.matchAll(way)].map((match) => match[1]!)))];
}

function usesOf(text: string, holder: string): string[] {
  return [...text.matchAll(new RegExp(`\\b${holder}(?:\\(\\))?\\.(\\w+)`, "g"))].map((match) => match[1]!);
}

/** The names of a list in braces: what they are called outside, or inside of the file that lists them. */
function names(list: string, isImport = false): string[] {
  return list
    .replace(/\/\/.*$/gm, "")
    .split(",")
    .map((item) => item.trim().replace(/^type /, ""))
    .filter((item) => item !== "")
    .map((item) => {
      const [first, last] = item.split(/ as |\s*:\s*/);
      return (isImport ? first : (last ?? first))!;
    });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(?<=^|[\s;{(,])\/\/.*$/gm, "");
}
