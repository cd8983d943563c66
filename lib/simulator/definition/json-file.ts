import { readFileSync } from "node:fs";
import { parse } from "lossless-json";
import { SimulatorInputError } from "./input-error";

/** Reads a JSON file; what is wrong with it is told with line and column. Throws SimulatorInputError. */
export function readJsonFile(path: string): unknown {
  const text = readText(path);
  try {
    return parse(text, undefined, { parseNumber: Number });
  } catch (error) {
    throw new SimulatorInputError(`${path}: not valid JSON: ${located((error as Error).message, text)}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new SimulatorInputError(`${path}: no such file`);
    if (code === "EISDIR") throw new SimulatorInputError(`${path}: is a directory, not a file`);
    throw new SimulatorInputError(`${path}: cannot be read (${code ?? "unknown error"})`);
  }
}

/** `… at position 17` as `… at line 2, column 5`. */
function located(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const oneLine = message.replace(/\s+/g, " ");
  if (position === undefined) return oneLine;
  const before = text.slice(0, Number(position)).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return oneLine.replace(`position ${position}`, `line ${before.length}, column ${column}`);
}
