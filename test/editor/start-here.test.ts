import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { packageRoot } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { nodeOnCanvas, paletteNode } from "./steps";

const ourTypes = ["aliyun-iot-invoke-service", "aliyun-iot-message-in"];
/** What people search for, in whichever language the editor is. */
const words = ["alibaba", "aliyun", "iot", "阿里云", "Command", "service", "命令", "服务"];
const languages = ["en-US", "zh-CN"] as const;

const example = (name: string): FlowNode[] =>
  JSON.parse(readFileSync(path.join(packageRoot, "examples", `${name}.json`), "utf8"));
const timer = example("Commands/1-call-a-service-from-a-timer");
const reply = example("Commands/5-wait-for-an-asynchronous-service");
const property = example("Device messages/6-property-change-starts-a-flow");

for (const version of versions) {
  describe(`a newcomer to Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      const lamps = { id: "lamps", type: "tab", label: tabLabel };
      runtime = await runtimeWith({ version, flows: [lamps, ...example("0-start-here")] });
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(parkEditors);

    async function open(lang: (typeof languages)[number]): Promise<void> {
      editor = await openEditor(runtime, { version, lang, theme: "light" });
      page = editor.page;
    }

    for (const lang of languages) {
      it(`finds our nodes in the palette by each word, ${lang}`, async () => {
        await open(lang);
        const search = page.locator("#red-ui-palette-search input");
        for (const word of words) {
          await fillIn(search, word);
          await page.locator('.red-ui-palette-node[data-palette-type="inject"]').waitFor({ state: "hidden" });
          for (const ours of ourTypes) await paletteNode(page, ours).waitFor();
        }
        await fillIn(search, "");
      });

      it(`reads what the category of our nodes is for, ${lang}`, async () => {
        await open(lang);
        const header = page.locator("#red-ui-palette-header-aliyun");
        await header.scrollIntoViewIfNeeded();
        // Where the last test has left the mouse, it would enter nothing.
        await page.mouse.move(600, 600);
        await header.hover();
        const text = lang === "zh-CN" ? "调用设备的服务" : "call services of devices";
        await page.locator(".red-ui-popover", { hasText: text }).waitFor();
        await page.mouse.move(600, 600);
      });

      it(`takes the tour with simulated lamps, ${lang}`, async () => {
        await open(lang);
        await page.evaluate('RED.workspaces.show("a1107e0000000000")');
        await page.locator('#red-ui-sidebar a[href="#aliyun-iot-tour"]').first().click();
        await editor.picture("tour-1");
        await step(1);
        await press("a1107e0000000002", "a1107e0000000003", "✓");
        await step(2);
        await step(3);
        await editor.picture("tour-4");
        await page.locator(".red-ui-debug-msg", { hasText: "OldLevel" }).last().waitFor();
        await step(4);
        await press("a1107e0000000006", "a1107e0000000007", "✗");
        await step(5);
        await step(6);
        await page.locator(".red-ui-tray #node-input-name").waitFor();
        await editor.picture("tour-7");
        await step(7);
        await page.locator(".red-ui-tray").waitFor({ state: "detached" });
        await page.locator(".red-ui-tourGuide-toolbar button").click();
        await page.locator(".red-ui-tourGuide-popover").waitFor({ state: "detached" });
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false);
      });
    }

    /** Both fields look at their text when a key is released. */
    async function fillIn(field: Locator, text: string): Promise<void> {
      await field.fill(text);
      await field.press("End");
    }

    /** From a step of the tour to the next. */
    async function step(number: number): Promise<void> {
      const counter = page.locator(".red-ui-tourGuide-toolbar small");
      await counter.filter({ hasText: `${number}/8` }).waitFor();
      await page.locator(".red-ui-tourGuide-toolbar button").click();
      await counter.filter({ hasText: `${number + 1}/8` }).waitFor();
    }

    /** Presses the button of an inject node, from which the shade goes when the mouse comes near. */
    async function press(inject: string, call: string, mark: string): Promise<void> {
      const focus = await page.locator(".red-ui-tourGuide-shade-focus").boundingBox();
      assert.ok(focus);
      await page.mouse.move(focus.x + focus.width / 2, focus.y + focus.height / 2, { steps: 5 });
      await page.locator(".red-ui-tourGuide-shade").waitFor({ state: "hidden" });
      await page.locator(`#${inject} .red-ui-flow-node-button-button`).click();
      const status = page.locator(`#${call} .red-ui-flow-node-status-label`);
      await status.filter({ hasText: mark }).waitFor();
    }

    it("is told where the tab of the tour is, if it is not there", async () => {
      await open("en-US");
      await page.evaluate(`(() => {
        RED.nodes.remove("a1107e0000000003");
        RED.actions.invoke("aliyun-iot:start-tour");
      })()`);
      await page.locator(".red-ui-notification", { hasText: "0-start-here" }).waitFor();
      // The node cannot be put back.
      await editor.reload();
    });

    it("imports examples one after another, which share one account and one subscription", async () => {
      await open("en-US");
      await page.evaluate('RED.workspaces.show("lamps")');
      for (const flow of [timer, reply, property]) {
        await importFlow(flow);
        const call = flow.find(({ type }) => type === "aliyun-iot-invoke-service");
        await page.waitForFunction(`RED.nodes.node("${call?.id}")`);
        assert.equal(await page.locator(".red-ui-notification", { hasText: "already exist" }).count(), 0);
      }
      assert.deepEqual(await configNodes(), ["aliyun-iot-account", "aliyun-iot-subscription"]);
      assert.deepEqual(
        await page.evaluate("RED.nodes.filterNodes({}).filter((node) => !node.valid).length"),
        0,
      );
    });

    it("is asked about the second import of an example, and a copy shares the account as well", async () => {
      await open("en-US");
      await importFlow(reply);
      await importFlow(reply);
      await page.getByRole("button", { name: "Import copy" }).click();
      await page.waitForFunction(
        `RED.nodes.filterNodes({ type: "aliyun-iot-invoke-service" }).filter(({ awaitReply }) => awaitReply).length === 2`,
      );
      assert.deepEqual(await configNodes(), ["aliyun-iot-account", "aliyun-iot-subscription"]);
    });

    it("is asked what to do about an account that is no longer the one in the example", async () => {
      await open("en-US");
      await page.evaluate('RED.nodes.node("a1107acc00000001").platform = "cloud"');
      await importFlow(timer);
      await page.getByText("already exist").waitFor();
      await page.getByRole("button", { name: "Cancel" }).last().click();
      await page.evaluate('RED.nodes.node("a1107acc00000001").platform = "simulator"');
    });

    async function importFlow(flow: FlowNode[]): Promise<void> {
      await page.evaluate('RED.actions.invoke("core:show-import-dialog")');
      await fillIn(page.locator("#red-ui-clipboard-dialog-import-text"), JSON.stringify(flow));
      await page.locator("#red-ui-clipboard-dialog-ok").click();
      await page.locator("#red-ui-clipboard-dialog-import-text").waitFor({ state: "hidden" });
    }

    const configNodes = (): Promise<string[]> =>
      page.evaluate(`(() => {
        const types = [];
        RED.nodes.eachConfig(({ type }) => void types.push(type));
        return types.filter((type) => type.startsWith("aliyun-iot")).sort();
      })()`);

    for (const lang of languages) {
      it(`sees the first tab as a whole in a window of 1280 px, ${lang}`, async () => {
        await open(lang);
        await page.evaluate('RED.workspaces.show("a1107e0000000000")');
        await nodeOnCanvas(page, "FadeTo · light01").waitFor();
        const canvas = await page.locator("#red-ui-workspace-chart").boundingBox();
        for (const node of await page.locator(".red-ui-flow-node-group").all()) {
          const box = await node.boundingBox();
          assert.ok(box && canvas);
          assert.ok(box.x + box.width <= canvas.x + canvas.width, `${box.x + box.width}`);
        }
      });
    }
  });
}
