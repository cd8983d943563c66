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

/** What stands as code or as a link on a page and looks like a file or a folder of the repository. */
function pathsOn(page: string): string[] {
  const text = readFileSync(path.join(packageRoot, page), "utf8").replace(/^```[^]*?^```/gm, "");
  const code = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, words = ""]) => words.split(/\s+/)).flat();
  const named = code.filter((word) => inTree.test(word) || /^[\w.-]+\.(md|mjs|ts|json)$/.test(word));
  // Addresses of the site are for the tests of its links.
  const links = Array.from(text.matchAll(/\]\((?!\w+:|#|\/)([^)#]+)/g), ([, link = ""]) =>
    path.posix.join(path.posix.dirname(page), link),
  );
  return [...named, ...links];
}

const inTree = /^(?:\.ci|\.github|bench|docs|editor|examples|icons|lib|locales|nodes|scripts|test)(?:\/|$)/;
const pages = ["docs", "docs/contributing", ""].flatMap((folder) =>
  readdirSync(path.join(packageRoot, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.posix.join(folder, name)),
);
/** Made by a run, or somewhere in the repository without the folder that its sentence names. */
const isNoFile = (name: string): boolean => /[<*{…]|^test\/output(\/|$)|^locales\/ja/.test(name);

describe("what a page for contributors names", () => {
  it("is found by this test", () => {
    assert.ok(pathsOn("CONTRIBUTING.md").includes("lib/simulator/gateway/operations"));
    assert.ok(pathsOn("docs/development.md").includes("CHANGELOG.md"));
    assert.ok(pathsOn("docs/architecture.md").length > 30);
  });

  for (const page of pages.filter((name) => /^docs\/|^CONTRIBUTING|^SECURITY/.test(name))) {
    it(`is in the repository: ${page}`, () => {
      for (const name of pathsOn(page).filter((word) => !isNoFile(word))) {
        const isThere =
          existsSync(path.join(packageRoot, name)) || (!name.includes("/") && isSomewhere(name));
        assert.ok(isThere, `${page} names ${name}`);
      }
    });
  }
});

/** A file that is named without its folder. */
function isSomewhere(name: string): boolean {
  return sources.some((file) => path.basename(file) === name);
}
