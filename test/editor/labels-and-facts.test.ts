import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { tabLabel, type Viewport } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  messageInType,
  nodeOnCanvas,
  openAccount,
  openNode,
  typedText,
  unfold,
  unfoldMore,
} from "./steps";

const call = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  account: "first",
  productKey: "a1BwAGV0001",
  deviceName: "light01",
  service: "LoadScenes",
  x: 340,
  wires: [[], []],
};
const simulator = { type: "aliyun-iot-account", platform: "simulator" };
const cloud = { type: "aliyun-iot-account", platform: "cloud", regionId: "cn-shanghai" };

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { ...simulator, id: "first" },
  { ...simulator, id: "second" },
  { ...simulator, id: "house", simulation: "/data/flows/house.json" },
  { ...simulator, id: "house-too", simulation: "C:\\flows\\house.json" },
  { ...simulator, id: "named", name: "Try-out" },
  { ...simulator, id: "third" },
  { ...cloud, id: "public" },
  { ...cloud, id: "instance", instanceId: "iot-060a0abc" },
  { ...cloud, id: "public-too" },
  { id: "inside", type: "aliyun-iot-subscription", account: "first" },
  { id: "inside-too", type: "aliyun-iot-subscription", account: "second" },
  { id: "group", type: "aliyun-iot-subscription", account: "public", consumerGroupId: "lamps" },
  { id: "group-too", type: "aliyun-iot-subscription", account: "instance", consumerGroupId: "lamps" },
  { ...call, id: "form", name: "form", args: "{}", argsType: "form", y: 80 },
  {
    id: "posts",
    type: messageInType,
    z: "lamps",
    name: "posts",
    subscription: "inside",
    x: 340,
    y: 160,
    wires: [[]],
  },
];

for (const version of versions) {
  describe(`labels and facts in the dialogs of Node-RED ${version}`, () => {
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    async function open(viewport: Viewport = { width: 1440, height: 1400 }): Promise<void> {
      ({ page } = await openEditor(runtime, { version, lang: "en-US", theme: "light" }, viewport));
    }

    const listed = async (property: string): Promise<string[]> => {
      const texts = await page
        .locator(`#node-input-${property} option[value]:not([value=_ADD_])`)
        .allTextContents();
      return texts.filter((text) => text !== "").toSorted();
    };

    it("accounts and subscriptions without a name have different labels", async () => {
      await open();
      await openNode(page, "form");
      assert.deepEqual(await listed("account"), [
        "Simulator",
        "Simulator 2",
        "Simulator 3",
        "Simulator · house.json",
        "Simulator · house.json 2",
        "Try-out",
        "cn-shanghai",
        "cn-shanghai 2",
        "cn-shanghai · iot-060a0abc",
      ]);
      await page.locator("#node-input-account").selectOption("house");
      await page.locator("#node-input-account").hover();
      assert.equal(await page.locator("#node-input-account").getAttribute("title"), "Simulator · house.json");
      await unfoldMore(page);
      const subscriptions = await listed("subscription");
      assert.deepEqual(subscriptions, [
        "Messages from the simulator",
        "Messages from the simulator 2",
        "lamps",
        "lamps 2",
      ]);
    });

    it("a field is announced as invalid while it is, and no longer", async () => {
      await open();
      await openNode(page, "form");
      await byHand(page, "service");
      const service = typedText(page, "service");
      assert.equal(await service.getAttribute("aria-invalid"), null);
      await service.fill("Fade to level");
      await service.blur();
      assert.equal(await service.getAttribute("aria-invalid"), "true");
      assert.equal(await service.getAttribute("aria-describedby"), "node-input-service-problem");
      await service.fill("FadeTo");
      await service.blur();
      assert.equal(await service.getAttribute("aria-invalid"), null);
      await openAccount(page);
      await unfold(page.locator("#aliyun-iot-account-more"));
      const rate = page.locator("#node-config-input-rate");
      await rate.fill("0");
      await rate.blur();
      assert.equal(await rate.getAttribute("aria-invalid"), "true");
      await rate.fill("1");
      await rate.blur();
      assert.equal(await rate.getAttribute("aria-invalid"), null);
    });

    const parameter = (name: string): Locator => page.locator(`#aliyun-iot-panel [data-parameter=${name}]`);

    /** Whether the facts of a parameter stand beside its field, or below it. */
    async function positionOfFacts(name: string): Promise<"beside" | "below" | "elsewhere"> {
      const field = await parameter(name).locator(".red-ui-typedInput-container").first().boundingBox();
      const facts = await parameter(name).locator(".aliyun-iot-facts").first().boundingBox();
      assert.ok(field && facts);
      if (facts.x >= field.x + field.width && facts.y < field.y + field.height) return "beside";
      return facts.y >= field.y + field.height ? "below" : "elsewhere";
    }

    it("range and unit stand beside the field in a wide window, and below it in one of 480 px", async () => {
      await open();
      await openNode(page, "form");
      await parameter("Red").waitFor();
      for (const name of ["Title", "Red", "Levels"])
        assert.equal(await positionOfFacts(name), "beside", name);
      await leaveEditor();
      await open({ width: 480, height: 900 });
      await nodeOnCanvas(page, "form").waitFor();
      await page.evaluate('RED.actions.invoke("core:toggle-sidebar", false)');
      await page.evaluate('RED.editor.edit(RED.nodes.node("form"))');
      await parameter("Red").waitFor();
      for (const name of ["Title", "Red", "Levels"]) assert.equal(await positionOfFacts(name), "below", name);
    });

    it("the example of a text says which parameter it is for", async () => {
      await open();
      await openNode(page, "form");
      await page.getByRole("button", { name: "Fill with an example" }).click();
      const field = parameter("Title").locator(".red-ui-typedInput-input");
      assert.equal(await field.inputValue(), "Title");
    });
  });
}
