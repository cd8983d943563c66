import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { packageName } from "./admin";
import { installedUserDir, removeFolder, temporaryFolder } from "./npm";

export interface RunningSimulator {
  endpoint: string;
  stop(): Promise<void>;
}

/** Starts the simulator of the installed package in a process of its own, with this definition. */
export async function startSimulator(definition: unknown): Promise<RunningSimulator> {
  const folder = await temporaryFolder("simulator");
  const file = path.join(folder, "simulator.json");
  await writeFile(file, JSON.stringify(definition));
  const cli = path.join(await installedUserDir(), "node_modules", packageName, "dist/lib/simulator/cli.js");
  const child = spawn(process.execPath, [cli, "--port", "0", "--file", file], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { endpoint }: { endpoint: string } = JSON.parse(await firstLine(child));
  return {
    endpoint,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await removeFolder(folder);
    },
  };
}

/** The first line that a program prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The output of this program is not piped.");
  const lines = createInterface({ input: child.stdout });
  const [line]: unknown[] = await Promise.race([once(lines, "line"), once(lines, "close")]);
  if (typeof line !== "string") throw new Error("The program ended without a word.");
  return line;
}

export interface Wiretap {
  endpoint: string;
  /** Every byte that clients have sent so far. */
  sent(): string;
  close(): Promise<void>;
}

/** A relay in front of a server on the loopback, which writes down what clients send. */
export async function tapWire(endpoint: string): Promise<Wiretap> {
  const target = Number(new URL(endpoint).port);
  const sockets = new Set<Socket>();
  let sent = "";
  const relay = createServer((client) => {
    const server = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy()).on("close", () => sockets.delete(from) && to.destroy());
    }
    client.on("data", (chunk) => (sent += chunk.toString("latin1")));
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");
  const address = relay.address();
  if (address === null || typeof address === "string") throw new Error("No port to listen on.");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    sent: () => sent,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
      await once(relay, "close");
    },
  };
}
