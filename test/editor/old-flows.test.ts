import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { accountDefaults } from "../../nodes/defaults/account";
import { invokeDefaults } from "../../nodes/defaults/invoke-service";
import { messageInDefaults } from "../../nodes/defaults/message-in";
import { subscriptionDefaults } from "../../nodes/defaults/subscription";
import type { FlowNode } from "../support/admin";
import { beginEachTest } from "../support/hooks";
import { linesOf, oldFlows } from "../support/old-flows";
import { type Runtime, startRuntime } from "../support/runtime";
import { versions } from "../support/versions";
import { closeEditors, leaveEditor, openEditor } from "./session";

const tables = {
  account: accountDefaults,
  "invoke-service": invokeDefaults,
  "message-in": messageInDefaults,
  subscription: subscriptionDefaults,
};

for (const version of versions) {
  describe(`the dialogs and a flow file of 0.1.0, Node-RED ${version}`, () => {
    const all = [...oldFlows.complete, ...oldFlows.first];
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      runtime = await startRuntime({ version, flows: all });
    });

    beginEachTest(async () => {
      ({ page } = await openEditor(runtime, { version, lang: "en-US", theme: "light" }));
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(async () => {
      await closeEditors();
      await runtime?.stop();
    });

    /** Opens the dialog of a node and presses Done. */
    async function openAndClose({ id, type, z }: FlowNode): Promise<void> {
      const opening = z ? `edit(RED.nodes.node("${id}"))` : `editConfig("", "${type}", "${id}")`;
      await page.evaluate(`RED.editor.${opening}`);
      await page.waitForFunction(`RED.editor.getEditStack().at(-1)?.id === "${id}"`);
      const done = z ? "#node-dialog-ok" : "#node-config-dialog-ok";
      await page.locator(done).click();
      await page.locator(".red-ui-tray").waitFor({ state: "detached" });
    }

    const ours = (type: string): FlowNode[] => all.filter((node) => node.type === `aliyun-iot-${type}`);
    for (const type of Object.keys(tables)) {
      it(`${type}: every one is opened and closed, none is changed, and all are exported as they were`, async () => {
        const before = linesOf(await page.evaluate<FlowNode[]>("RED.nodes.createCompleteNodeSet()"));
        for (const node of ours(type)) await openAndClose(node);
        assert.equal(await page.evaluate("RED.nodes.dirty()"), false);
        const changed = await page.evaluate<string[]>(`(() => {
          const changed = [];
          const note = (node) => { if (node.changed) changed.push(node.name); };
          RED.nodes.eachNode(note);
          RED.nodes.eachConfig(note);
          return changed;
        })()`);
        assert.deepEqual(changed, []);
        const exported = await page.evaluate<FlowNode[]>("RED.nodes.createCompleteNodeSet()");
        assert.deepEqual(linesOf(exported), before);
        const own = (flow: FlowNode[]): string[] =>
          linesOf(flow.filter((node) => node.type === `aliyun-iot-${type}`));
        const complete = oldFlows.complete;
        const isComplete = ({ id }: FlowNode): boolean => complete.some((node) => node.id === id);
        assert.deepEqual(own(exported.filter(isComplete)), own(complete));
      });

      it(`${type}: a new one has what the runtime fills in`, async () => {
        const defaults = await page.evaluate<[string, unknown][]>(
          `Object.entries(RED.nodes.getType("aliyun-iot-${type}").defaults).map(([name, { value }]) => [name, value])`,
        );
        assert.deepEqual(defaults, Object.entries(tables[type as keyof typeof tables]));
      });
    }
  });
}
