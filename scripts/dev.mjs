// npm run dev: as npm start, and again after each change: builds what has changed, restarts Node-RED and reloads the
// editor's pages. Options as there, and --inspect or --inspect=PORT opens a port for a debugger.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { commandLine } from "./node-red.mjs";
import { build, command, ensureInstalled, root } from "./steps.mjs";
import { watchFiles } from "./watch.mjs";

const isInspect = (word) => /^--inspect(=\d+)?$/.test(word);
const options = process.argv.slice(2).filter((word) => !isInspect(word));
const { port, isFresh } = commandLine(options);
/** Those of every later start. */
const lasting = options.filter((word) => word !== "--fresh");
const inspect = inspectorPort();
/** That Node-RED has to end: a node may hang. */
const maxStopMs = 2000;
let child;
/** The next process, which has loaded the same modules, except for this package. */
let standby;
let loaded = [];
let checking;
/** Files that have changed since Node-RED was started, those that could not be built included. */
let changed = new Set();
let isChanged = false;
let isWorking = true;

process.chdir(root);
ensureInstalled();
build();
// Imported late, because its dependencies may have been installed only now.
const { Rebuild, sources } = await import("./rebuild.mjs");
const rebuild = await Rebuild.begin();
watchFiles(root, sources, (files) => {
  // Text editors create files of their own beside those that they save.
  const ours = files.filter((file) => /\.(ts|css|html|json|svg)$/.test(file));
  if (ours.length === 0) return;
  for (const file of ours) changed.add(file);
  isChanged = true;
  goOn();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void end());
await begin();
isWorking = false;
goOn();

async function begin() {
  if (!(await start(isFresh ? ["--fresh"] : []))) process.exit(1);
  console.log(
    `Node-RED is ready: http://127.0.0.1:${port}/ It starts anew after each change. Ctrl-C ends it.`,
  );
  standby = prepare();
}

function goOn() {
  if (isWorking || !isChanged) return;
  isWorking = true;
  void work().finally(() => {
    isWorking = false;
    goOn();
  });
}

async function work() {
  isChanged = false;
  const files = [...changed];
  const begun = performance.now();
  checking?.kill();
  try {
    await rebuild.of(files);
  } catch (error) {
    // esbuild has already printed its own errors.
    if (!error.errors) console.error(error.message);
    console.error("Not built: the Node-RED from before this change goes on.");
    return;
  }
  if (isChanged) return;
  changed = new Set();
  await stop();
  if (await start()) {
    console.log(`${nameOf(files)}: ready after ${Math.round(performance.now() - begun)} ms`);
    checkTypes();
  } else console.error("Node-RED has not started. It is tried again after the next change.");
  standby = prepare();
}

/** Resolves when Node-RED answers, with false where it has ended instead. */
async function start(args) {
  child = isAlive(standby) ? standby : prepare(args);
  standby = undefined;
  const said = Promise.race([once(child, "message").then(() => true), once(child, "exit").then(() => false)]);
  child.send({ inspect });
  return said;
}

/** Starts a process that loads modules and waits. */
function prepare(args = []) {
  const own = spawn(
    process.execPath,
    ["--enable-source-maps", "scripts/dev-node-red.mjs", ...lasting, ...args],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  own.on("error", (error) => console.error(error.message));
  own.send({ modules: loaded });
  return own;
}

/** Resolves when the port is free; the nodes close beside the start of the next ones. */
async function stop() {
  if (!isAlive(child)) return;
  const own = child;
  const timer = setTimeout(() => own.kill("SIGKILL"), maxStopMs);
  const ended = once(own, "exit").then(() => clearTimeout(timer));
  const said = once(own, "message");
  own.kill("SIGTERM");
  await Promise.race([said, ended]);
}

function isAlive(own) {
  return own !== undefined && own.exitCode === null && own.signalCode === null;
}

/** In parallel with Node-RED, because type errors need not prevent a try. */
function checkTypes() {
  checkProject("tsconfig.json", "node", () => checkProject("tsconfig.editor.json", "editor"));
}

function checkProject(project, cache, next) {
  const cacheFile = `node_modules/.cache/dev/${cache}.tsbuildinfo`;
  const own = spawn(
    process.execPath,
    [command("typescript", "tsc"), "--noEmit", "--project", project].concat(
      "--incremental",
      "--tsBuildInfoFile",
      cacheFile,
    ),
    { stdio: "inherit" },
  );
  checking = own;
  own.once("exit", (code) => code === 0 && checking === own && next?.());
}

async function end() {
  checking?.kill();
  standby?.kill();
  if (isAlive(child)) {
    const ended = once(child, "exit");
    await stop();
    await ended;
  }
  process.exit(0);
}

function nameOf([first, ...rest]) {
  return rest.length === 0 ? first : `${first} and ${rest.length} more`;
}

/** Undefined without a debugger. */
function inspectorPort() {
  const word = process.argv.find(isInspect);
  return word && Number(word.split("=")[1] ?? 9229);
}
