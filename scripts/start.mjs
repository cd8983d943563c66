// npm start: on a fresh clone installs, builds and starts Node-RED with the examples as tabs and the simulator inside.
// `npm start -- --help` lists its options.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { endAtOnce } from "./children.mjs";
import { build, install } from "./first-steps.mjs";
import { commandLine, listen, startNodeRed } from "./node-red.mjs";
import { root } from "./steps.mjs";
import { makeUserDir } from "./user-dir.mjs";

const options = commandLine(process.argv.slice(2));
const { port, language, isFresh, words } = options;
endAtOnce();
// Listens first, so that an error about the port comes before a minute of installing.
const listening = await listen(options, "npm start");
await install(words);
await build(words);
const { settings, backup } = makeUserDir({ isFresh, language });
if (backup) console.log(words("backup", { folder: `${path.relative(root, backup)}${path.sep}` }));
const offer = fileURLToPath(new URL("start-tour.js", import.meta.url));
const editorTheme = { page: { scripts: [offer] } };
await startNodeRed(listening, port, { ...settings, lang: language, editorTheme });
console.log(words("ready", { url: `http://127.0.0.1:${port}/` }));
