// The Node-RED of npm start and npm run dev, on a loopback server that refuses pages of other sites.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { exitCodeOf } from "./children.mjs";
import { languageOfWords, OptionError, readOptions } from "./options.mjs";
import { onEnding } from "./signals.mjs";
import { wordsIn } from "./words.mjs";

const require = createRequire(import.meta.url);

/** How long nodes may take to close. */
const maxStopMs = 5000;

/**
 * Reads the options of the command line. Prints the help that is asked for, or what is wrong with an option, and ends the
 * process.
 * @returns as `readOptions`, and `words`: the texts in that language
 */
export function commandLine(args) {
  const words = wordsIn(languageOfWords(args, process.env));
  try {
    const options = readOptions(args, process.env);
    if (options.isHelp) {
      console.log(words("help"));
      process.exit(0);
    }
    return { ...options, words };
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(words(error.key, error.params));
    return process.exit(2);
  }
}

/**
 * Listens on a loopback port and answers 503 until `handle` is called. Ends the process with a message if the port is
 * not available.
 * @param options of `commandLine`
 * @param script the npm script, for the message that suggests another port
 */
export async function listen({ port, isVariable, words }, script) {
  let handler;
  const server = createServer((request, response) =>
    handler ? handler(request, response) : response.writeHead(503).end("Node-RED is starting."),
  );
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
  } catch (error) {
    if (error.code === "EADDRINUSE") {
      const command = withPort(port < 65_535 ? port + 1 : port - 1, isVariable, script);
      stopWith(words("port-taken", { port, command }));
    }
    stopWith(words("port-refused", { port, reason: error.message }));
  }
  return { server, handle: (given) => (handler = given) };
}

/**
 * Starts Node-RED on a server that listens, with the package as it is built.
 * @param settings joined to the usual ones
 * @param routes called with the app before Node-RED answers requests
 */
export async function startNodeRed({ server, handle }, port, settings, routes = () => undefined) {
  let RED;
  let isStarted = false;
  const stop = async (signal) => {
    // At once, so that the next process finds the port free.
    server.close();
    server.closeAllConnections();
    setTimeout(() => process.exit(0), maxStopMs);
    if (!isStarted) process.exit(exitCodeOf(signal));
    await RED.stop();
    process.exit(0);
  };
  onEnding(stop);
  // Otherwise any web page in a browser on this machine could switch a lamp or deploy a flow.
  require("../dist/lib/base/local-requests").guardLocalServer(server);
  RED = require("node-red");
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
  isStarted = true;
  handle(app);
}

/** Passes on warnings and errors, but not the two that every new user directory causes. */
function say(RED, { level, type, name, id, msg }) {
  const expected = ["storage.localfilesystem.projects.disabled", "nodes.credentials.encryptedNotFound"];
  if (expected.some((key) => RED.log._(key) === msg)) return;
  const source = type ? `${name || id} (${type}): ` : "";
  const text = typeof msg === "string" ? msg : (msg?.message ?? JSON.stringify(msg));
  (level === RED.log.WARN ? console.warn : console.error)(source + text);
}

/** The same command with another port, given in the same way. */
function withPort(number, isVariable, script) {
  if (!isVariable) return `${script} -- --port ${number}`;
  return process.platform === "win32" ? `set PORT=${number} && ${script}` : `PORT=${number} ${script}`;
}

function stopWith(message) {
  console.error(message);
  process.exit(1);
}
