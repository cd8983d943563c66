import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { NodeAPI } from "node-red";

/**
 * A client id that stays the same after a restart and differs between Node-RED instances and nodes: the platform treats
 * two clients with the same id as one.
 */
export function ownClientIdOf(RED: NodeAPI, nodeId: string): string {
  return `node-red-${createHash("sha256")
    .update(`${instanceOf(RED)}/${nodeId}`)
    .digest("hex")
    .slice(0, 32)}`;
}

/** Node-RED creates an id for each user directory, if that is writable. */
function instanceOf(RED: NodeAPI): string {
  const settings = RED.settings as { userDir?: string; get?(name: string): unknown };
  try {
    const id = settings.get?.("instanceId");
    if (typeof id === "string" && id !== "") return id;
  } catch {
    // Its settings cannot be stored.
  }
  return `${hostname()}/${settings.userDir ?? ""}`;
}
