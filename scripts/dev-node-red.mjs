// The Node-RED that npm run dev starts anew after each change. It loads everything but this package and waits for its
// turn, so that a change need not wait for that. It tells the pages of its editor that it is another one.
import { once } from "node:events";
import inspector from "node:inspector";
import { fileURLToPath } from "node:url";
import { chosenPort, listen, preload, startNodeRed } from "./node-red.mjs";
import { makeUserDir } from "./user-dir.mjs";

const port = chosenPort();
// Where whoever started it is gone, nobody would end it.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
const turn = once(process, "message");
preload();
const [{ inspect }] = await turn;
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
process.send("ready");
