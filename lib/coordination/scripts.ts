import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A Lua script that Redis runs as one step; each file of `scripts/` says what its keys and arguments are. */
export interface Script {
  text: string;
  /** Redis remembers a script by this. */
  sha: string;
}

/** @returns the script of `scripts/<name>.lua` */
export function readScript(name: "lease" | "presence"): Script {
  const text = readFileSync(path.join(__dirname, "scripts", `${name}.lua`), "utf8");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}
