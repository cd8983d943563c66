import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { packageName } from "../support/admin";
import { beginEachTest } from "../support/hooks";
import { type Runtime, startRuntime } from "../support/runtime";
import { versions } from "../support/versions";
import { editorReady, tabLabel } from "./browser";
import { closeEditors, leaveEditor, openEditor } from "./session";
import {
  chooseInputs,
  chooseType,
  nodeOnCanvas,
  openAccount,
  openNode,
  openSubscription,
  pressDone,
  typedText,
} from "./steps";

/** Ends of lines of three kinds, blank and odd lines, and a comment. */
const ruleText = "# lamps\r\n\r\n a1BwAGV0001/light*/* # all\n\ta1/b\r*/*/Fade\u2028To\r\n\n";

/** Args as somebody types them, and as the big editor shows them. */
const unformatted = '{"Level":10.0,"Steps":[1.50,2e0],"Empty":{},"Text":"say \\"10.0\\", ok"}';
const formatted = '{"Level": 10.0, "Steps": [1.50, 2e0], "Empty": {}, "Text": "say \\"10.0\\", ok"}';

/** What somebody may have written by hand, or what another version saved: much is left out, and some is odd. */
const flows = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "tryout", type: "aliyun-iot-account", name: "Bare account", platform: "simulator" },
  {
    id: "cloud",
    type: "aliyun-iot-account",
    name: "Odd account",
    regionId: "cn-hangzhou",
    credentialType: null,
    timeout: 20,
    queueTtl: 0,
    proxy: "gone",
  },
  {
    id: "guarded",
    type: "aliyun-iot-account",
    name: "Guarded account",
    platform: "simulator",
    mode: "${MODE}",
    allow: ruleText,
    confirm: "${CONFIRM}",
    audit: "${AUDIT}",
  },
  {
    id: "guarded-call",
    type: "aliyun-iot-invoke-service",
    z: "lamps",
    name: "Guarded call",
    account: "guarded",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    service: "FadeTo",
    x: 300,
    y: 320,
    wires: [[], []],
  },
  { id: "messages", type: "aliyun-iot-subscription", name: "Bare subscription", account: "tryout" },
  {
    id: "bare",
    type: "aliyun-iot-invoke-service",
    z: "lamps",
    name: "Bare call",
    account: "tryout",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    service: "FadeTo",
    x: 300,
    y: 80,
    wires: [[], []],
  },
  {
    id: "odd",
    type: "aliyun-iot-invoke-service",
    z: "lamps",
    name: "Odd call",
    account: "cloud",
    target: "iotId",
    iotId: "topic",
    iotIdType: "msg",
    service: null,
    args: '{"Level": 10.0}',
    argsType: "json",
    timeout: 5,
    subscription: "gone",
    x: 300,
    y: 160,
    wires: [[], []],
  },
  {
    id: "bare-set",
    type: "aliyun-iot-set-properties",
    z: "lamps",
    name: "Bare set",
    account: "tryout",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    x: 300,
    y: 400,
    wires: [[], []],
  },
  {
    id: "odd-set",
    type: "aliyun-iot-set-properties",
    z: "lamps",
    name: "Odd set",
    account: "cloud",
    target: "iotId",
    iotId: "topic",
    iotIdType: "msg",
    items: '{"Brightness": 10.0}',
    itemsType: "json",
    mode: "later",
    qos: 2,
    versions: " ",
    confirm: "reply",
    subscription: "gone",
    x: 300,
    y: 480,
    wires: [[], []],
  },
  {
    id: "bare-read",
    type: "aliyun-iot-read-device",
    z: "lamps",
    name: "Bare read",
    account: "tryout",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    x: 560,
    y: 600,
    wires: [[], []],
  },
  {
    id: "bare-wait",
    type: "aliyun-iot-wait-until",
    z: "lamps",
    name: "Bare wait",
    subscription: "messages",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    x: 300,
    y: 560,
    wires: [[], []],
  },
  {
    id: "odd-read",
    type: "aliyun-iot-read-device",
    z: "lamps",
    name: "Odd read",
    account: "cloud",
    target: "iotId",
    iotId: "topic",
    iotIdType: "msg",
    what: "everything",
    identifiers: ["Level"],
    from: 5,
    to: "soon",
    order: "random",
    limit: " 10",
    x: 560,
    y: 680,
    wires: [[], []],
  },
  {
    id: "odd-wait",
    type: "aliyun-iot-wait-until",
    z: "lamps",
    name: "Odd wait",
    subscription: "gone",
    target: "iotId",
    iotId: "topic",
    iotIdType: "msg",
    kind: "later",
    identifier: "Color.Red",
    condition: "like",
    value: 10,
    value2: null,
    checkFirst: "false",
    timeout: 5,
    result: "",
    x: 300,
    y: 640,
    wires: [[], []],
  },
  {
    id: "bare-fleet",
    type: "aliyun-iot-fleet",
    z: "lamps",
    name: "Bare fleet",
    account: "tryout",
    service: "FadeTo",
    x: 560,
    y: 80,
    wires: [[], [], []],
  },
  {
    id: "odd-fleet",
    type: "aliyun-iot-fleet",
    z: "lamps",
    name: "Odd fleet",
    account: "cloud",
    operation: "later",
    items: '{"Brightness": 10.0}',
    itemsType: "json",
    targets: "sql",
    devices: ["light01"],
    tags: 5,
    offline: null,
    strategy: "job",
    pace: " 5",
    canary: "5 %",
    growth: "x",
    stopAt: 0,
    stopAfter: "",
    keep: "gone",
    subscription: "gone",
    x: 560,
    y: 160,
    wires: [[], [], []],
  },
  {
    id: "in",
    type: "aliyun-iot-message-in",
    z: "lamps",
    name: "Odd messages",
    subscription: "messages",
    kind: "status",
    identifier: "LeftOver",
    x: 300,
    y: 240,
    wires: [[]],
  },
];

