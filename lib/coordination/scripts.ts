import { createHash } from "node:crypto";
import path from "node:path";
import { readBoundedFile } from "../base/bounded-file";

const maxBytes = 64 * 1024;

/** A Lua script that Redis runs as one step; each file of `lua/` says what its keys and arguments are. */
export interface Script {
  text: string;
  /** Redis remembers a script by this. */
  sha: string;
}

/** @returns the script of `lua/<name>.lua` */
export function readScript(name: "claim" | "lease" | "presence" | "settle" | "tell"): Script {
  const text = readBoundedFile(path.join(__dirname, "lua", `${name}.lua`), maxBytes).toString();
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}
