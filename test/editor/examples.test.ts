import assert from "node:assert/strict";
import type { FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { type Cookbook, type ExampleFlows, script } from "../support/scripts";
import { versions } from "../support/versions";
import { tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";

/** The widest window that the tabs have to fit in, without a sidebar. */
const maxWidth = 1280;

/** Has MQTT nodes, which no Node-RED of the tests loads. */
const bridge = 16;

/** All other examples that need no other package, as npm start would show them. */
async function merged(language: string): Promise<FlowNode[]> {
  const { allExamples, mergeExamples } = await script<ExampleFlows>("example-flows.mjs");
  const { needDashboard } = await script<Cookbook>("cookbook.mjs");
  const numbers = allExamples().map(({ number }) => number);
  return mergeExamples(
    language,
    numbers.filter((number) => number !== bridge && !needDashboard.includes(number)),
  );
}

/** What finds, in the page, the wires of the tab in front that run behind a node other than their two. */
const hiddenWires = (tab: string): string => `(() => {
  const nodes = RED.nodes.filterNodes({ z: "${tab}" });
  return [...document.querySelectorAll(".red-ui-flow-link")].flatMap((link) => {
    const { source, target } = link.__data__;
    const line = link.querySelector(".red-ui-flow-link-line");
    const others = nodes.filter((node) => node !== source && node !== target);
    for (let at = 0; at < line.getTotalLength(); at += 5) {
      const { x, y } = line.getPointAtLength(at);
      const hit = others.find((node) => Math.abs(node.x - x) < node.w / 2 && Math.abs(node.y - y) < node.h / 2);
      if (hit) return [source.id + " to " + target.id + " behind " + hit.id];
    }
    return [];
  });
})()`;

for (const version of versions) {
  for (const lang of ["en-US", "zh-CN"] as const) {
    describe(`the examples on the canvas, Node-RED ${version}, ${lang}`, () => {
      let flows: FlowNode[];
      let runtime: Runtime;

      before(async () => {
        flows = [{ id: "lamps", type: "tab", label: tabLabel }, ...(await merged(lang))];
        runtime = await runtimeWith({ version, flows });
      });

      afterEach(async function () {
        await leaveEditor(this.currentTest);
      });

      after(parkEditors);

      it(`are at most ${maxWidth} px wide, no node covers another, and no wire runs behind a node`, async () => {
        const { page } = await openEditor(runtime, { version, lang, theme: "light" });
        for (const { id, label } of flows.filter(({ type }) => type === "tab")) {
          const boxes = await page.evaluate<{ name: string; x: number; y: number; w: number; h: number }[]>(
            `(() => {
              RED.workspaces.show("${id}");
              RED.view.redraw(true, true);
              return RED.nodes.filterNodes({ z: "${id}" }).map((node) => (
                { name: node.name || node.id, x: node.x - node.w / 2, y: node.y - node.h / 2, w: node.w, h: node.h }
              ));
            })()`,
          );
          for (const [index, a] of boxes.entries()) {
            assert.ok(
              a.w > 0 && a.x >= 0 && a.x + a.w <= maxWidth,
              `${String(label)}: ${a.name} ends at ${a.x + a.w}`,
            );
            const covered = boxes
              .slice(index + 1)
              .find(
                (b) => a.x < b.x + b.w + 10 && b.x < a.x + a.w + 10 && a.y < b.y + b.h && b.y < a.y + a.h,
              );
            assert.equal(covered, undefined, `${String(label)}: ${a.name} is too near to ${covered?.name}`);
          }
          assert.deepEqual(await page.evaluate(hiddenWires(id)), [], String(label));
        }
      });
    });
  }
}