/** Opens a dialog, and perhaps another one above it. */
type Open = (page: Page) => Promise<void>;

for (const version of versions) {
  describe(`a dialog that is closed as it was opened, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      // A root of its own, as behind a proxy, and the code editor that users have.
      const settings = {
        httpAdminRoot: "/house",
        editorTheme: { tours: false, projects: { enabled: false }, codeEditor: { lib: "monaco" } },
      };
      runtime = await startRuntime({ version, flows, settings });
    });

    beginEachTest(async () => {
      const atRoot = { ...runtime, url: `${runtime.url}/house` };
      ({ page } = await openEditor(atRoot, { version, lang: "en-US", theme: "light" }));
    });

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    after(async () => {
      await closeEditors();
      await runtime?.stop();
    });

    const isDeployable = async (): Promise<boolean> =>
      !/disabled/.test((await page.locator("#red-ui-header-button-deploy").getAttribute("class")) ?? "");

    /** While the last dialog slides away, the canvas takes no double click. */
    async function closed(): Promise<void> {
      await page.locator(".red-ui-tray").waitFor({ state: "detached" });
      await page.waitForFunction("RED.editor.getEditStack().length === 0");
    }

    /** The flow as the editor would deploy it. */
    const flow = (): Promise<Record<string, unknown>[]> => page.evaluate("RED.nodes.createCompleteNodeSet()");

    const dialogs: Record<string, Open[]> = {
      "of a call with nothing but its target": [(on) => openNode(on, "Bare call")],
      "of a call with odd and missing settings": [(on) => openNode(on, "Odd call")],
      "of a property set with nothing but its target": [(on) => openNode(on, "Bare set")],
      "of a property set with odd and missing settings": [(on) => openNode(on, "Odd set")],
      "of a read with nothing but its target": [(on) => openNode(on, "Bare read")],
      "of a read with odd and missing settings": [(on) => openNode(on, "Odd read")],
      "of a wait with nothing but its target": [(on) => openNode(on, "Bare wait")],
      "of a wait with odd and missing settings": [(on) => openNode(on, "Odd wait")],
      "of a fleet with nothing but its service": [(on) => openNode(on, "Bare fleet")],
      "of a fleet with odd and missing settings": [(on) => openNode(on, "Odd fleet")],
      "of messages with a name that is left over": [(on) => openNode(on, "Odd messages")],
      "of an account with nothing but its platform": [(on) => openNode(on, "Bare call"), openAccount],
      "of an account with odd and missing settings": [(on) => openNode(on, "Odd call"), openAccount],
      "of an account with rules in every form": [(on) => openNode(on, "Guarded call"), openAccount],
      "of a subscription with nothing but its account": [
        (on) => openNode(on, "Odd messages"),
        (on) => openSubscription(on),
      ],
    };
    for (const [name, opening] of Object.entries(dialogs)) {
      it(`${name}: changes nothing`, async () => {
        const before = await flow();
        for (const open of opening) await open(page);
        for (let count = opening.length; count > 0; count--) await pressDone(page);
        await closed();
        assert.deepEqual(await flow(), before);
        assert.equal(await isDeployable(), false);
      });
    }

    it("keeps rules byte for byte if something else is changed", async () => {
      const guarded = async () => (await flow()).find(({ id }) => id === "guarded");
      const before = await guarded();
      await openNode(page, "Guarded call");
      await openAccount(page);
      await page.locator("#node-config-input-name").fill("Renamed account");
      await pressDone(page);
      await pressDone(page);
      await closed();
      assert.deepEqual(await guarded(), {
        ...before,
        ...(await guarded()),
        name: "Renamed account",
        mode: "${MODE}",
        allow: ruleText,
        confirm: "${CONFIRM}",
        audit: "${AUDIT}",
      });
      assert.equal(await isDeployable(), true);
    });

    it("the big editor for args keeps every number as it was written, in Monaco", async () => {
      await openNode(page, "Bare call");
      await chooseInputs(page, "expression");
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill(unformatted);
      await page.locator("#node-input-args + * .red-ui-typedInput-option-expand").click();
      await page.locator(".monaco-editor .view-line").nth(3).waitFor();
      await page.locator("#node-dialog-ok").last().click();
      await page.locator("#node-input-text").waitFor({ state: "detached" });
      assert.equal(await typedText(page, "args").inputValue(), formatted);
    });

    it("fills in missing properties as soon as anything is changed", async () => {
      await openNode(page, "Bare call");
      await page.locator("#node-input-name").fill("Renamed");
      await pressDone(page);
      await closed();
      await nodeOnCanvas(page, "Renamed").waitFor();
      assert.equal(await isDeployable(), true);
      const node = (await flow()).find(({ id }) => id === "bare");
      const { name, target, args, argsType, resultType, delivery, check, replyTimeout } = node ?? {};
      assert.deepEqual(
        { name, target, args, argsType, resultType, delivery, check, replyTimeout },
        {
          name: "Renamed",
          target: "device",
          args: "payload",
          argsType: "msg",
          resultType: "msg",
          delivery: "at-most-once",
          check: "error",
          replyTimeout: "30",
        },
      );
    });

    it("its node can be removed and installed again without a reload", async () => {
      await page.reload();
      await editorReady(page);
      const added = await page.evaluate(`(() => {
        const id = "${packageName}/message-in";
        const set = RED.nodes.removeNodeSet(id);
        RED.nodes.addNodeSet({ ...set });
        return RED.nodes.getNodeSet(id).added && RED.nodes.getType("aliyun-iot-message-in").set.id === id;
      })()`);
      assert.equal(added, true);
    });
  });
}
