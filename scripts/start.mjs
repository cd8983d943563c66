// npm start: on a fresh clone installs, builds and starts Node-RED with the examples as tabs and the simulator inside.
// PORT chooses the port. `npm start -- --fresh` forgets the changes made in the editor.
import { build, ensureInstalled } from "./steps.mjs";
import { makeUserDir } from "./user-dir.mjs";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { once } from "node:events";

const port = Number(process.env.PORT || 1880);
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  stopWith(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
}
const require = createRequire(import.meta.url);
let handler;
const server = createServer((request, response) =>
  handler ? handler(request, response) : response.writeHead(503).end("Node-RED is starting."),
);
// Taking the port comes first: a minute of installing ahead of this message would be wasted.
try {
  await once(server.listen(port, "127.0.0.1"), "listening");
} catch (error) {
  if (error.code === "EADDRINUSE") {
    stopWith(`Port ${port} is taken. Choose another one: ${withPort(port + 1)}`);
  }
  stopWith(`Cannot listen on port ${port}: ${error.message}`);
}
ensureInstalled();
build();
// Any page that a browser here shows could ask for a lamp, or deploy a flow.
require("../dist/lib/base/local-requests.js").guardLocalServer(server);
await startNodeRed();
console.log(`
Node-RED is ready, with the examples as tabs: http://127.0.0.1:${port}/

The devices are simulated, so no account is needed. To call a service of one:

  curl http://127.0.0.1:${port}/lamp/80

The response comes from a simulated lamp. Your changes to the flows are kept in .node-red/;
npm start -- --fresh restores the examples. Press Ctrl-C to stop Node-RED.
`);

async function startNodeRed() {
  const userDir = makeUserDir({ fresh: process.argv.includes("--fresh") });
  const RED = require("node-red");
  const express = createRequire(require.resolve("node-red"))("express");
  RED.init(server, {
    ...userDir.settings,
    httpAdminRoot: "/",
    httpNodeRoot: "/",
    flowFile: "flows.json",
    flowFilePretty: true,
    uiHost: "127.0.0.1",
    uiPort: port,
    // With these no window pops up over the editor.
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false } },
    logging: {
      terminal: { level: "warn", metrics: false, audit: false, handler: () => (entry) => say(RED, entry) },
    },
  });
  const app = express();
  app.use("/", RED.httpAdmin);
  app.use("/", RED.httpNode);
  const started = once(RED.events, "flows:started");
  await RED.start();
  await started;
  handler = app;
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop(RED));
}

async function stop(RED) {
  await RED.stop();
  server.close();
  server.closeAllConnections();
  process.exit(0);
}

/** Passes on warnings and errors, but not the two that every new user directory causes. */
function say(RED, { level, type, name, id, msg }) {
  const expected = ["storage.localfilesystem.projects.disabled", "nodes.credentials.encryptedNotFound"];
  if (expected.some((key) => RED.log._(key) === msg)) return;
  const source = type ? `${name || id} (${type}): ` : "";
  const text = typeof msg === "string" ? msg : (msg?.message ?? JSON.stringify(msg));
  (level === RED.log.WARN ? console.warn : console.error)(source + text);
}

function withPort(number) {
  return process.platform === "win32" ? `set PORT=${number} && npm start` : `PORT=${number} npm start`;
}

function stopWith(sentence) {
  console.error(sentence);
  process.exit(1);
}
