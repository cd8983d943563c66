import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { isFull } from "../support/long-run";
import { temporaryFolder } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { graveFindings } from "./axe";
import { type Look, still, tabLabel } from "./browser";
import { homeDefinition } from "./fixture";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  chooseInputs,
  chooseType,
  dialog,
  fleetType,
  messageInType,
  openAccount,
  openNode,
  openSubscription,
  pressCancel,
  problem,
  readDeviceType,
  setPropertiesType,
  typedText,
  unfold,
  unfoldMore,
  waitUntilType,
} from "./steps";

const invoke = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  account: "home",
  productKey: "a1BwAGV0001",
  deviceName: "light01",
  x: 340,
  wires: [[], []],
};
const form = {
  Title: { type: "str", value: "Evening" },
  Steps: { type: "array", value: [{ type: "struct", value: { At: { type: "num", value: "0" } } }] },
};

function flowsWith(simulation: string): FlowNode[] {
  const account = { type: "aliyun-iot-account", platform: "simulator", simulation };
  return [
    { id: "lamps", type: "tab", label: tabLabel },
    { ...account, id: "home", name: "Home" },
    {
      ...account,
      id: "guarded",
      name: "Guarded",
      allow: "# lamps\na1BwAGV0001/light*/*\na1BwAGV0001/gone/*",
    },
    { id: "cloud", type: "aliyun-iot-account", name: "Cloud", endpoint: "http://127.0.0.1:9" },
    { id: "inside", type: "aliyun-iot-subscription", name: "Inside", account: "home" },
    { id: "outside", type: "aliyun-iot-subscription", name: "Outside", account: "cloud" },
    { ...invoke, id: "plain", name: "plain", service: "FadeTo", args: "payload", argsType: "msg", y: 60 },
    {
      ...invoke,
      id: "scenes",
      name: "scenes",
      service: "LoadScenes",
      args: JSON.stringify(form),
      argsType: "form",
      awaitReply: true,
      subscription: "inside",
      y: 120,
    },
    { ...invoke, id: "blank", name: "blank", productKey: "", deviceName: "", service: "", y: 180 },
    { ...invoke, id: "wrong", name: "wrong", account: "", deviceName: "", service: "Fade To", y: 240 },
    { ...invoke, id: "guarded-call", name: "guarded call", account: "guarded", service: "FadeTo", y: 300 },
    {
      ...invoke,
      id: "reading",
      type: readDeviceType,
      name: "reading",
      what: "property-history",
      identifiers: "Brightness",
      y: 540,
    },
    { ...invoke, id: "cloud-call", name: "cloud call", account: "cloud", service: "FadeTo", y: 360 },
    {
      ...invoke,
      id: "thermostat",
      type: setPropertiesType,
      name: "thermostat",
      productKey: "a1RoomSens01",
      deviceName: "room01",
      items: JSON.stringify({ TargetTemperature: { type: "num", value: "21" } }),
      itemsType: "form",
      subscription: "inside",
      y: 600,
    },
    {
      ...invoke,
      id: "street",
      type: fleetType,
      name: "street",
      service: "FadeTo",
      strategy: "batch",
      canary: "0",
      y: 660,
      wires: [[], [], []],
    },
    {
      id: "held",
      type: waitUntilType,
      z: "lamps",
      name: "held",
      subscription: "outside",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      identifier: "Brightness",
      condition: "between",
      value: "a",
      value2: "9",
      x: 340,
      y: 480,
      wires: [[], []],
    },
    {
      id: "posts",
      type: messageInType,
      z: "lamps",
      name: "posts",
      subscription: "outside",
      kind: "property",
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      acknowledge: "flow",
      inputs: 1,
      x: 340,
      y: 420,
      wires: [[]],
    },
  ];
}

const looks: Look[] = [
  { version: 5, lang: "en-US", theme: "light" },
  ...(isFull
    ? ([
        { version: 4, lang: "en-US", theme: "light" },
        { version: 5, lang: "zh-CN", theme: "dark" },
      ] as const)
    : []),
];

/** High enough for the longest dialog: axe-core leaves out what has to be scrolled to. */
const viewport = { width: 1280, height: 3000 };

