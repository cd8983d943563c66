// The Node-RED of npm start and npm run dev, on a server of this machine that only its own pages may ask.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The port that PORT names. Ends the process with one sentence where that is none. */
export function chosenPort() {
  const port = Number(process.env.PORT || 1880);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    stopWith(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
  }
  return port;
}

/**
 * Takes a port of the loopback and answers 503 there until `handle` is told who answers. Ends the process with one
 * sentence where the port cannot be had.
 * @param script of npm, as a person would type it with another port
 */
export async function listen(port, script) {
  let handler;
  const server = createServer((request, response) =>
    handler ? handler(request, response) : response.writeHead(503).end("Node-RED is starting."),
  );
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    if (error.code === "EADDRINUSE") {
      stopWith(`Port ${port} is taken. Choose another one: ${withPort(port + 1, script)}`);
    }
    stopWith(`Cannot listen on port ${port}: ${error.message}`);
  }
  return { server, handle: (given) => (handler = given) };
}

/**
 * Starts Node-RED on a server that listens, with the package as it is built.
 * @param settings joined to the usual ones
 * @param routes are told of the app before Node-RED answers anything
 */
export async function startNodeRed({ server, handle }, port, settings, routes = () => undefined) {
  // Any page that a browser here shows could ask for a lamp, or deploy a flow.
  require("../dist/lib/base/local-requests").guardLocalServer(server);
  const RED = require("node-red");
  const express = createRequire(require.resolve("node-red"))("express");
  RED.init(server, {
    ...settings,
    httpAdminRoot: "/",
    httpNodeRoot: "/",
    flowFile: "flows.json",
    flowFilePretty: true,
    uiHost: "127.0.0.1",
    uiPort: port,
    // With these no window pops up over the editor.
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false, projects: { enabled: false }, ...settings.editorTheme },
    logging: {
      terminal: { level: "warn", metrics: false, audit: false, handler: () => (entry) => say(RED, entry) },
    },
  });
  const app = express();
  routes(app);
  app.use("/", RED.httpAdmin);
  app.use("/", RED.httpNode);
  const started = once(RED.events, "flows:started");
  await RED.start();
  await started;
  handle(app);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop(RED, server));
}

async function stop(RED, server) {
  // At once, so that whoever starts the next one finds the port free.
  server.close();
  server.closeAllConnections();
  await RED.stop();
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

function withPort(number, script) {
  return process.platform === "win32" ? `set PORT=${number} && ${script}` : `PORT=${number} ${script}`;
}

function stopWith(message) {
  console.error(message);
  process.exit(1);
}
