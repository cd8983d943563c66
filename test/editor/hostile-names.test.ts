import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import type { FlowNode } from "../support/admin";
import { temporaryFolder } from "../support/npm";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, tabLabel } from "./browser";
import { homeDefinition, hostileName } from "./fixture";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  chooseInputs,
  chooseType,
  dialog,
  messageInType,
  nodeOnCanvas,
  openAccount,
  openNode,
  typedText,
} from "./steps";

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const call = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  account: "home",
  productKey: "a1Hostile01",
  deviceName: "bad01",
  service: "Boom",
  args: "payload",
  argsType: "msg",
  x: 400,
  wires: [[], []],
};

function flowsWith(simulation: string, endpoint: string): FlowNode[] {
  const account = { type: "aliyun-iot-account", platform: "simulator", simulation };
  return [
    { id: "lamps", type: "tab", label: tabLabel },
    { ...account, id: "home", name: hostileName, mode: "dry-run", confirm: `*/*/${hostileName}` },
    { ...account, id: "unnamed", simulation: `${simulation}/${hostileName}` },
    { id: "evil", type: "aliyun-iot-account", name: "Evil", endpoint },
    { id: "inside", type: "aliyun-iot-subscription", name: hostileName, account: "home" },
    { ...call, id: "unnamed-call", deviceName: hostileName, service: hostileName, y: 60 },
    { ...call, id: "boom", name: "boom", y: 140 },
    { ...call, id: "refused", name: "refused", account: "evil", y: 220, args: "{}", argsType: "json" },
    {
      id: "start",
      type: "inject",
      z: "lamps",
      name: "go",
      props: [{ p: "payload" }],
      x: 120,
      y: 220,
      wires: [["refused"]],
    },
    {
      id: "posts",
      type: messageInType,
      z: "lamps",
      name: "posts",
      subscription: "inside",
      kind: "property",
      productKey: "a1Hostile01",
      deviceName: "bad01",
      identifier: "",
      x: 400,
      y: 300,
      wires: [[]],
    },
  ];
}

