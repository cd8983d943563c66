// The Node-RED process that npm run dev restarts after each change. It loads modules that do not change in advance, which
// takes most of the start-up time, and waits. Once started, it makes pages of the editor reload.
import { on } from "node:events";
import inspector from "node:inspector";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine, listen, startNodeRed } from "./node-red.mjs";
import { root } from "./steps.mjs";
import { makeUserDir } from "./user-dir.mjs";

const require = createRequire(import.meta.url);
const options = commandLine(process.argv.slice(2));
const { port, language, isFresh } = options;
// Without its parent, nothing would end this process.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// Unlike `once`, it also keeps earlier messages.
const messages = on(process, "message");
const { modules } = await nextMessage();
for (const file of modules) preload(file);
const { inspect } = await nextMessage();
// Not as an option of Node.js: the port is free only when the one before has ended.
if (inspect) inspector.open(inspect, "127.0.0.1");
const listening = await listen(options, "npm run dev");
const { settings } = makeUserDir({ isFresh, language });
const reloader = fileURLToPath(new URL("dev-reload.js", import.meta.url));
const editorTheme = { page: { scripts: [reloader] } };
await startNodeRed(listening, port, { ...settings, editorTheme }, (app) => {
  app.get("/dev-events", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`data: ${process.pid}\n\n`);
  });
});
// Node-RED has let the port go before this; its nodes may take longer.
process.once("SIGTERM", () => {
  inspector.close();
  process.send("left");
});
process.send({ modules: Object.keys(require.cache).filter((file) => !isOfPackage(file)) });

async function nextMessage() {
  const { value } = await messages.next();
  return value[0];
}

function preload(file) {
  try {
    require(file);
  } catch {
    // Reported where the module is needed.
  }
}

/** Whether a file belongs to this package and may change. */
function isOfPackage(file) {
  return !path.relative(root, file).startsWith("node_modules");
}
