import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of the package under test: the nearest one above the compiled tests that has a package.json. */
export const packageRoot = findUp(__dirname);

/** Where Node.js and Node-RED versions that the project does not depend on are kept between runs. */
export const cacheFolder = path.join(packageRoot, "node_modules", ".cache", "runtimes");

// Without this a run that is told to end, as CI does after its time limit, would leave Node-RED behind.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const temporaryFolders = new Set<string>();
process.on("exit", () => {
  for (const folder of temporaryFolders) rmSyncQuietly(folder);
});

/** A new folder under the system's temporary one, removed when this process ends at the latest. */
export async function temporaryFolder(label: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `aliyun-iot-${label}-`));
  temporaryFolders.add(folder);
  return folder;
}

/** Runs npm in `cwd` and answers what it printed; a failure carries npm's own words. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const script = process.env["npm_execpath"];
  const [command, first] = script?.endsWith("js") ? [process.execPath, [script]] : ["npm", []];
  const { stdout } = await run(command, [...first, ...args], { cwd, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** Installs `specifier` into `folder`, which gets a package.json of its own so that npm looks no further up. */
export async function install(folder: string, specifier: string): Promise<void> {
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "under-test", private: true }));
  const quick = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await npm(folder, "install", ...quick, specifier);
}

let tarball: Promise<string> | undefined;

/** The packed package: made once per test run, of what `npm run build` left in dist/. */
export function packedTarball(): Promise<string> {
  tarball ??= pack();
  return tarball;
}

async function pack(): Promise<string> {
  if (!existsSync(path.join(packageRoot, "dist", "nodes"))) throw new Error("Run npm run build first.");
  const folder = await temporaryFolder("pack");
  // The prepack script would build again and so remove the very tests that are running.
  await npm(packageRoot, "pack", "--ignore-scripts", "--pack-destination", folder);
  const [packed] = await readdir(folder);
  if (!packed) throw new Error("npm pack made nothing.");
  return path.join(folder, packed);
}

/** Where `prepare.ts` has installed the package for all processes of a run. */
const prepared = process.env["ALIYUN_IOT_INSTALLED"];
let installation: Promise<string> | undefined = prepared ? Promise.resolve(prepared) : undefined;

/** A user directory with nothing but the packed package installed by npm; do not run in it. */
export function installedUserDir(): Promise<string> {
  installation ??= (async () => {
    const folder = await temporaryFolder("installed");
    await install(folder, await packedTarball());
    return folder;
  })();
  return installation;
}

/** The folder of a package that the project does not depend on, installed on first use: `node@24`, `node-red@5`. */
export async function cached(name: string, major: number): Promise<string> {
  const home = path.join(cacheFolder, `${name}-${major}`);
  const folder = path.join(home, "node_modules", name);
  if (existsSync(folder)) return folder;
  await mkdir(path.dirname(home), { recursive: true });
  const made = await mkdtemp(path.join(cacheFolder, "installing-"));
  try {
    await install(made, `${name}@${major}`);
    await rename(made, home);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The path of a Node.js of this major version: the running one where it fits. */
export async function nodeBinary(major: number): Promise<string> {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  return path.join(await cached("node", major), "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** A port of the loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port to listen on.");
  return address.port;
}

/** Removes a folder made by `temporaryFolder` ahead of time. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  temporaryFolders.delete(folder);
}

function rmSyncQuietly(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // The process is ending: a folder that is still in use stays behind.
  }
}

function findUp(start: string): string {
  let folder = start;
  while (!existsSync(path.join(folder, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${start}`);
    folder = parent;
  }
  return folder;
}
