import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { askJson, type FlowNode } from "../support/admin";
import { translate } from "../support/catalog";
import type { Runtime } from "../support/runtime";
import { versions } from "../support/versions";
import { type Editor, type Look, still, tabLabel } from "./browser";
import { leaveEditor, openEditor, parkEditors, runtimeWith } from "./session";
import {
  byHand,
  chooseInputs,
  chooseType,
  deploy,
  dialog,
  dragToCanvas,
  nodeOnCanvas,
  openAccount,
  openNode,
  pressCancel,
  pressDone,
  problem,
  typedText,
  unfold,
  unfoldMore,
} from "./steps";

const invokeDefaults = {
  type: "aliyun-iot-invoke-service",
  z: "lamps",
  name: "",
  target: "device",
  productKeyType: "str",
  deviceNameType: "str",
  iotId: "",
  iotIdType: "str",
  serviceType: "str",
  args: "payload",
  argsType: "msg",
  result: "payload",
  resultType: "msg",
  timeout: "",
  delivery: "at-most-once",
  check: "error",
  awaitReply: false,
  subscription: "",
  replyTimeout: 30,
};

const noRole = {
  roleArn: "",
  roleSessionName: "",
  externalId: "",
  roleName: "",
  oidcProviderArn: "",
  oidcTokenFile: "",
};

const flows: FlowNode[] = [
  { id: "lamps", type: "tab", label: tabLabel },
  { id: "tryout", type: "aliyun-iot-account", platform: "simulator" },
  {
    ...invokeDefaults,
    id: "lamp",
    account: "tryout",
    productKey: "a1BwAGV0001",
    deviceName: "light01",
    service: "FadeTo",
    x: 300,
    y: 80,
    wires: [[], []],
  },
];

