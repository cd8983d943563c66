import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { fleetDefaults } from "../../nodes/defaults/fleet";
import type { FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, still, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  chooseType,
  dialog,
  dragToCanvas,
  fleetType,
  nodeOnCanvas,
  openNode,
  pressCancel,
  pressDone,
  problem,
  typedText,
  unfold,
} from "./steps";

const fleet = { type: fleetType, z: "lamps", account: "home", x: 340, wires: [[], [], []] };
const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "home", type: "aliyun-iot-account", name: "Home", platform: "simulator" },
  { id: "inside", type: "aliyun-iot-subscription", name: "Inside", account: "home" },
  { ...fleet, id: "blank", name: "blank", y: 60 },
  {
    ...fleet,
    id: "named",
    name: "named",
    productKey: "a1BwAGV0001",
    service: "FadeTo",
    devices: '["light01"]',
    devicesType: "json",
    y: 120,
  },
];

for (const version of versions) {
  describe(`the dialog of a fleet, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    beforeEach(async () => {
      const look = { version, lang: "en-US", theme: "light" } as const;
      editor = await openEditor(runtime, look, { width: 1280, height: 1400 });
      page = editor.page;
    });

    afterEach(async function () {
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await leaveEditor(this.currentTest);
    });

    after(parkEditors);

    const text = (name: string): string => translate("en-US", `x/fleet:aliyun-iot-fleet.${name}`);
    const field = (property: string): Locator => page.locator(`#node-input-${property}`);
    const chosen = (what: string): Locator => page.locator(`#aliyun-iot-choose-${what}`);
    const choice = (property: string, value: string): Locator =>
      page.locator(`input[name="node-input-${property}-choice"][value="${value}"]`);
    const row = (name: string): Locator =>
      page.locator(".aliyun-iot-picker [role='option']", { hasText: name }).first();
    const count = (): Locator => page.locator("#aliyun-iot-count");
    const result = (words: string): Promise<void> =>
      page.locator("#aliyun-iot-count-result", { hasText: words }).waitFor();

    it("is saved with the defaults of the contract, three outputs, and what the palette calls it", async () => {
      await dragToCanvas(page, 620, 300, fleetType);
      const node = nodeOnCanvas(page, `${text("label.palette")} · msg.devices`);
      await node.waitFor();
      assert.equal(await node.locator(".red-ui-flow-port-output").count(), 3);
      await openNode(page, text("label.palette"));
      assert.equal(
        await dialog(page).locator(".aliyun-iot-problem:not(:empty)").count(),
        0,
        "nothing is wrong yet",
      );
      assert.equal(await field("account").inputValue(), "home", "the only account is proposed");
      await field("name").fill("fresh");
      await pressDone(page);
      const nodes = await page.evaluate<FlowNode[]>("RED.nodes.createCompleteNodeSet()");
      const saved = nodes.find(({ name }) => name === "fresh") ?? { id: "", type: "" };
      const expected = { ...fleetDefaults, name: "fresh", account: "home" };
      for (const [property, value] of Object.entries(expected)) {
        assert.equal(String(saved[property]), String(value), property);
      }
      assert.deepEqual(saved["wires"], [[], [], []]);
    });

    it("by keyboard alone: product, service, form, all devices of the product, batches, a canary", async () => {
      const press = (keys: string): Promise<void> => page.keyboard.press(keys);
      await openNode(page, "blank");
      await chosen("service").focus();
      await press("Enter");
      await row("a1BwAGV0001").waitFor();
      await page.keyboard.type("a1BwAGV");
      await page.waitForFunction(() => document.querySelectorAll("[role='option']").length === 1);
      await press("Enter");
      await row("LoadScenes").waitFor();
      await page.keyboard.type("Reb");
      await page.waitForFunction(() => document.querySelectorAll("[role='option']").length === 1);
      await press("Enter");
      await chosen("service").filter({ hasText: "Reboot" }).waitFor();
      await page.locator("#aliyun-iot-panel", { hasText: "has no inputs" }).waitFor();
      assert.match(await chosen("productKey").innerText(), /Lamp/);
      await field("targets").focus();
      await press("ArrowDown");
      assert.equal(await field("targets").inputValue(), "product");
      await choice("strategy", "single").focus();
      await press("ArrowDown");
      await page.locator("#aliyun-iot-roll-out > summary").focus();
      await press("Enter");
      await field("canary").focus();
      await page.keyboard.type("5%");
      await press("ControlOrMeta+Enter");
      await page.locator(".red-ui-tray").waitFor({ state: "detached" });
      const saved = await page.evaluate<Record<string, unknown>>('RED.nodes.node("blank")');
      const { operation, service, productKey, targets, strategy, canary, argsType, args } = saved;
      assert.deepEqual(
        { operation, service, productKey, targets, strategy, canary, argsType, args },
        {
          operation: "service",
          service: "Reboot",
          productKey: "a1BwAGV0001",
          targets: "product",
          strategy: "batch",
          canary: "5%",
          argsType: "form",
          args: "{}",
        },
      );
    });

    it("counts the devices at the press of a button, and says how long they take", async () => {
      let asked: unknown;
      await page.route("**/accounts/*/targets", async (route) => {
        asked = route.request().postDataJSON();
        const products = [{ productKey: "a1BwAGV0001", name: "Lamp", total: 41_200 }];
        await route.fulfill({ json: { total: 41_200, online: 38_000, products } });
      });
      await openNode(page, "named");
      await page
        .locator("#aliyun-iot-single-time", { hasText: "10,000 devices take at least 20 s" })
        .waitFor();
      await count().locator("button").click();
      await result("41,200 devices of Lamp, 38,000 online");
      assert.deepEqual(asked, {
        targets: "list",
        productKey: "a1BwAGV0001",
        devices: ["light01"],
        states: true,
      });
      assert.match(await page.locator("#aliyun-iot-single-time").innerText(), /41,200 .* 83 s/);
      assert.match(await page.locator("#aliyun-iot-batch-time").innerText(), /41,200 .* 42 s/);
      await chooseType(page, "devices", "msg");
      await page.locator("#aliyun-iot-count-why", { hasText: text("count.from-message") }).waitFor();
      assert.equal(await page.locator("#aliyun-iot-count-result").innerText(), "", "it holds no longer");
      assert.ok(await count().locator("button").isDisabled());
      assert.match(await page.locator("#aliyun-iot-single-time").innerText(), /^10,000/);
    });

    it("chooses a group, and adds devices to a list", async () => {
      const groups = [{ groupId: "gValves", name: "All valves", kind: "dynamic" }];
      await page.route("**/accounts/*/groups?*", (route) =>
        route.fulfill({ json: { rows: groups, matches: 1, isLoading: false } }),
      );
      await openNode(page, "named");
      const find = page.locator("#node-input-devices ~ .aliyun-iot-find");
      await find.click();
      await row("light02").click();
      assert.equal(await field("devices").inputValue(), '["light01", "light02"]');
      await field("targets").selectOption("group");
      await chosen("groupId").click();
      await row("gValves").click();
      await page.locator("#aliyun-iot-groupId-keys", { hasText: "gValves" }).waitFor();
      assert.match(await chosen("groupId").innerText(), /All valves\s+dynamic group/);
      await pressDone(page);
      const { targets, groupId } = await page.evaluate<Record<string, unknown>>('RED.nodes.node("named")');
      assert.deepEqual({ targets, groupId }, { targets: "group", groupId: "gValves" });
    });

    it("says at once what cannot work: a batch of a synchronous service, and numbers that are none", async () => {
      await openNode(page, "named");
      const warning = page.locator("#aliyun-iot-batch-sync");
      await page.locator("#aliyun-iot-panel").getByText("Synchronous").waitFor();
      assert.equal(await warning.innerText(), "");
      await choice("strategy", "batch").check();
      await warning.filter({ hasText: text("validation.batch-sync") }).waitFor();
      await choice("operation", "properties").check();
      assert.equal(await warning.innerText(), "", "properties are always set asynchronously");
      await unfold(page.locator("#aliyun-iot-roll-out"));
      for (const [property, wrong, right] of [
        ["canary", "0", "10%"],
        ["growth", "0.5", "1"],
        ["stopAt", "101", "0"],
        ["pace", "0", "0.5"],
        ["stopAfter", "1.5", "1"],
      ] as const) {
        await field(property).fill(wrong);
        await page.keyboard.press("Tab");
        await problem(page, property)
          .filter({ hasText: text(`validation.${property}`) })
          .waitFor();
        await field(property).fill(right);
        await page.keyboard.press("Tab");
        await problem(page, property).filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      }
      await field("targets").selectOption("tags");
      await typedText(page, "tags").fill("floor");
      await page.keyboard.press("Tab");
      await problem(page, "tags")
        .filter({ hasText: text("validation.tags-text") })
        .waitFor();
      await still(dialog(page));
      await pressCancel(page);
    });
  });
}