/** A platform that refuses everything with markup as code and message. */
function hostilePlatform(): Promise<Server> {
  const body = JSON.stringify({
    RequestId: "1",
    Success: false,
    Code: hostileName,
    ErrorMessage: hostileName,
    Message: hostileName,
  });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

for (const version of versions) {
  describe(`names with markup in Node-RED ${version} are shown as text`, () => {
    let platform: Server;
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      const folder = await temporaryFolder("hostile-names");
      const simulation = path.join(folder, "home.json");
      await writeFile(simulation, JSON.stringify(homeDefinition()));
      platform = await hostilePlatform();
      const { port } = platform.address() as AddressInfo;
      runtime = await runtimeWith({
        version,
        flows: flowsWith(simulation, `http://127.0.0.1:${port}`),
        credentials: { evil: key },
      });
    });

    after(async () => {
      await parkEditors();
      platform.closeAllConnections();
      platform.close();
    });

    beforeEach(async () => {
      editor = await openEditor(
        runtime,
        { version, lang: "en-US", theme: "light" },
        { width: 1280, height: 1400 },
      );
      page = editor.page;
      page.on("dialog", (shown) => editor.complaints.push(`a window opened: ${shown.message()}`));
    });

    afterEach(async function () {
      const images = await page.locator("img[src='x']").count();
      await leaveEditor(this.currentTest);
      assert.equal(images, 0, "markup became an element");
    });

    const picker = (): Locator => page.locator(".aliyun-iot-picker");
    const row = (text: string): Locator => picker().locator("[role=option]", { hasText: text }).first();

    /** Opens the list of a field, looks for the hostile name in it and chooses it. */
    async function choose(property: string, identifier: string): Promise<void> {
      await page
        .locator(`#node-input-${property}`)
        .locator("xpath=..")
        .locator(".aliyun-iot-find:visible")
        .click();
      const name = row(identifier).locator(".aliyun-iot-picker-name");
      assert.equal(await name.textContent(), hostileName);
      assert.equal(await name.getAttribute("title"), hostileName);
      await row(identifier).click();
      await picker().waitFor({ state: "detached" });
    }

    it("on the canvas: the label of a node, its badge and its status", async () => {
      await nodeOnCanvas(page, `${hostileName} · ${hostileName}`).waitFor();
      await nodeOnCanvas(page, "boom").locator(".aliyun-iot-dry-run-badge:not(.hide)").waitFor();
      await nodeOnCanvas(page, "go").locator(".red-ui-flow-node-button-button").click();
      const status = nodeOnCanvas(page, "refused").locator(".red-ui-flow-node-status-label");
      await status.filter({ hasText: /[✗?].*<img src=x onerror/ }).waitFor();
      await nodeOnCanvas(page, "refused").locator("rect.red-ui-flow-node").hover();
    });

    it("in the lists of accounts and subscriptions", async () => {
      await openNode(page, "boom");
      const accounts = await page.locator("#node-input-account option").allTextContents();
      assert.ok(accounts.includes(hostileName), accounts.join());
      assert.ok(accounts.includes(`Simulator · ${hostileName}`), accounts.join());
    });

    it("in what the invoke dialog shows of device, service, inputs and outputs", async () => {
      await openNode(page, "boom");
      await page
        .locator("#aliyun-iot-choose-device", { hasText: `${hostileName} / ${hostileName}` })
        .waitFor();
      await page.locator("#aliyun-iot-choose-service", { hasText: hostileName }).waitFor();
      const panel = page.locator("#aliyun-iot-panel");
      for (const mode of ["message", "form", "expression"] as const) {
        await chooseInputs(page, mode);
        await panel.locator("code", { hasText: "Echo" }).waitFor();
        const said = (await panel.textContent()) ?? "";
        assert.ok(said.split(hostileName).length > 2, `${mode}: ${said}`);
      }
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill(JSON.stringify({ Level: hostileName, [hostileName]: 1 }));
      await panel.locator(".aliyun-iot-parameter-problem", { hasText: hostileName }).waitFor();
      await chooseInputs(page, "form");
      await panel.locator(`[data-parameter="${hostileName}"]`).waitFor();
      assert.equal(await page.locator("#node-input-args-problem").locator("img").count(), 0);
    });

    it("in the dialog of device messages: product, device, property, event and service", async () => {
      await openNode(page, "posts");
      await dialog(page).locator(".aliyun-iot-note", { hasText: hostileName }).first().waitFor();
      await choose("productKey", "a1Hostile01");
      await choose("deviceName", "bad01");
      await choose("identifier", "Mood");
      await page.locator("#node-input-kind").selectOption("event");
      await choose("identifier", "Cry");
      await page.locator("#node-input-kind").selectOption("reply");
      await choose("identifier", "Boom");
      await page.locator("#node-input-deviceName").fill(hostileName);
      await page.locator("#node-input-name").focus();
      await page.locator("#node-input-deviceName-problem:not(:empty)").waitFor();
    });

    it("in the account’s rules and in what they match", async () => {
      await openNode(page, "boom");
      await openAccount(page);
      const section = page.locator("#aliyun-iot-account-safety");
      await page.locator("#aliyun-iot-account-safety[aria-busy=false]").waitFor();
      await section.locator("#aliyun-iot-command").fill(`a1Hostile01/bad01/${hostileName}`);
      await section.locator("#aliyun-iot-decision", { hasText: hostileName }).waitFor();
      await section.locator("#aliyun-iot-rule-matches button").click();
      await section.getByText("Counted.").waitFor();
    });

    it("in what the platform answers to the connection check, to a list and to a look-up", async () => {
      await openNode(page, "refused");
      await dialog(page).locator(".aliyun-iot-note", { hasText: hostileName }).first().waitFor();
      await page.locator("#aliyun-iot-choose-device").click();
      await picker().locator(".aliyun-iot-picker-note", { hasText: hostileName }).waitFor();
      await page.keyboard.press("Escape");
      await openAccount(page);
      await page.locator("#aliyun-iot-connection-check button").first().click();
      await page.locator(".aliyun-iot-check-result", { hasText: hostileName }).waitFor();
    });
  });
}
