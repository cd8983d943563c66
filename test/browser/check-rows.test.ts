import assert from "node:assert/strict";
import { checkRows, isCutShort } from "../../editor/check-rows";
import type { CheckStep } from "../../lib/look-up/connection-check";

const lookUp = { text: { key: "errors.permission-look-up" }, hint: "hints.permission-policy" };
const denied = (action: string): CheckStep => ({ step: "permission", action, state: "warning", ...lookUp });

describe("the lines of a check", () => {
  it("say a cause once, with all the permissions that it concerns", () => {
    const steps: CheckStep[] = [
      { step: "network", state: "ok" },
      denied("QueryDevice"),
      { step: "permission", action: "QueryProductList", state: "ok" },
      { step: "permission", action: "QueryDeviceDetail", state: "ok" },
      denied("GetThingModelTsl"),
    ];
    assert.deepEqual(
      checkRows(steps).map(({ state, actions }) => `${state} ${actions.join()}`),
      ["ok ", "warning QueryDevice,GetThingModelTsl", "ok QueryProductList", "ok QueryDeviceDetail"],
    );
  });

  it("give advice that is the same for two causes under the last of them", () => {
    const invoke: CheckStep = {
      step: "permission",
      action: "InvokeThingService",
      state: "failed",
      text: { key: "errors.permission-invoke" },
      hint: "hints.permission-policy",
    };
    const rows = checkRows([invoke, denied("QueryDevice"), denied("QueryDeviceDetail")]);
    assert.deepEqual(
      rows.map(({ text, hint }) => [(text as { key: string }).key, hint]),
      [
        ["errors.permission-invoke", undefined],
        ["errors.permission-look-up", "hints.permission-policy"],
      ],
    );
  });

  it("keep causes apart whose values differ", () => {
    const steps = ["a", "b"].map((host): CheckStep => ({
      step: "permission",
      action: `Query${host}`,
      state: "warning",
      text: { key: "errors.read-timeout", params: { host } },
    }));
    assert.equal(checkRows(steps).length, 2);
  });

  it("tell whether steps were left out", () => {
    assert.ok(isCutShort([{ step: "key", state: "failed" }]));
    assert.ok(!isCutShort([{ step: "key", state: "ok" }, denied("QueryDevice")]));
    assert.ok(!isCutShort([{ step: "permission", action: "sub", state: "failed" }]));
  });
});
