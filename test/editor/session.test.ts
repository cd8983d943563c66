import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { FlowNode } from "../support/admin";
import { packageRoot } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Look, tabLabel } from "./browser";
import { keepTraces, leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { deploy, dialog, dragToCanvas, messageInType, nodeOnCanvas, openAccount, openNode } from "./steps";

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "lamp", type: "aliyun-iot-invoke-service", z: "lamps", name: "Mine", x: 300, y: 80, wires: [[], []] },
];

const otherFlows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "tryout", type: "aliyun-iot-account", platform: "simulator" },
  { id: "inside", type: "aliyun-iot-subscription", account: "tryout" },
  { id: "posts", type: messageInType, z: "lamps", name: "Posts", subscription: "inside", x: 300, y: 80 },
];

// What the tests of the editor rely on is no matter of the version.
for (const version of versions.filter((one) => one === 4)) {
  describe("the editor that tests hand on to each other", () => {
    const look: Look = { version, lang: "en-US", theme: "light" };
    let runtime: Runtime;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    it("is as after a start, whatever the test before has left open and changed", async () => {
      const { page } = await openEditor(runtime, look);
      await dragToCanvas(page, 300, 300);
      await openNode(page, "Mine");
      await page.locator("#node-input-name").fill("Yours");
      await openAccount(page, "add");
      await leaveEditor();
      const next = await openEditor(runtime, look);
      assert.equal(next.page, page);
      assert.equal(await dialog(page).count(), 0);
      await nodeOnCanvas(page, "Mine").waitFor();
      // The canvas is drawn anew with the next frame.
      await page.locator(".red-ui-flow-node-group").nth(1).waitFor({ state: "detached" });
      assert.equal(await page.locator(".red-ui-flow-node-group").count(), 1);
      const button = page.locator("#red-ui-header-button-deploy");
      assert.match((await button.getAttribute("class")) ?? "", /disabled/);
    });

    it("has the flows of the next file and their status, and nothing of the last ones", async () => {
      const { page } = await openEditor(runtime, look);
      await dragToCanvas(page, 300, 300);
      await openNode(page, "Mine");
      await page.evaluate('void RED.notify("a word of the last test", { fixed: true })');
      await leaveEditor();
      await parkEditors();
      await runtimeWith({ version, flows: otherFlows });
      const next = await openEditor(runtime, look, { width: 1280, height: 1300 });
      assert.equal(next.page, page);
      const node = nodeOnCanvas(page, "Posts");
      await node.locator(".red-ui-flow-node-status-label", { hasText: "connected" }).waitFor();
      assert.equal(await page.locator(".red-ui-flow-node-group").count(), 1);
      assert.equal(await page.evaluate("RED.nodes.getWorkspaceOrder().length"), 1);
      assert.equal(await page.evaluate("innerHeight"), 1300);
      assert.equal(await page.locator("#red-ui-notifications > *").count(), 0);
      // Of a deploy that was not its own the editor would ask what to do.
      await node.locator("rect.red-ui-flow-node").click();
      await page.evaluate('RED.nodes.node("posts").changed = true; RED.nodes.dirty(true)');
      await deploy(page);
      await leaveEditor();
      await parkEditors();
      await runtimeWith({ version, flows });
    });

    it("is another one after a test that failed", async () => {
      const { page } = await openEditor(runtime, look);
      await leaveEditor({ state: "failed", fullTitle: () => "that was to fail" } as Mocha.Runnable);
      assert.ok(page.isClosed());
      const next = await openEditor(runtime, look);
      assert.notEqual(next.page, page);
      await nodeOnCanvas(next.page, "Mine").waitFor();
    });

    it("leaves a screenshot and the console output of a failing test", async function () {
      const { page } = await openEditor(runtime, look);
      await page.evaluate('console.info("a word for whoever looks for the reason")');
      const [picture, log] = await keepTraces(this.test);
      assert.match(picture ?? "", /^test\/output\/.*failed-the-editor-that-tests-hand-on.*\.png$/);
      assert.ok(statSync(path.join(packageRoot, picture!)).size > 10_000);
      const words = readFileSync(path.join(packageRoot, log!), "utf8");
      assert.match(words, /^info: a word for whoever looks for the reason/m);
    });

    it("is reloaded if Node-RED's own start fails", async () => {
      const editor = await openEditor(runtime, look);
      await editor.page.addInitScript(`
        const starts = Number(sessionStorage.starts ?? 0) + 1;
        sessionStorage.starts = starts;
        if (starts === 1) setTimeout(() => { throw new Error("Container must have exactly two children"); });
      `);
      await editor.reload();
      assert.deepEqual(editor.complaints, []);
      assert.equal(await editor.page.evaluate("sessionStorage.starts"), "2");
    });
  });
}
