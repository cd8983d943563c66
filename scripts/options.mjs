// The options of npm start and npm run dev. Knows neither files nor processes, so that it can be tested alone.
import { parseArgs } from "node:util";

/** Languages of the flows, the simulator's names and what the runtime says. */
export const languages = ["en-US", "zh-CN"];

const defaultPort = 1880;

/** What somebody typed that cannot be used: one sentence, as a key of locales/…/start.json with its parameters. */
export class OptionError extends Error {
  constructor(key, params = {}) {
    super(key);
    this.key = key;
    this.params = params;
  }
}

/**
 * Reads `--port N`, `--lang L`, `--fresh` and `--help`; PORT stands in for the first, the environment's language for the
 * second.
 * @returns `port`, `language`, `isFresh`, `isHelp`, and whether the port was given as the variable PORT
 * @throws {OptionError} for an unknown option or a bad value
 */
export function readOptions(args, env) {
  const values = parse(args, env);
  const isVariable = values.port === undefined && Boolean(env.PORT);
  return {
    port: readPort(isVariable ? "PORT" : "--port", values.port ?? (env.PORT || String(defaultPort))),
    isVariable,
    language: values.lang === undefined ? languageOf(env) : readLanguage(values.lang),
    isFresh: values.fresh ?? false,
    isHelp: values.help ?? false,
  };
}

/** The language in which to complain of the options themselves. */
export function languageOfWords(args, env) {
  const at = args.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  const word = at < 0 ? undefined : (args[at].split("=")[1] ?? args[at + 1]);
  return languages.includes(word) ? word : languageOf(env);
}

/** Chinese where the environment is, else English. As in Node-RED, the first of these variables decides. */
function languageOf(env) {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || "";
  return /^zh([_.-]|$)/i.test(locale) ? "zh-CN" : "en-US";
}

function parse(args, env) {
  const options = {
    port: { type: "string" },
    lang: { type: "string" },
    fresh: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  };
  const { values, tokens } = parseArgs({ args, options, strict: false, tokens: true });
  for (const { kind, name, rawName, value } of tokens) {
    if (kind === "positional") throw new OptionError("unknown-word", { word: value });
    if (kind !== "option") continue;
    if (!Object.hasOwn(options, name)) throw new OptionError("unknown-option", { option: rawName });
    const isText = options[name].type === "string";
    if (isText && value === undefined) throw new OptionError("no-value", { option: rawName });
    if (!isText && value !== undefined) throw new OptionError("value", { option: rawName });
  }
  for (const name of ["port", "lang", "fresh"]) {
    if (env[`npm_config_${name}`]) throw new OptionError("kept-by-npm", { option: `--${name}` });
  }
  return values;
}

function readPort(option, text) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new OptionError("bad-port", { option, value: text });
  return port;
}

function readLanguage(text) {
  if (!languages.includes(text)) throw new OptionError("bad-language", { value: text });
  return text;
}
