import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  cached,
  cacheFolder,
  freePort,
  installedUserDir,
  nodeBinary,
  packageRoot,
  removeFolder,
  temporaryFolder,
} from "./npm";
import { gatherOutput } from "./output";

export interface RuntimeOptions {
  /** 4: Node-RED 4.1 on Node.js 20. 5: Node-RED 5 on Node.js 24. */
  version: 4 | 5;
  flows: unknown[];
  /** Credentials by node id, as Node-RED keeps them; stored unencrypted in the throw-away user directory. */
  credentials?: Record<string, Record<string, string>>;
  /** Laid over the settings file; JSON values only. */
  settings?: Record<string, unknown>;
  /** The language of the runtime: `en-US` unless told otherwise; `environment` for what the environment says. */
  lang?: string;
  port?: number;
  /** Nodes of the test's own: source by file name. */
  nodes?: Record<string, string>;
  /** Laid over the environment. */
  env?: Record<string, string>;
}

export interface Runtime {
  /** Address of the editor, without a slash at the end. */
  url: string;
  port: number;
  userDir: string;
  /** Everything that Node-RED has printed so far. */
  log(): string;
  /** Whether Node-RED has not ended. */
  isRunning(): boolean;
  /** The next time that Node-RED says that its flows run: the admin API answers a deploy before that. */
  flowsStarted(): Promise<void>;
  /** Ends Node-RED, waits for its end and removes its user directory. */
  stop(): Promise<void>;
}

/** Nodes of Node-RED's own that no test has in its flows; to load them takes a third of a start. */
const unusedNodes = [
  "10-file.js",
  "10-mqtt.js",
  "21-httprequest.js",
  "22-websocket.js",
  "23-watch.js",
  "31-tcpin.js",
  "32-udp.js",
  "70-HTML.js",
  "70-XML.js",
  "70-YAML.js",
  "90-exec.js",
];

/**
 * With these no window pops up over the editor. Its code editor is the small one of the two that Node-RED has: Monaco
 * makes up half of what a page loads, and each dialog of a node creates one. `unchanged.test.ts` has Monaco.
 */
const editorTheme = { tours: false, projects: { enabled: false }, codeEditor: { lib: "ace" } };

const startLimitMs = 120_000;
const stopLimitMs = 20_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) signal(child, "SIGKILL");
});

/** Of two programs that look for a free port at the same time, both may find the same. */
const takenPort = /EADDRINUSE|port in use/i;
const maxStarts = 3;

/**
 * Starts a real Node-RED with the packed package installed by npm into its own user directory,
 * and resolves when its editor answers and its flows run.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  for (let start = 1; ; start++) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (options.port || start === maxStarts || !takenPort.test(String(error))) throw error;
    }
  }
}

async function startOnce(options: RuntimeOptions): Promise<Runtime> {
  const [node, home, port] = await Promise.all([
    nodeBinary(options.version === 5 ? 24 : 20),
    options.version === 5 ? cached("node-red", 5) : path.join(packageRoot, "node_modules", "node-red"),
    options.port ?? freePort(),
  ]);
  const userDir = await makeUserDir(options, port);
  const child = spawn(node, [path.join(home, "red.js"), "--userDir", userDir], {
    cwd: userDir,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // Node.js 24 keeps compiled code there, which the next start saves; Node.js 20 does not know it.
    env: { ...environment(), NODE_COMPILE_CACHE: path.join(cacheFolder, "compiled"), ...options.env },
  });
  running.add(child);
  const exited = once(child, "exit").then(() => running.delete(child));
  const url = `http://127.0.0.1:${port}`;
  const started = startedText(home, options.lang ?? "en-US");
  const output = gatherOutput(child);
  const stop = async (): Promise<void> => {
    if (running.has(child)) {
      signal(child, "SIGTERM");
      const timer = setTimeout(() => signal(child, "SIGKILL"), stopLimitMs);
      await exited;
      clearTimeout(timer);
    }
    await removeFolder(userDir);
  };
  try {
    const ready = Promise.all([output.line(`${url}/`), output.line(started)]);
    await Promise.race([ready, endOrTimeout(child)]);
  } catch (error) {
    await stop();
    throw new Error(`Node-RED ${options.version} did not start:\n${output.text()}`, { cause: error });
  }
  return {
    url,
    port,
    userDir,
    log: () => output.text(),
    isRunning: () => running.has(child),
    flowsStarted: () => output.line(started),
    stop,
  };
}

/** Rejects when the program ends, or after the time that a start may take. */
async function endOrTimeout(child: ChildProcess): Promise<never> {
  const [code]: unknown[] = await once(child, "close", { signal: AbortSignal.timeout(startLimitMs) });
  throw new Error(`It ended with exit code ${String(code)}.`);
}

async function makeUserDir(options: RuntimeOptions, port: number): Promise<string> {
  const userDir = await temporaryFolder(`node-red-${options.version}`);
  const installed = await installedUserDir();
  await copyFile(path.join(installed, "package.json"), path.join(userDir, "package.json"));
  // To copy a thousand files for each start would take longer than all else here. A junction is for Windows.
  await symlink(path.join(installed, "node_modules"), path.join(userDir, "node_modules"), "junction");
  const settings = {
    uiHost: "127.0.0.1",
    uiPort: port,
    flowFile: "flows.json",
    nodesExcludes: unusedNodes,
    lang: options.lang === "environment" ? undefined : (options.lang ?? "en-US"),
    // false keeps credentials in plain JSON, so that a test can write them.
    credentialSecret: options.credentials ? false : "only for tests",
    telemetry: { enabled: false, updateNotification: false },
    editorTheme,
    logging: { console: { level: "info", metrics: false, audit: false } },
    ...options.settings,
  };
  const files: Record<string, string> = {
    "settings.js": `module.exports = ${JSON.stringify(settings, null, 2)};\n`,
    "flows.json": JSON.stringify(options.flows),
  };
  if (options.credentials) files["flows_cred.json"] = JSON.stringify(options.credentials);
  if (options.nodes) await mkdir(path.join(userDir, "nodes"));
  for (const [name, source] of Object.entries(options.nodes ?? {})) files[path.join("nodes", name)] = source;
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(path.join(userDir, name), text)));
  return userDir;
}

/** What Node-RED logs once the flows run, in the language it was told to speak. */
function startedText(nodeRedHome: string, lang: string): string {
  const runtime = path.dirname(require.resolve("@node-red/runtime/package.json", { paths: [nodeRedHome] }));
  const own = path.join(runtime, "locales", lang, "runtime.json");
  const catalog = existsSync(own) ? own : path.join(runtime, "locales", "en-US", "runtime.json");
  const texts: { nodes: { flows: { "started-flows": string } } } = JSON.parse(readFileSync(catalog, "utf8"));
  return texts.nodes.flows["started-flows"];
}

/** The environment without what npm and Node.js tools around the tests put there, and without a language. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|MOCHA|LC_|LANG)/i.test(name));
  return Object.fromEntries(kept);
}

/** To the whole process group: the runtime may have started helpers of its own. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    child.kill(name);
  }
}
