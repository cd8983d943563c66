import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../support/npm";
import { type Cookbook, type ExampleFlows, script } from "../support/scripts";

const read = (file: string): string => readFileSync(path.join(packageRoot, file), "utf8");
const languages = [
  { language: "en-US", folder: "docs/tasks" },
  { language: "zh-CN", folder: "docs/zh/tasks" },
] as const;
const pagesOf = async (): Promise<string[]> =>
  Object.keys((await script<Cookbook>("cookbook.mjs")).taskPages);
/** Whose flow is in a project, in English for both languages. */
const project = "tests-in-ci";

for (const { language, folder } of languages) {
  describe(`the task pages, ${language}`, () => {
    it("are those of the cookbook", async () => {
      const pages = readdirSync(path.join(packageRoot, folder)).filter((name) => name.endsWith(".md"));
      const named = (await pagesOf()).map((page) => `${page}.md`);
      assert.deepEqual(pages.filter((name) => name !== "index.md").toSorted(), named.toSorted());
    });

    it("each show one picture and their flow, as the file that is tested, and say where to import it", async () => {
      const { flowOfPage } = await script<ExampleFlows>("example-flows.mjs");
      for (const page of await pagesOf()) {
        const text = read(`${folder}/${page}.md`);
        const flow = flowOfPage(page, language);
        assert.deepEqual(
          text.match(/!\[[^\]]+\]\([^)]*\)/g)?.map((image) => image.replace(/.*\(|\)/g, "")),
          [`/pictures/${language}/task-${page}.png`],
        );
        assert.ok(text.includes(`<<< @/../${flow}\n`), page);
        if (page === project) continue;
        const menu = flow.slice("examples/".length, -".json".length).split("/").join(" → ");
        assert.ok(text.includes(`@thing-service/node-red-aliyun-iot → ${menu}`), `${page}: ${menu}`);
      }
    });

    it("include only files that are there", async () => {
      for (const page of await pagesOf()) {
        for (const [, file = ""] of read(`${folder}/${page}.md`).matchAll(/^<<< @\/(.*?)(?: \[.*\])?$/gm))
          assert.ok(existsSync(path.join(packageRoot, "docs", file)), `${page}: ${file}`);
      }
    });

    it("say how it works and what can go wrong, with the outcome", async () => {
      const [works, wrong, outcome] =
        language === "en-US"
          ? (["## How it works", "## What can go wrong", "| Outcome"] as const)
          : (["## 工作原理", "## 可能出现的问题", "| 结果"] as const);
      for (const page of await pagesOf())
        for (const part of [works, wrong, outcome])
          assert.ok(read(`${folder}/${page}.md`).includes(part), `${page}: ${part}`);
    });
  });
}

describe("the flows of the task pages", () => {
  it("each run in a test", async () => {
    const { taskPages } = await script<Cookbook>("cookbook.mjs");
    const { allExamples } = await script<ExampleFlows>("example-flows.mjs");
    const tests = ["runtimes/examples", "runtimes/flows", "examples/cookbook"]
      .map((name) => read(`test/${name}.test.ts`))
      .join();
    for (const number of new Set(Object.values(taskPages))) {
      const { file } = allExamples().find((one) => one.number === number)!;
      const name = file.slice("examples/".length, -".json".length);
      assert.ok(tests.includes(`"${name}"`) || tests.includes(`ExampleFlow.load(${number}`), file);
    }
  });
});