for (const version of versions.filter((one) => looks.some((look) => look.version === one))) {
  describe(`accessibility of the dialogs in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let page: Page;

    before(async () => {
      const folder = await temporaryFolder("accessibility");
      const simulation = path.join(folder, "home.json");
      await writeFile(simulation, JSON.stringify(homeDefinition()));
      runtime = await runtimeWith({ version, flows: flowsWith(simulation) });
    });

    after(parkEditors);

    const panel = (): Locator => page.locator("#aliyun-iot-panel");
    const picker = (): Locator => page.locator(".aliyun-iot-picker");

    let found: string[] = [];
    /** What differs between themes are the colours alone. */
    let rules: string[] | undefined;

    /** A test that goes through the states of a dialog. */
    function states(title: string, goThrough: () => Promise<void>): void {
      it(title, async () => {
        await goThrough();
        assert.deepEqual(found, []);
      });
    }

    /** Collects what axe-core finds, so that a failure names the findings of every state. */
    async function judge(state: string, within: Locator): Promise<void> {
      for (const finding of await graveFindings(within, rules)) found.push(`${state}: ${finding}`);
    }

    /** The form of the dialog on top. */
    async function isAccessible(state: string): Promise<void> {
      await still(dialog(page));
      await judge(state, dialog(page).locator("form").first());
    }

    /** The picker that is open. */
    async function pickerIsAccessible(state: string): Promise<void> {
      await picker().locator("[role=option]").first().waitFor();
      await judge(state, picker());
      await page.keyboard.press("ArrowDown");
      await judge(`${state}, a row is active`, picker());
    }

    for (const look of looks.filter((one) => one.version === version)) {
      describe(`${look.lang}, ${look.theme}: axe-core has no serious finding`, () => {
        beforeEach(async () => {
          found = [];
          rules = look.theme === "dark" ? ["color-contrast"] : undefined;
          ({ page } = await openEditor(runtime, look, viewport));
        });

        afterEach(async function () {
          await leaveEditor(this.currentTest);
        });

        states("in the invoke dialog, whatever its inputs", async () => {
          await openNode(page, "plain");
          await panel().locator("pre").first().waitFor();
          await isAccessible("whole message");
          await chooseInputs(page, "form");
          await panel().locator("[data-parameter=Level]").waitFor();
          await isAccessible("form");
          await panel().locator("[data-parameter=Level] .red-ui-typedInput-input").fill("500");
          await panel().locator("[aria-invalid=true]").waitFor();
          await isAccessible("form with a problem");
          await chooseInputs(page, "expression");
          await isAccessible("JSON");
          await chooseType(page, "args", "jsonata");
          await isAccessible("JSONata");
          await byHand(page, "device");
          await byHand(page, "service");
          await unfoldMore(page);
          await isAccessible("all unfolded");
        });

        states("in the invoke dialog that waits for a reply, with structs and rows in its form", async () => {
          await openNode(page, "scenes");
          await panel().locator("[data-parameter=Steps]").waitFor();
          await isAccessible("structs and rows");
        });

        states("in the invoke dialog with wrong fields, and in that of a new node", async () => {
          await openNode(page, "wrong");
          await isAccessible("wrong");
          await pressCancel(page);
          await openNode(page, "blank");
          await isAccessible("blank");
        });

        states("in the dialog of the node that sets properties, whatever it waits for", async () => {
          await openNode(page, "thermostat");
          await panel().locator("[data-parameter=TargetTemperature]").waitFor();
          await isAccessible("form");
          await page.locator("#node-input-confirm").selectOption("reported");
          await unfoldMore(page);
          await unfold(page.locator("#aliyun-iot-modules-more"));
          await isAccessible("reported, all unfolded");
          await page.locator("#node-input-mode").selectOption("desired");
          await page.locator("#aliyun-iot-check-versions").check();
          await isAccessible("desired, with versions");
          await page.locator("#aliyun-iot-modules").fill("not a module");
          await page.locator("#node-input-replyTimeout").fill("0");
          await page.locator("#node-input-name").focus();
          await isAccessible("wrong");
        });

        states("in the dialog of a read, of a history and of a state, with a wrong field", async () => {
          await openNode(page, "reading");
          await page.locator("#aliyun-iot-device-keys:not(:empty)").waitFor();
          await unfoldMore(page);
          await isAccessible("history");
          await typedText(page, "from").fill("yesterday");
          await page.keyboard.press("Tab");
          await problem(page, "from").filter({ hasText: /./ }).waitFor();
          await isAccessible("a wrong time");
          await page.locator("#node-input-what").selectOption("state");
          await isAccessible("state");
        });

        states("in the dialog of a fleet, of a list and of a product, with wrong fields", async () => {
          await openNode(page, "street");
          await page.locator("#aliyun-iot-batch-sync:not(:empty)").waitFor();
          await page.locator("#aliyun-iot-list-shape pre").waitFor();
          await unfoldMore(page);
          await byHand(page, "service");
          await isAccessible("list, all unfolded");
          await page.locator("#node-input-targets").selectOption("product");
          const lamps = {
            total: 4,
            online: 3,
            products: [{ productKey: "a1BwAGV0001", name: "Lamp", total: 4 }],
          };
          await page.route("**/targets", (route) => route.fulfill({ json: lamps }), { times: 1 });
          await page.locator("#aliyun-iot-count button").click();
          await page.locator("#aliyun-iot-count-result", { hasText: "3 online" }).waitFor();
          await page.locator('input[name="node-input-operation-choice"][value="properties"]').check();
          await page.locator("#aliyun-iot-values-panel").locator("pre, [data-parameter]").first().waitFor();
          await isAccessible("properties of a product");
        });

        states("in the pickers", async () => {
          await openNode(page, "blank");
          await page.locator("#aliyun-iot-choose-device").click();
          await pickerIsAccessible("products");
          await picker().locator("[role=option]", { hasText: "a1BwAGV0001" }).click();
          await page.getByRole("option", { name: "light01" }).first().waitFor();
          await pickerIsAccessible("devices");
          await picker().locator("[role=option]", { hasText: "light01" }).first().click();
          await page.getByRole("option", { name: "FadeTo" }).first().waitFor();
          await pickerIsAccessible("services");
          await picker().locator("input").fill("nothing like this");
          await picker().locator("[role=option]").first().waitFor({ state: "detached" });
          await judge("no match", picker());
          await page.keyboard.press("Escape");
          await pressCancel(page);
          await openNode(page, "cloud call");
          await page.locator("#aliyun-iot-choose-device").click();
          await picker().locator(".aliyun-iot-picker-note.aliyun-iot-problem").waitFor();
          await judge("unreachable", picker());
        });

        states("in the account’s dialog, with each kind of credentials and with wrong fields", async () => {
          await openNode(page, "cloud call");
          await openAccount(page);
          for (const kind of ["sts", "ram_role_arn", "ecs_ram_role", "oidc_role_arn", "default"]) {
            await page.locator("#node-config-input-credentialType").selectOption(kind);
            await isAccessible(kind);
          }
          await page.locator("#node-config-input-credentialType").selectOption("access_key");
          await page.locator("#aliyun-iot-account-more[open]").waitFor();
          await page.locator("#node-config-input-endpoint").fill("nonsense");
          await page.locator("#aliyun-iot-region").selectOption("");
          await page.locator("#node-config-input-rate").fill("0");
          await page.locator("#node-config-input-name").focus();
          await isAccessible("wrong");
        });

        states("in the account’s rules, counted and with one that is wrong", async () => {
          await openNode(page, "guarded call");
          await openAccount(page);
          const section = page.locator("#aliyun-iot-account-safety");
          await page.locator("#aliyun-iot-account-safety[aria-busy=false]").waitFor();
          await section.locator("#aliyun-iot-command").fill("a1BwAGV0001/light01/FadeTo");
          await section.locator("#aliyun-iot-rule-matches button").click();
          await section.locator(".aliyun-iot-rule-warning").first().waitFor();
          await page.locator("#node-config-input-audit").selectOption("file");
          await isAccessible("counted");
          await section.locator(".aliyun-iot-rule > input").first().fill("no rule");
          await isAccessible("wrong");
        });

        states("in the result of a connection check", async () => {
          await openNode(page, "plain");
          await openAccount(page);
          const check = page.locator("#aliyun-iot-connection-check");
          await check.locator("button").first().click();
          await check.locator("li").first().waitFor();
          await isAccessible("passed");
          await pressCancel(page);
          await pressCancel(page);
          await openNode(page, "cloud call");
          await openAccount(page);
          await unfold(page.locator("#aliyun-iot-policy"));
          await page.locator("#node-config-input-accessKeyId").fill("testid");
          await page.locator("#node-config-input-accessKeySecret").fill("testsecret");
          await check.locator("button").first().click();
          await check.locator(".aliyun-iot-check-failed").first().waitFor();
          await isAccessible("failed");
        });

        states("in the dialog of a node that waits for a device", async () => {
          await openNode(page, "held");
          await isAccessible("between, wrong");
          await page.locator("#node-input-kind").selectOption("state");
          await byHand(page, "device");
          await isAccessible("state");
          await page.locator("#node-input-condition").selectOption("jsonata");
          await isAccessible("expression");
        });

        states("in the dialogs of device messages and of subscriptions", async () => {
          await openNode(page, "posts");
          for (const kind of ["any", "event", "property"]) {
            await page.locator("#node-input-kind").selectOption(kind);
            await isAccessible(kind);
          }
          await page.locator("#node-input-deviceName").fill("a b");
          await page.locator("#node-input-name").focus();
          await isAccessible("wrong");
          await openSubscription(page);
          await dialog(page).locator("summary").first().click();
          await isAccessible("subscription");
          await page.locator("#node-config-input-consumerGroupId").fill("a,b");
          await page.locator("#node-config-input-credits").fill("0");
          await page.locator("#node-config-input-name").focus();
          await isAccessible("subscription, wrong");
        });
      });
    }
  });
}
