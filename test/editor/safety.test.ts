import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { beginEachTest } from "../support/hooks";
import { temporaryFolder } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { tabLabel } from "./browser";
import { homeDefinition, hostileName, manyDevices } from "./fixture";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import { nodeOnCanvas, openAccount, openNode, pressCancel, pressDone, problem } from "./steps";

const call = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  productKey: "a1BwAGV0001",
  deviceName: "light01",
  service: "FadeTo",
  wires: [[], []],
};

for (const version of versions) {
  describe(`the rules of an account in its dialog, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      const folder = await temporaryFolder("rules");
      const simulation = path.join(folder, "home.json");
      await writeFile(simulation, JSON.stringify(homeDefinition()));
      const account = { type: "aliyun-iot-account", platform: "simulator", simulation };
      const flows: FlowNode[] = [
        { id: "lamps", type: "tab", label: tabLabel },
        {
          ...account,
          id: "guarded",
          name: "Guarded",
          allow: "# lamps\r\na1BwAGV0001/light*/*\na1BwAGV0001/gone/*",
          confirm: "*/light02/*",
        },
        { ...account, id: "bare", name: "Bare" },
        { ...account, id: "elsewhere", name: "Elsewhere", allow: "${RULES}" },
        { ...call, id: "call", name: "Guarded call", account: "guarded", x: 300, y: 100 },
        { ...call, id: "bare-call", name: "Bare call", account: "bare", x: 300, y: 200 },
        { ...call, id: "far-call", name: "Far call", account: "elsewhere", x: 300, y: 300 },
      ];
      runtime = await runtimeWith({ version, flows });
    });

    beginEachTest(async () => {
      const look = { version, lang: "en-US", theme: "light" } as const;
      ({ page } = await openEditor(runtime, look, { width: 1280, height: 1600 }));
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(parkEditors);

    const section = (): Locator => page.locator("#aliyun-iot-account-safety");
    const list = (field: string): Locator =>
      section()
        .locator(".aliyun-iot-rules")
        .filter({ has: page.locator(`#aliyun-iot-${field}-rules`) });
    const rows = (field = "allow"): Locator => list(field).locator(".aliyun-iot-rule > input");
    const notes = (field = "allow"): Promise<string[]> =>
      list(field).locator(".aliyun-iot-rule-note").allTextContents();
    const texts = (field = "allow"): Promise<string[]> =>
      rows(field).evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
    const decision = (): Locator => page.locator("#aliyun-iot-decision");
    const stored = (id: string): Promise<Record<string, unknown>> =>
      page.evaluate(`(({ mode, allow, confirm }) => ({ mode, allow, confirm }))(RED.nodes.node("${id}"))`);

    async function open(label: string): Promise<void> {
      await openNode(page, label);
      await openAccount(page);
      if (!(await section().evaluate((details) => (details as HTMLDetailsElement).open))) {
        await section().locator("summary").click();
      }
      await page.locator("#aliyun-iot-account-safety[aria-busy=false]").waitFor();
    }

    it("are shown as rows, comments included; without rules the section is folded", async () => {
      await open("Guarded call");
      assert.deepEqual(await texts(), ["# lamps", "a1BwAGV0001/light*/*", "a1BwAGV0001/gone/*"]);
      assert.deepEqual(await texts("confirm"), ["*/light02/*"]);
      assert.equal(await rows().nth(1).getAttribute("aria-label"), "Allow, line 2");
      await pressCancel(page);
      await pressCancel(page);
      await openNode(page, "Bare call");
      await openAccount(page);
      assert.equal(await section().evaluate((details) => (details as HTMLDetailsElement).open), false);
    });

    it("are added, sorted and removed with the keyboard alone, and saved as text", async () => {
      await open("Guarded call");
      await rows().nth(1).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.type("a1BwAGV0001/new/*");
      assert.equal(await rows().nth(2).inputValue(), "a1BwAGV0001/new/*");
      await page.keyboard.press("Alt+ArrowUp");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      // The row of the last rule; the next thing that Tab reaches removes it.
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await rows().nth(3).waitFor({ state: "detached" });
      assert.deepEqual(await texts(), ["# lamps", "a1BwAGV0001/new/*", "a1BwAGV0001/light*/*"]);
      assert.equal(
        await rows()
          .nth(2)
          .evaluate((input) => input === document.activeElement),
        true,
      );
      await pressDone(page);
      assert.deepEqual(await stored("guarded"), {
        mode: "live",
        allow: "# lamps\r\na1BwAGV0001/new/*\r\na1BwAGV0001/light*/*",
        confirm: "*/light02/*",
      });
      await pressCancel(page);
    });

    it("are split into rows when several lines are pasted; a blank row is not saved", async () => {
      await open("Bare call");
      await list("allow").locator(".red-ui-editableList-addButton").click();
      await rows().evaluate((input) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", "a1/b/c\r\n# why\na1/b/d");
        input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      });
      assert.deepEqual(await texts(), ["a1/b/c", "# why", "a1/b/d"]);
      await list("allow").locator(".red-ui-editableList-addButton").click();
      await pressDone(page);
      assert.equal((await stored("bare"))["allow"], "a1/b/c\n# why\na1/b/d");
      await pressCancel(page);
    });

    it("show at once what is wrong with a row, and what the list means", async () => {
      await open("Bare call");
      const state = list("allow").locator(".aliyun-iot-rules-state");
      assert.equal(await state.textContent(), "No rules: every command is allowed.");
      await list("allow").locator(".red-ui-editableList-addButton").click();
      await rows().fill("# only a note");
      assert.equal(await state.textContent(), "Only comments: no command is allowed.");
      await rows().fill(`${hostileName}/light01`);
      assert.equal(await rows().getAttribute("aria-invalid"), "true");
      assert.match((await notes())[0] ?? "", /must have three parts/);
      assert.match((await problem(page, "allow").textContent()) ?? "", /Allow, line 1: “<img src=x/);
      assert.equal(await page.locator(".red-ui-tray img[src=x]").count(), 0);
      await rows().fill("a1BwAGV0001/light01/*");
      assert.equal(await rows().getAttribute("aria-invalid"), "false");
      assert.deepEqual(await notes(), [""]);
      assert.equal(await problem(page, "allow").textContent(), "");
      await rows().fill("a1BwAGV0001");
      await pressDone(page);
      assert.equal(await page.evaluate('RED.nodes.node("bare").valid'), false);
      await pressCancel(page);
    });

    it("that come from a variable are shown as such and not checked", async () => {
      await open("Far call");
      assert.deepEqual(await texts(), ["${RULES}"]);
      assert.equal(await rows().getAttribute("aria-invalid"), "false");
      const state = list("allow").locator(".aliyun-iot-rules-state");
      assert.equal(await state.textContent(), "These rules come from the environment variable RULES.");
      await page.locator("#aliyun-iot-command").fill("a1/b/c");
      assert.match((await decision().textContent()) ?? "", /Not known here: the rules under Allow/);
    });

    it("answer whether one command would be allowed, as they stand in the form", async () => {
      await open("Guarded call");
      const command = page.locator("#aliyun-iot-command");
      for (const [text, answer] of [
        ["a1BwAGV0001/light01/FadeTo", "Allowed: Allow, line 2 (a1BwAGV0001/light*/*)."],
        ["a1BwAGV0001/light02/FadeTo", "Needs confirmation: Confirm, line 1 (*/light02/*)."],
        ["a1BwAGV0001/valve/Open", "Not allowed: no rule under Allow matches."],
        ["a1BwAGV0001/light01", "Enter a command as productKey/deviceName/identifier."],
        [`a1/${hostileName}/x`, "Not allowed: no rule under Allow matches."],
      ] as const) {
        await command.fill(text);
        assert.equal(await decision().textContent(), answer);
      }
      await command.fill("a1BwAGV0001/valve/Open");
      await rows().nth(2).fill("a1BwAGV0001/valve/*");
      assert.equal(await decision().textContent(), "Allowed: Allow, line 3 (a1BwAGV0001/valve/*).");
    });

    it("are counted by a button, with the account and the rules of the form", async () => {
      await open("Guarded call");
      await rows().nth(0).fill("a1BwAGV0001");
      await rows().nth(1).fill(`${manyDevices.productKey}/lamp-*/*`);
      await list("allow").locator(".red-ui-editableList-addButton").click();
      await rows().nth(3).fill("a1Hostile01/*/*");
      const counter = section().locator("#aliyun-iot-rule-matches");
      await counter.locator("button").click();
      await counter.getByText("Counted.").waitFor();
      const wrong = "Not a valid rule: it must have three parts, productKey/deviceName/identifier.";
      assert.deepEqual(await notes(), [
        wrong,
        "At least 1 product, 2000 devices",
        "Matches nothing now",
        "1 product, 1 device",
      ]);
      assert.equal(await list("allow").locator(".aliyun-iot-rule-warning").count(), 1);
      assert.equal(await page.locator(".red-ui-tray img[src=x]").count(), 0);
      // What was counted holds for what was asked.
      await rows().nth(2).fill("a1BwAGV0001/light01/*");
      assert.deepEqual(await notes(), [wrong, "", "", ""]);
    });

    it("have audit settings that show file and args only while records are kept", async () => {
      await open("Bare call");
      const audit = page.locator("#node-config-input-audit");
      const args = page.locator("#node-config-input-auditArgs");
      assert.equal(await args.isVisible(), false);
      await audit.selectOption("log");
      assert.match((await section().textContent()) ?? "", /logging\.console\.audit/);
      assert.equal(await args.isVisible(), true);
      await audit.selectOption("file");
      assert.match(
        (await page.locator("#aliyun-iot-audit-file").textContent()) ?? "",
        /aliyun-iot\/audit-bare\.jsonl/,
      );
      await audit.selectOption("off");
      assert.equal(await args.isVisible(), false);
    });

    it("a dry run marks the nodes of the account in the workspace, as soon as it is chosen", async () => {
      const badge = (label: string): Locator =>
        nodeOnCanvas(page, label).locator(".aliyun-iot-dry-run-badge:not(.hide)");
      assert.equal(await badge("Guarded call").count(), 0);
      await open("Guarded call");
      await section().getByRole("radio", { name: "Dry run" }).check();
      await section().getByText("none is sent", { exact: false }).waitFor();
      await pressDone(page);
      await badge("Guarded call").getByText("dry run").waitFor();
      assert.equal(await badge("Bare call").count(), 0);
      await pressCancel(page);
      await page.evaluate("RED.history.pop()");
      await badge("Guarded call").waitFor({ state: "detached" });
    });
  });
}
