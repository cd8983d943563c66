import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import { beginEachTest } from "../support/hooks";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  deploy,
  dialog,
  dragToCanvas,
  nodeOnCanvas,
  openNode,
  pressDone,
  setPropertiesType,
  tick,
} from "./steps";

/** The first result in at most so many actions, and so many more to wait for the reply. */
const maxActions = 12;
const maxMore = 4;
/** To set a property and go on only when the device has reported it. */
const maxToBeSure = 13;

const tab: FlowNode = { id: "lamps", type: "tab", label: tabLabel };
let editor: Editor;
let page: Page;
let actions: string[] = [];

/** What a person does with one click, drag or double click. */
async function act(name: string, action: () => Promise<unknown>): Promise<void> {
  actions.push(name);
  await action();
}

const row = (text: string): Locator =>
  page.locator(".aliyun-iot-picker [role='option']", { hasText: text }).first();

/** Draws a wire from the output that was added last to the input of a node. */
async function wireTo(label: string): Promise<void> {
  const from = await page.locator(".red-ui-flow-port-output").last().boundingBox();
  const to = await nodeOnCanvas(page, label).locator(".red-ui-flow-port-input").boundingBox();
  assert.ok(from && to);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
}

async function succeeds(label: string): Promise<void> {
  const status = nodeOnCanvas(page, label).locator(".red-ui-flow-node-status-label");
  await status.filter({ hasText: "✓" }).waitFor();
  console.log(`      actions: ${actions.length}: ${actions.join(", ")}`);
}

/** What each of the two begins and ends with. */
function beginsWithAnEmptyFlow(version: 4 | 5, lang: Look["lang"]): () => Runtime {
  let runtime: Runtime;

  before(async () => {
    runtime = await runtimeWith({ version, flows: [tab] });
  });

  beginEachTest(async () => {
    actions = [];
    editor = await openEditor(runtime, { version, lang, theme: "light" });
    page = editor.page;
  });

  afterEach(async function () {
    // The next file takes the page over, and the editor still wants to close what it says about the deploy.
    if (this.currentTest?.state === "passed") {
      await page.waitForFunction(
        () => document.querySelector("#red-ui-notifications")?.children.length === 0,
      );
    }
    await leaveEditor(this.currentTest);
  });

  after(parkEditors);
  return () => runtime;
}

for (const version of versions) {
  describe(`the first two minutes with Node-RED ${version}`, () => {
    const runtime = beginsWithAnEmptyFlow(version, "en-US");

    it(`an empty flow comes to the first result of the simulator in ${maxActions} actions, and waits for the reply in ${maxMore} more`, async () => {
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
      await act("wire them", () => wireTo("LoadScenes"));
      await act("deploy", () => deploy(page));
      await act("inject", () => page.locator(".red-ui-flow-node-button-button").last().click());
      await succeeds("LoadScenes");
      assert.ok(actions.length <= maxActions, actions.join(", "));

      const before = actions.length;
      await openNode(page, "LoadScenes");
      await act("unfold", () => page.locator("#aliyun-iot-invoke-more > summary").click());
      await act("wait for the reply", () => tick(page.locator("#node-input-awaitReply")));
      await act("its subscription", () =>
        dialog(page).getByRole("button", { name: "Receive the simulator’s messages" }).click(),
      );
      assert.ok(actions.length - before <= maxMore, actions.slice(before).join(", "));
      await pressDone(page);
      await deploy(page);
      const saved = await askJson<FlowNode[]>(runtime(), "flows");
      const node = saved.find(({ type }) => type === "aliyun-iot-invoke-service");
      const subscription = saved.find(({ type }) => type === "aliyun-iot-subscription");
      assert.deepEqual([node?.["awaitReply"], node?.["subscription"]], [true, subscription?.id]);
      assert.equal(subscription?.["account"], node?.["account"]);
    });
  });

  describe(`a property, set and reported, with Node-RED ${version} in Chinese`, () => {
    beginsWithAnEmptyFlow(version, "zh-CN");
    const says = (key: string): string => translate("zh-CN", key);
    const button = (key: string): Locator => dialog(page).getByRole("button", { name: says(key) });

    it(`takes an empty flow ${maxToBeSure} actions`, async () => {
      await act("拖入节点", () => dragToCanvas(page, 340, 120, setPropertiesType));
      await act("打开", () => openNode(page, says(`x/set-properties:${setPropertiesType}.label.palette`)));
      await act("使用模拟平台", () => button("aliyun-iot-invoke-service.choose.simulator").click());
      await act("产品", () => row("a1RoomSens01").click());
      await act("设备", () => row("room01").click());
      const target = page.locator('[data-parameter="TargetTemperature"] .red-ui-typedInput-input').first();
      await act("填写属性", () => target.fill("21.5"));
      await act("以上报确认", () => page.locator("#node-input-confirm").selectOption("reported"));
      await act("接收模拟平台的消息", () =>
        button("aliyun-iot-invoke-service.choose.simulator-subscription").click(),
      );
      await act("完成", () => pressDone(page));
      await act("拖入 inject 节点", () => dragToCanvas(page, 120, 120, "inject"));
      await act("连线", () => wireTo("room01"));
      await act("部署", () => deploy(page));
      await act("触发", () => page.locator(".red-ui-flow-node-button-button").last().click());
      await succeeds("room01");
      assert.ok(actions.length <= maxToBeSure, actions.join(", "));
    });
  });
}
