// The Node-RED that npm run dev starts anew after each change. Most of a start is loading modules that do not change; it
// loads them and waits for its turn. It tells the pages of its editor that it is another one.
import { on } from "node:events";
import inspector from "node:inspector";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chosenPort, listen, startNodeRed } from "./node-red.mjs";
import { root } from "./steps.mjs";
import { makeUserDir } from "./user-dir.mjs";

const require = createRequire(import.meta.url);
const port = chosenPort();
// Where whoever started it is gone, nobody would end it.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// Unlike `once` it keeps what comes before it is asked for.
const messages = on(process, "message");
const { modules } = await nextMessage();
for (const file of modules) preload(file);
const { inspect } = await nextMessage();
// Not as an option of Node.js: the port is free only when the one before has ended.
if (inspect) inspector.open(inspect, "127.0.0.1");
const listening = await listen(port, "npm run dev");
const { settings } = makeUserDir({ fresh: process.argv.includes("--fresh") });
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
    // Whoever needs it says so.
  }
}

/** What a change may be in. */
function isOfPackage(file) {
  return !path.relative(root, file).startsWith("node_modules");
}
