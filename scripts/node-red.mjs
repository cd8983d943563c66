// The Node-RED of npm start and npm run dev, on a loopback server that refuses pages of other sites.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The port in PORT. Ends the process with a message if it is invalid. */
export function chosenPort() {
  const port = Number(process.env.PORT || 1880);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    stopWith(`PORT must be a number from 1 to 65535, not "${process.env.PORT}".`);
  }
  return port;
}

/**
 * Listens on a loopback port and answers 503 until `handle` is called. Ends the process with a message if the port is
 * not available.
 * @param script the npm script, for the message that suggests another port
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
 * @param routes called with the app before Node-RED answers requests
 */
export async function startNodeRed({ server, handle }, port, settings, routes = () => undefined) {
  // Otherwise any web page in a browser on this machine could switch a lamp or deploy a flow.
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
    // These prevent pop-ups over the editor.
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
  // At once, so that the next process finds the port free.
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
