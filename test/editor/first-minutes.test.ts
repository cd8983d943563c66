import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { askJson, type FlowNode } from "../support/admin";
import { beginEachTest } from "../support/hooks";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { deploy, dialog, dragToCanvas, nodeOnCanvas, openNode, pressDone } from "./steps";

/** The first result in at most so many actions, and so many more to wait for the reply. */
const maxActions = 12;
const maxMore = 4;

for (const version of versions) {
  describe(`the first two minutes with Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;
    let actions: string[] = [];

    before(async () => {
      runtime = await runtimeWith({ version, flows: [{ id: "lamps", type: "tab", label: tabLabel }] });
    });

    beginEachTest(async () => {
      editor = await openEditor(runtime, { version, lang: "en-US", theme: "light" });
      page = editor.page;
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(parkEditors);

    /** What a person does with one click, drag or double click. */
    async function act(name: string, action: () => Promise<unknown>): Promise<void> {
      actions.push(name);
      await action();
    }

    const row = (text: string): Locator =>
      page.locator(".aliyun-iot-picker [role='option']", { hasText: text }).first();

    it(`an empty flow comes to the first result of the simulator in ${maxActions} actions, and waits for the reply in ${maxMore} more`, async () => {
      actions = [];
      await act("drag the node", () => dragToCanvas(page, 340, 120));
      await act("open it", () => openNode(page, "invoke service"));
      await act("use the simulator", () =>
        dialog(page).getByRole("button", { name: "Use the simulator" }).click(),
      );
      await act("product", () => row("a1BwAGV0001").click());
      await act("device", () => row("light01").click());
      await act("service", () => row("LoadScenes").click());
      await act("example", () => page.getByRole("button", { name: "Fill with an example" }).click());
      await act("Done", () => pressDone(page));
      await act("drag an inject node", () => dragToCanvas(page, 120, 120, "inject"));
      await act("wire them", async () => {
        const from = await page.locator(".red-ui-flow-port-output").last().boundingBox();
        const to = await nodeOnCanvas(page, "LoadScenes").locator(".red-ui-flow-port-input").boundingBox();
        assert.ok(from && to);
        await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
        await page.mouse.down();
        await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
        await page.mouse.up();
      });
      await act("deploy", () => deploy(page));
      await act("inject", () => page.locator(".red-ui-flow-node-button-button").last().click());
      const status = nodeOnCanvas(page, "LoadScenes").locator(".red-ui-flow-node-status-label");
      await status.filter({ hasText: "✓" }).waitFor();
      console.log(`      actions: ${actions.length}: ${actions.join(", ")}`);
      assert.ok(actions.length <= maxActions, actions.join(", "));

      const before = actions.length;
      await openNode(page, "LoadScenes");
      await act("unfold", () => page.locator("#aliyun-iot-invoke-more > summary").click());
      await act("wait for the reply", () => page.locator("#node-input-awaitReply").check());
      await act("its subscription", () =>
        dialog(page).getByRole("button", { name: "Receive the simulator’s messages" }).click(),
      );
      assert.ok(actions.length - before <= maxMore, actions.slice(before).join(", "));
      await pressDone(page);
      await deploy(page);
      const saved = await askJson<FlowNode[]>(runtime, "flows");
      const node = saved.find(({ type }) => type === "aliyun-iot-invoke-service");
      const subscription = saved.find(({ type }) => type === "aliyun-iot-subscription");
      assert.deepEqual([node?.["awaitReply"], node?.["subscription"]], [true, subscription?.id]);
      assert.equal(subscription?.["account"], node?.["account"]);
      // The next file takes the page over, and the editor still wants to close what it says about the deploy.
      await page.waitForFunction(
        () => document.querySelector("#red-ui-notifications")?.children.length === 0,
      );
    });
  });
}
