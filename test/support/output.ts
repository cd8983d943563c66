import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

interface Output {
  /** Everything that the program has printed so far. */
  text(): string;
  /** Resolves when a line that contains this is printed next. */
  line(containing: string): Promise<void>;
}

/** Gathers what a program with piped output prints on both streams. */
export function gatherOutput(child: ChildProcess): Output {
  let text = "";
  const waiting = new Set<(line: string) => void>();
  for (const input of [child.stdout, child.stderr]) {
    if (!input) continue;
    createInterface({ input }).on("line", (line) => {
      text += `${line}\n`;
      for (const read of waiting) read(line);
    });
  }
  return {
    text: () => text,
    line: (containing) =>
      new Promise((resolve) => {
        const read = (line: string): void => {
          if (!line.includes(containing)) return;
          waiting.delete(read);
          resolve();
        };
        waiting.add(read);
      }),
  };
}
