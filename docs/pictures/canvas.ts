import type { Page } from "playwright-core";
import { still } from "../../test/editor/browser";
import type { FlowNode } from "../../test/support/admin";
import { type Cookbook, type ExampleFlows, script } from "../../test/support/scripts";
import type { Clip, Language, Picture } from "./picture";

/** Space around the flow, in CSS pixels. */
const margin = 24;
/** The window that the largest flow fits in. */
const wide = { width: 1900, height: 1300 };

/** The flow of each task page on the canvas. */
export async function taskPictures(): Promise<Picture[]> {
  const { taskPages } = await script<Cookbook>("cookbook.mjs");
  const { flowOfPage, readExample } = await script<ExampleFlows>("example-flows.mjs");
  return Object.keys(taskPages).map((page) => ({
    name: `task-${page}`,
    nodes: [],
    files: (language) => [flowOfPage(page, language)],
    async show(editor) {
      const tab = readExample(flowOfPage(page, editor.look.lang)).find(({ type }) => type === "tab");
      return showTab(editor.page, tab?.id ?? "");
    },
  }));
}

/** All flows of the task pages. */
export async function taskFlows(language: Language): Promise<FlowNode[]> {
  const { taskPages } = await script<Cookbook>("cookbook.mjs");
  const { mergeExamples } = await script<ExampleFlows>("example-flows.mjs");
  return mergeExamples(language, Object.values(taskPages));
}

async function showTab(page: Page, tab: string): Promise<Clip> {
  await page.setViewportSize(wide);
  await page.evaluate(`(() => {
    RED.workspaces.show("${tab}");
    RED.view.select(null);
    RED.sidebar.hide?.();
  })()`);
  const nodes = page.locator("#red-ui-workspace-chart .red-ui-flow-node-group");
  await still(nodes.first());
  // The pointer may hover over something that then lights up.
  await page.mouse.move(0, 0);
  return page.evaluate<Clip>(`(() => {
    const parts = ".red-ui-flow-node-group, .red-ui-flow-group, .red-ui-flow-node-button, .red-ui-flow-node-status-group";
    const boxes = [...document.querySelectorAll("#red-ui-workspace-chart :is(" + parts + ")")].map((part) => part.getBoundingClientRect()).filter(({ width }) => width > 0);
    const left = Math.min(...boxes.map((box) => box.left)), top = Math.min(...boxes.map((box) => box.top));
    const right = Math.max(...boxes.map((box) => box.right)), bottom = Math.max(...boxes.map((box) => box.bottom));
    const chart = document.querySelector("#red-ui-workspace-chart").getBoundingClientRect();
    const x = Math.max(chart.left, left - ${margin}), y = Math.max(chart.top, top - ${margin});
    return { x, y, width: right + ${margin} - x, height: bottom + ${margin} - y };
  })()`);
}