for (const version of versions) {
  describe(`the dialogs in Node-RED ${version}`, () => {
    let runtime: Runtime;
    let editor: Editor;
    let page: Page;

    before(async () => {
      runtime = await runtimeWith({ version, flows });
    });

    after(parkEditors);

    async function open(
      look: Partial<Look> = {},
      viewport?: { width: number; height: number },
    ): Promise<void> {
      editor = await openEditor(runtime, { version, lang: "en-US", theme: "light", ...look }, viewport);
      page = editor.page;
    }

    afterEach(async function () {
      await leaveEditor(this.currentTest);
    });

    it("drag, fill in, deploy, reload: everything is kept", async () => {
      await open();
      await dragToCanvas(page, 300, 200);
      await nodeOnCanvas(page, "invoke service").waitFor();
      await openNode(page, "invoke service");
      assert.equal(
        await page.locator(".aliyun-iot-problem:not(:empty)").count(),
        0,
        "a new node is not scolded",
      );
      await editor.picture("new-node");

      await openAccount(page, "add");
      await page.locator("#node-config-input-name").fill("House");
      await page.locator("#aliyun-iot-region").selectOption({ label: "China (Beijing) · cn-beijing" });
      await page.locator("#node-config-input-instanceId").fill("iot-060a0abc");
      await page.locator("#node-config-input-accessKeyId").fill("testid");
      await page.locator("#node-config-input-accessKeySecret").fill("testsecret");
      await unfold(page.locator("#aliyun-iot-account-more"));
      await page.locator("#node-config-input-timeout").fill("20");
      await page.locator("#node-config-input-rate").fill("0.5");
      await pressDone(page);

      await byHand(page, "device");
      await typedText(page, "productKey").fill("a1BwAGV0001");
      await chooseType(page, "deviceName", "msg");
      await typedText(page, "deviceName").fill("topic");
      await byHand(page, "service");
      await typedText(page, "service").fill("FadeTo");
      await chooseInputs(page, "expression");
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill('{"Level": 10.0, "Note": "a, b: {c}"}');
      await unfoldMore(page);
      await chooseType(page, "result", "flow");
      await typedText(page, "result").fill("lamp");
      await page.locator("#node-input-timeout").fill("12");
      await page.locator("#node-input-delivery").selectOption("at-least-once");
      assert.equal(await page.locator(".aliyun-iot-problem:not(:empty)").count(), 0);
      await pressDone(page);
      await nodeOnCanvas(page, "FadeTo · msg.topic").waitFor();
      await deploy(page);

      const saved = await askJson<FlowNode[]>(runtime, "flows");
      const account = saved.find(({ name }) => name === "House");
      const node = saved.find(({ deviceName }) => deviceName === "topic");
      assert.ok(account && node);
      const { id: accountId, ...accountProperties } = account;
      assert.deepEqual(accountProperties, {
        type: "aliyun-iot-account",
        name: "House",
        platform: "cloud",
        regionId: "cn-beijing",
        endpoint: "",
        instanceId: "iot-060a0abc",
        credentialType: "access_key",
        ...noRole,
        timeout: "20",
        rate: "0.5",
        concurrency: 64,
        queueLimit: 10000,
        queueTtl: "0",
        proxy: "",
        tls: "",
        simulation: "",
        mode: "live",
        allow: "",
        confirm: "",
        audit: "off",
        auditArgs: "full",
        coordination: "",
      });
      const { id: _id, x: _x, y: _y, ...properties } = node;
      assert.deepEqual(properties, {
        ...invokeDefaults,
        account: accountId,
        productKey: "a1BwAGV0001",
        deviceName: "topic",
        deviceNameType: "msg",
        service: "FadeTo",
        args: '{"Level": 10.0, "Note": "a, b: {c}"}',
        argsType: "json",
        result: "lamp",
        resultType: "flow",
        timeout: "12",
        delivery: "at-least-once",
        wires: [[], []],
      });

      await editor.reload();
      await openNode(page, "FadeTo · msg.topic");
      assert.equal(await typedText(page, "productKey").inputValue(), "a1BwAGV0001");
      assert.equal(await typedText(page, "deviceName").inputValue(), "topic");
      assert.equal(await typedText(page, "args").inputValue(), '{"Level": 10.0, "Note": "a, b: {c}"}');
      assert.ok(await page.locator("#node-input-timeout").isVisible(), "what is not as usual is unfolded");
      assert.equal(await page.locator("#node-input-timeout").inputValue(), "12");
      assert.equal(await page.locator("#node-input-delivery").inputValue(), "at-least-once");
      await openAccount(page);
      assert.equal(await page.locator("#aliyun-iot-region").inputValue(), "cn-beijing");
      assert.equal(await page.locator("#node-config-input-accessKeyId").inputValue(), "testid");
      const secret = await page.locator("#node-config-input-accessKeySecret").inputValue();
      assert.ok(secret !== "" && secret !== "testsecret", "the secret is kept, and stays in the runtime");
      assert.equal(await page.locator("#node-config-input-rate").inputValue(), "0.5");
      assert.equal(await page.locator("#node-config-input-concurrency").inputValue(), "64");
    });

    it("opening and closing a dialog changes nothing", async () => {
      await open();
      await openNode(page, "FadeTo · light01");
      await pressDone(page);
      assert.match(
        (await page.locator("#red-ui-header-button-deploy").getAttribute("class")) ?? "",
        /disabled/,
      );
    });

    it("the big editor for Args keeps every number as it was written", async () => {
      await open();
      await openNode(page, "FadeTo · light01");
      await chooseInputs(page, "expression");
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill(
        '{"Level":10.0,"Steps":[1.50,2e0],"Empty":{},"Text":"say \\"10.0\\", ok"}',
      );
      await page.locator("#node-input-args + * .red-ui-typedInput-option-expand").click();
      await page.locator(".monaco-editor .view-line, .ace_line").nth(3).waitFor();
      await still(dialog(page));
      await editor.picture("args-editor");
      await page.locator("#node-dialog-ok").last().click();
      await page.locator("#node-input-text").waitFor({ state: "detached" });
      assert.equal(
        await typedText(page, "args").inputValue(),
        '{"Level": 10.0, "Steps": [1.50, 2e0], "Empty": {}, "Text": "say \\"10.0\\", ok"}',
      );
    });

    for (const lang of ["en-US", "zh-CN"] as const) {
      it(`explains each invalid field, ${lang}`, async () => {
        await open({ lang });
        await openNode(page, "FadeTo · light01");
        const says = async (property: string, key: string): Promise<void> => {
          const set = key.startsWith("aliyun-iot-account") ? "x/account:" : "";
          const text = translate(lang, `${set}${key}`);
          assert.notEqual(text, key);
          await problem(page, property).filter({ hasText: text }).waitFor();
          assert.equal(await problem(page, property).textContent(), text);
        };
        await byHand(page, "device");
        await byHand(page, "service");
        await unfoldMore(page);
        const fields: [string, string, string][] = [
          ["productKey", " ", "aliyun-iot-invoke-service.validation.productKey"],
          ["deviceName", "", "aliyun-iot-invoke-service.validation.deviceName"],
          ["service", "Fade to level", "aliyun-iot-invoke-service.validation.identifier"],
          ["service", "a:b:c", "aliyun-iot-invoke-service.validation.identifier"],
          ["service", "", "aliyun-iot-invoke-service.validation.service"],
          ["args", "", "aliyun-iot-invoke-service.validation.args"],
          ["args", "a b", "aliyun-iot-invoke-service.validation.property"],
          ["result", "", "aliyun-iot-invoke-service.validation.result"],
        ];
        for (const [property, value, key] of fields) {
          await typedText(page, property).fill(value);
          await typedText(page, property).blur();
          await says(property, key);
        }
        await chooseInputs(page, "expression");
        await chooseType(page, "args", "json");
        for (const [value, key] of [
          ["{Level: 1}", "aliyun-iot-invoke-service.validation.args-json"],
          ["[1]", "aliyun-iot-invoke-service.validation.args-object"],
          ["10", "aliyun-iot-invoke-service.validation.args-object"],
        ] as const) {
          await typedText(page, "args").fill(value);
          await typedText(page, "args").blur();
          await says("args", key);
        }
        await page.locator("#node-input-timeout").fill("0");
        await page.locator("#node-input-timeout").blur();
        await says("timeout", "aliyun-iot-invoke-service.validation.timeout");
        await page.locator("#node-input-account").selectOption("_ADD_");
        await says("account", "aliyun-iot-invoke-service.validation.account");
        await page.locator("#node-input-account").scrollIntoViewIfNeeded();
        await editor.picture("invoke-wrong");

        await openAccount(page, "add");
        await unfold(page.locator("#aliyun-iot-account-more"));
        const numbers: [string, string, string][] = [
          ["accessKeyId", "", "aliyun-iot-account.validation.accessKeyId"],
          ["accessKeySecret", "", "aliyun-iot-account.validation.accessKeySecret"],
          ["endpoint", "http://iot.cn-shanghai.aliyuncs.com", "aliyun-iot-account.validation.endpoint"],
          ["endpoint", "iot.cn-shanghai.aliyuncs.com", "aliyun-iot-account.validation.endpoint"],
          ["timeout", "soon", "aliyun-iot-account.validation.timeout"],
          ["rate", "0", "aliyun-iot-account.validation.rate"],
          ["concurrency", "1.5", "aliyun-iot-account.validation.concurrency"],
          ["queueLimit", "-1", "aliyun-iot-account.validation.queueLimit"],
          ["queueTtl", "-1", "aliyun-iot-account.validation.queueTtl"],
        ];
        for (const [property, value, key] of numbers) {
          await page.locator(`#node-config-input-${property}`).fill(value);
          await page.locator(`#node-config-input-${property}`).blur();
          await says(property, key);
        }
        await page.locator("#aliyun-iot-region").selectOption("");
        await page.locator("#node-config-input-regionId").blur();
        await says("regionId", "aliyun-iot-account.validation.regionId");
        await page.locator("#node-config-input-credentialType").selectOption("sts");
        await page.locator("#node-config-input-securityToken").focus();
        await page.locator("#node-config-input-securityToken").blur();
        await says("securityToken", "aliyun-iot-account.validation.securityToken");
        await page.locator("#aliyun-iot-region").scrollIntoViewIfNeeded();
        await editor.picture("account-wrong");
        await page.locator("#node-config-input-queueTtl").scrollIntoViewIfNeeded();
        await editor.picture("account-wrong-more");
      });
    }

    it("accepts environment variables, loopback endpoints, module:service and no args", async () => {
      await open();
      await openNode(page, "FadeTo · light01");
      await byHand(page, "device");
      await typedText(page, "productKey").fill("${LAMP_PRODUCT}");
      await byHand(page, "service");
      await typedText(page, "service").fill("lights:FadeTo");
      await chooseInputs(page, "expression");
      await chooseType(page, "args", "json");
      await typedText(page, "args").fill("{}");
      await openAccount(page, "add");
      await unfold(page.locator("#aliyun-iot-account-more"));
      for (const [property, value] of [
        ["endpoint", "http://127.0.0.1:8080"],
        ["rate", "${RATE}"],
        ["timeout", "${TIMEOUT}"],
        ["concurrency", ""],
        ["accessKeyId", "${ALIYUN_ID}"],
        ["accessKeySecret", "${ALIYUN_SECRET}"],
      ] as const) {
        await page.locator(`#node-config-input-${property}`).fill(value);
        await page.locator(`#node-config-input-${property}`).blur();
        assert.equal((await problem(page, property).textContent()) ?? "", "", property);
      }
      assert.equal(await dialog(page).locator(".input-error").count(), 0);
      await pressCancel(page);
      assert.equal(await page.locator(".aliyun-iot-problem:not(:empty)").count(), 0);
      assert.equal(await page.locator(".aliyun-iot-row .input-error").count(), 0);
    });

    it("shows only the fields that matter", async () => {
      await open();
      await openNode(page, "FadeTo · light01");
      await byHand(page, "device");
      const visible = (property: string): Promise<boolean> =>
        page.locator(`#node-input-${property} + .red-ui-typedInput-container`).isVisible();
      assert.deepEqual(
        [await visible("productKey"), await visible("deviceName"), await visible("iotId")],
        [true, true, false],
      );
      await page.getByRole("radio", { name: "IotId", exact: true }).check();
      assert.deepEqual(
        [await visible("productKey"), await visible("deviceName"), await visible("iotId")],
        [false, false, true],
      );

      await openAccount(page);
      const shown = async (...properties: string[]): Promise<string[]> => {
        const seen: string[] = [];
        for (const property of properties) {
          if (await page.locator(`#node-config-input-${property}`).isVisible()) seen.push(property);
        }
        return seen;
      };
      const all = [
        "instanceId",
        "credentialType",
        "accessKeyId",
        "accessKeySecret",
        "securityToken",
        "simulation",
      ];
      assert.deepEqual(await shown(...all), ["simulation"]);
      assert.equal(await page.getByPlaceholder("built-in sample").isVisible(), true);
      await page.getByRole("radio", { name: "Alibaba Cloud" }).check();
      assert.deepEqual(await shown(...all), [
        "instanceId",
        "credentialType",
        "accessKeyId",
        "accessKeySecret",
      ]);
      await page.locator("#node-config-input-credentialType").selectOption("sts");
      assert.deepEqual(await shown(...all), all.slice(0, -1));
      await page.locator("#aliyun-iot-region").selectOption("");
      assert.deepEqual(await shown("regionId"), ["regionId"]);
    });

    it("each kind of credentials shows and saves the fields that it needs", async () => {
      await open({ lang: "zh-CN" });
      await openNode(page, "FadeTo · light01");
      await openAccount(page, "add");
      await page.locator("#node-config-input-name").fill("Role");
      const kind = page.locator("#node-config-input-credentialType");
      const fields = ["accessKeyId", "accessKeySecret", "securityToken", ...Object.keys(noRole)];
      const asked: Record<string, string[]> = {
        access_key: ["accessKeyId", "accessKeySecret"],
        sts: ["accessKeyId", "accessKeySecret", "securityToken"],
        ecs_ram_role: ["roleName"],
        oidc_role_arn: ["roleArn", "roleSessionName", "oidcProviderArn", "oidcTokenFile"],
        default: [],
        ram_role_arn: ["accessKeyId", "accessKeySecret", "roleArn", "roleSessionName", "externalId"],
      };
      for (const [type, properties] of Object.entries(asked)) {
        await kind.selectOption(type);
        const seen: string[] = [];
        for (const property of fields) {
          if (await page.locator(`#node-config-input-${property}`).isVisible()) seen.push(property);
        }
        assert.deepEqual(seen, properties, type);
        await editor.picture(`account-${type}`);
      }
      await page.locator("#node-config-input-roleArn").fill(" ");
      await page.locator("#node-config-input-name").focus();
      assert.equal(
        await problem(page, "roleArn").textContent(),
        translate(
          "zh-CN",
          "@thing-service/node-red-aliyun-iot/account:aliyun-iot-account.validation.roleArn",
        ),
      );
      await page.locator("#node-config-input-roleArn").fill("acs:ram::1234:role/node-red");
      await page.locator("#node-config-input-externalId").fill("house-7");
      await page.locator("#node-config-input-accessKeyId").fill("testid");
      await page.locator("#node-config-input-accessKeySecret").fill("role-test-secret");
      await pressDone(page);
      await pressDone(page);
      await deploy(page);
      const saved = await askJson<FlowNode[]>(runtime, "flows");
      const account = saved.find(({ name }) => name === "Role");
      assert.equal(account?.["credentialType"], "ram_role_arn");
      assert.equal(account?.["roleArn"], "acs:ram::1234:role/node-red");
      assert.doesNotMatch(JSON.stringify(saved), /role-test-secret/);

      await editor.reload();
      await openNode(page, "FadeTo · light01");
      await openAccount(page);
      assert.equal(await kind.inputValue(), "ram_role_arn");
      assert.equal(await page.locator("#node-config-input-externalId").inputValue(), "house-7");
      assert.equal(await page.locator("#node-config-input-accessKeyId").inputValue(), "testid");
    });

    it("works by keyboard alone", async () => {
      await open();
      await openNode(page, "FadeTo · light01");
      // The editor itself puts the focus into a dialog a moment after it has opened it.
      await page
        .waitForFunction("document.activeElement.closest('#dialog-form')", undefined, { timeout: 2000 })
        .catch(() => undefined);
      await page.locator("#aliyun-iot-device-by-hand > summary").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowRight");
      assert.ok(await page.getByRole("radio", { name: "IotId", exact: true }).isChecked());
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.type("Q7uOhVRdZRRlDnTLv00100");
      assert.equal(await page.getByRole("textbox", { name: "IotId" }).inputValue(), "Q7uOhVRdZRRlDnTLv00100");
      await page.locator("#aliyun-iot-invoke-more > summary").focus();
      await page.keyboard.press("Enter");
      const timeout = page.locator("#node-input-timeout");
      const isThere = (): Promise<boolean> => timeout.evaluate((field) => field === document.activeElement);
      for (let tabs = 0; tabs < 12 && !(await isThere()); tabs++) await page.keyboard.press("Tab");
      await page.keyboard.type("9");
      assert.equal(await page.getByRole("textbox", { name: "Timeout" }).inputValue(), "9");
    });
  });
}
