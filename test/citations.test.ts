import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "./support/npm";

const sources = ["bench", "editor", "lib", "nodes", "scripts", "test"].flatMap((folder) =>
  readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => path.join(folder, name)),
);

/** A page, and the sections that are cited of it: `docs/protocol.md, 8.1 and 8.3`. */
const citation = /(docs\/[\w-]+\.md)(?:, ((?:\d+(?:\.\d+)*(?:, | and | to )?)+|[A-Z][a-z]+(?: [a-z]+)*))?/g;

/** The numbers and the names of a page's headings. */
function sectionsOf(page: string): Set<string> {
  const headings = readFileSync(path.join(packageRoot, page), "utf8").matchAll(
    /^#+ (?:(\d[\d.]*?)\.? )?(.+)$/gm,
  );
  return new Set(Array.from(headings).flatMap(([, number, title]) => [number ?? "", title ?? ""]));
}

describe("what a comment cites", () => {
  it("is a page of this repository, and a section of it", () => {
    let cited = 0;
    for (const file of sources) {
      const text = readFileSync(path.join(packageRoot, file), "utf8");
      for (const [, page = "", sections = ""] of text.matchAll(citation)) {
        if (file === path.join("test", "citations.test.ts")) continue;
        assert.ok(existsSync(path.join(packageRoot, page)), `${file} cites ${page}`);
        const known = sectionsOf(page);
        const wanted = /^\d/.test(sections) ? (sections.match(/\d+(?:\.\d+)*/g) ?? []) : [sections];
        for (const section of wanted) {
          assert.ok(section === "" || known.has(section), `${file} cites ${page}, ${section}`);
          cited++;
        }
      }
    }
    assert.ok(cited > 50, `${cited}`);
  });

  it("is nothing outside it", () => {
    const others = sources.filter((file) =>
      /\((?:the )?(?:reference|design)\b|\bthe reference, /i.test(
        readFileSync(path.join(packageRoot, file), "utf8"),
      ),
    );
    assert.deepEqual(
      others.filter((file) => !file.endsWith("citations.test.ts")),
      [],
    );
  });
});
