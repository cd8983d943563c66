import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../support/npm";

interface Options {
  port: number;
  isVariable: boolean;
  language: string;
  isFresh: boolean;
  isHelp: boolean;
}

interface Script {
  readOptions: (args: string[], env: Record<string, string>) => Options;
  languageOfWords: (args: string[], env: Record<string, string>) => string;
}

const usual: Options = { port: 1880, isVariable: false, language: "en-US", isFresh: false, isHelp: false };

describe("the options of npm start", () => {
  let script: Script;

  before(async () => {
    script = (await import(pathToFileURL(path.join(packageRoot, "scripts", "options.mjs")).href)) as Script;
  });

  const accepted: [args: string, env: Record<string, string>, expected: Partial<Options>][] = [
    ["", {}, {}],
    ["--port 2880", {}, { port: 2880 }],
    ["--port=65535", {}, { port: 65_535 }],
    ["", { PORT: "2880" }, { port: 2880, isVariable: true }],
    ["", { PORT: "" }, {}],
    ["--port 1", { PORT: "x" }, { port: 1 }],
    ["--fresh", {}, { isFresh: true }],
    ["--help", {}, { isHelp: true }],
    ["-h", {}, { isHelp: true }],
    ["--lang zh-CN", { LANG: "en_US.UTF-8" }, { language: "zh-CN" }],
    ["--lang en-US", { LANG: "zh_CN.UTF-8" }, { language: "en-US" }],
    ["", { LANG: "zh_CN.UTF-8" }, { language: "zh-CN" }],
    ["", { LANG: "zh" }, { language: "zh-CN" }],
    ["", { LC_ALL: "zh_TW" }, { language: "zh-CN" }],
    ["", { LC_ALL: "C.UTF-8", LANG: "zh_CN.UTF-8" }, {}],
    ["", { LC_MESSAGES: "zh_CN", LANG: "de_DE" }, { language: "zh-CN" }],
    ["", { LANG: "zhx" }, {}],
    ["--fresh --lang zh-CN --port 3", {}, { isFresh: true, language: "zh-CN", port: 3 }],
  ];
  for (const [args, env, expected] of accepted) {
    it(`takes “${args}” with ${JSON.stringify(env)}`, () => {
      assert.deepEqual(script.readOptions(args.split(" ").filter(Boolean), env), { ...usual, ...expected });
    });
  }

  const refused: [args: string, env: Record<string, string>, says: RegExp, chinese: RegExp][] = [
    ["--prot 3", {}, /^Unknown option --prot: /, /^没有选项 --prot/],
    ["-x", {}, /^Unknown option -x: /, /-x/],
    ["--no-fresh", {}, /^Unknown option --no-fresh: /, /--no-fresh/],
    ["2880", {}, /^Unexpected “2880”: npm passes options on only after --/, /^多余的“2880”/],
    ["--fresh", { npm_config_port: "true" }, /^npm has kept --port for itself/, /^npm 没有传递 --port/],
    ["--port", {}, /^--port needs a value: /, /^--port 后面缺少值/],
    ["--fresh=yes", {}, /^--fresh takes no value: /, /^--fresh 不带值/],
    ["--port 0", {}, /^--port must be a number from 1 to 65535, not "0"\.$/, /“0”。$/],
    ["--port 65536", {}, /not "65536"\.$/, /“65536”。$/],
    ["--port 1e3", {}, /not "1e3"\.$/, /“1e3”。$/],
    ["--port --fresh", {}, /not "--fresh"\.$/, /“--fresh”。$/],
    ["", { PORT: "http" }, /^PORT must be a number from 1 to 65535, not "http"\.$/, /^PORT 应为/],
    ["--lang de", {}, /^--lang must be en-US or zh-CN, not "de"\.$/, /^--lang 应为/],
    ["--lang zh", {}, /not "zh"\.$/, /“zh”。$/],
  ];
  const texts = (language: string): Record<string, string> =>
    JSON.parse(readFileSync(path.join(packageRoot, "locales", language, "start.json"), "utf8"));

  for (const [args, env, ...says] of refused) {
    it(`refuses “${args}” with ${JSON.stringify(env)} in one sentence, in both languages`, () => {
      assert.throws(
        () => script.readOptions(args.split(" ").filter(Boolean), env),
        (error: { key: string; params: Record<string, string> }) => {
          for (const [index, language] of ["en-US", "zh-CN"].entries()) {
            const text = texts(language)[error.key] ?? "";
            assert.match(
              text.replace(/__(\w+?)__/g, (_blank, name) => error.params[name] ?? "?"),
              says[index]!,
            );
          }
          return true;
        },
      );
    });
  }

  it("are complained of in the language that they or the environment name", () => {
    assert.equal(script.languageOfWords(["--lang", "zh-CN", "--nope"], {}), "zh-CN");
    assert.equal(script.languageOfWords(["--lang=zh-CN"], {}), "zh-CN");
    assert.equal(script.languageOfWords(["--lang"], { LANG: "zh_CN" }), "zh-CN");
    assert.equal(script.languageOfWords(["--lang", "de"], {}), "en-US");
  });

  it("have the same texts in both languages, with the same blanks", () => {
    const blanks = (text: string): string[] => (text.match(/__\w+?__/g) ?? []).sort();
    const [english, chinese] = [texts("en-US"), texts("zh-CN")];
    assert.deepEqual(Object.keys(chinese), Object.keys(english));
    for (const [key, text] of Object.entries(english)) {
      assert.deepEqual(blanks(chinese[key]!), blanks(text), key);
      assert.match(chinese[key]!, /\p{Script=Han}/u);
      assert.doesNotMatch(text, /\p{Script=Han}/u);
    }
  });

  const start = (...args: string[]): { code: number | null; said: string; complained: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/start.mjs", ...args], {
      cwd: packageRoot,
      encoding: "utf8",
      env: { ...process.env, PORT: "", LC_ALL: "C" },
    });
    return { code: status, said: stdout, complained: stderr };
  };

  it("end npm start with exit code 2 and one sentence, if one is unknown", () => {
    const { code, said, complained } = start("--prot", "1881");
    assert.deepEqual(
      [code, said, complained],
      [2, "", "Unknown option --prot: npm start -- --help lists the options.\n"],
    );
  });

  it("are listed by --help", () => {
    const { code, said } = start("--help", "--lang", "zh-CN");
    assert.equal(code, 0);
    for (const option of ["--port N", "--lang L", "--fresh", "--help"]) assert.ok(said.includes(option));
    assert.match(said, /^用法/);
  });
});
