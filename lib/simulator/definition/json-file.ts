import { parse } from "lossless-json";
import { readBoundedFile, UnreadableFile } from "../../base/bounded-file";
import { SimulatorInputError } from "./input-error";
import { readPipeOrFile } from "./piped-file";

/** A file with ten thousand devices has about 2 MB. */
const maxBytes = 8 * 1024 * 1024;
const maxBytesTogether = 4 * maxBytes;

/** The JSON files of one definition: each is read once, and their total size is limited. */
export class JsonFiles {
  private readonly read = new Map<string, unknown>();
  private bytes = 0;

  /** @param takesPipes whether to read pipes as well, and wait for their end */
  constructor(private readonly takesPipes = false) {}

  /**
   * Parses a file. Errors name line and column.
   * @throws {SimulatorInputError}
   */
  get(path: string): unknown {
    if (this.read.has(path)) return this.read.get(path);
    const read = this.takesPipes ? readPipeOrFile : readBoundedFile;
    const bytes = bytesOf(path, (file) => read(file, Math.min(maxBytes, maxBytesTogether - this.bytes)));
    this.bytes += bytes.length;
    const json = parsed(path, bytes.toString("utf8").replace(/^\uFEFF/, ""));
    this.read.set(path, json);
    return json;
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return parse(text, undefined, { parseNumber: Number });
  } catch (error) {
    const said = (error as Error).message;
    const position = positionOf(said, text);
    throw new SimulatorInputError(
      `${path}: not valid JSON: ${located(said, position)}`,
      `${path}: not valid JSON${position ? `: ${position}` : ""}`,
    );
  }
}

function bytesOf(path: string, read: (path: string) => Buffer): Buffer {
  try {
    return read(path);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    const line = `${path}: ${error.message}`;
    throw new SimulatorInputError(line, line);
  }
}

/** `… at position 17` as `… at line 2, column 5`. */
function located(message: string, position: string | undefined): string {
  const oneLine = message.replace(/\s+/g, " ");
  return position === undefined ? oneLine : oneLine.replace(/position \d+/, position);
}

function positionOf(message: string, text: string): string | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return undefined;
  const before = text.slice(0, Number(position)).split("\n");
  const column = (before.at(-1) ?? "").length + 1;
  return `line ${before.length}, column ${column}`;
}
