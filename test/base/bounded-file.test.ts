import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { readBoundedFile } from "../../lib/base/bounded-file";

const isUnix = process.platform !== "win32";

describe("a file that a setting names", () => {
  let folder: string;
  const at = (name: string): string => path.join(folder, name);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "bounded-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is read as it is, up to its limit, and not a byte beyond", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 200_000 }),
        (size, maxBytes) => {
          const bytes = Buffer.alloc(size, "x");
          writeFileSync(at("some"), bytes);
          if (size <= maxBytes) assert.deepEqual(readBoundedFile(at("some"), maxBytes), bytes);
          else assert.throws(() => readBoundedFile(at("some"), maxBytes), /is larger than/);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("may be a link to one", function () {
    if (!isUnix) return;
    writeFileSync(at("target"), "content");
    symlinkSync(at("target"), at("link"));
    assert.equal(String(readBoundedFile(at("link"), 100)), "content");
  });

  it("is rejected at once if it is missing, a folder or endless", async () => {
    mkdirSync(at("folder"));
    const odd: [string, RegExp][] = [
      [at("nowhere"), /^no such file$/],
      [at("folder"), /is a directory/],
      ["\0", /^cannot be read/],
      ["", /^no such file|^cannot be read/],
    ];
    const server = createServer();
    if (isUnix) {
      execFileSync("mkfifo", [at("pipe")]);
      symlinkSync(at("pipe"), at("to-pipe"));
      symlinkSync(at("circle"), at("circle"));
      await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
      odd.push([at("pipe"), /not a regular file/], [at("to-pipe"), /not a regular file/]);
      odd.push(["/dev/zero", /not a regular file/], ["/dev/null", /not a regular file/]);
      odd.push([at("circle"), /ELOOP/], [at("socket"), /cannot be read|not a regular file/]);
    }
    try {
      for (const [file, reason] of odd) assert.throws(() => readBoundedFile(file, 1000), { message: reason });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("is not read if it is too large", () => {
    writeFileSync(at("hole"), "");
    truncateSync(at("hole"), 2 ** 40);
    assert.throws(() => readBoundedFile(at("hole"), 8 * 1024 * 1024), { message: "is larger than 8 MB" });
  });
});
